/** What is different between a client and what it would become, field by field. */
import type { Change } from '../../../../views/admin/clients/review.ts';
import type { ClientMetadata } from '../../../policy/client/metadata.ts';
import { changedBesideCheck, changedSinceCheck, checkedFields } from '../../../policy/client/verification.ts';
import type { Client } from '../../../store/clients.ts';

const labels: Readonly<Record<keyof ClientMetadata, string>> = {
  client_name: 'Name',
  description: 'What it is for',
  owner_name: 'Run by',
  owner_email: 'Owner’s account',
  client_uri: 'Homepage',
  policy_uri: 'Privacy policy',
  tos_uri: 'Terms',
  contacts: 'Contacts',
  first_party: 'VibeCaaS’s own',
  redirect_uris: 'Redirect URIs',
  post_logout_redirect_uris: 'After signing out',
  allowed_origins: 'Further origins of its scripts',
  token_endpoint_auth_method: 'Authentication',
  id_token_signed_response_alg: 'ID tokens signed by',
  grant_types: 'Grant types',
  jwks_uri: 'Address of its public keys',
  jwks: 'Public keys',
  gateway_resource: 'Gateway of',
  scope: 'May ask for at most',
  optional_scope: 'People may leave out',
  default_scope: 'When it names none',
  type: 'Type',
};

/** Labels of what a verification covers: a change of one reopens the review. */
export const reviewedLabels: ReadonlySet<string> = new Set(
  (Object.keys(labels) as (keyof ClientMetadata)[])
    .filter((field) =>
      (checkedFields as readonly string[]).includes(field === 'owner_email' ? 'owner_account_id' : field),
    )
    .map((field) => labels[field]),
);

/** What is different from what the reviewer saw: first what the verification covers, then what else changed. */
export function changesSinceCheck(client: Client): Change[] {
  const checked = client.checked_values;
  if (!checked) return [];
  return [...changedSinceCheck(checked, client), ...changedBesideCheck(checked, client)].map((field) => ({
    label: labels[field as keyof ClientMetadata] ?? (field === 'logo_hash' ? 'Logo' : labels.owner_email),
    before: items(field, checked[field]),
    after: items(field, client[field]),
  }));
}

export const labelOf = (field: string): string => labels[field as keyof ClientMetadata] ?? field;

export function changesOf(before: Client, after: ClientMetadata): Change[] {
  return (Object.keys(labels) as (keyof ClientMetadata)[])
    .map((field) => ({ label: labels[field], before: items(field, before[field]), after: items(field, after[field]) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function items(field: string, value: unknown): string[] {
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (field.endsWith('scope')) return String(value).split(' ');
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
}
