/** Everything that the page of a client shows, from where it stands. */
import type { ClientDetail } from '../../../views/admin/client.ts';
import type { ClientSecret } from '../../../views/admin/client-secrets.ts';
import { clientState } from '../../policy/client-state.ts';
import { logoPath } from '../../policy/logos.ts';
import { parseScope } from '../../policy/scopes.ts';
import { countPeople, mostCounted } from '../../store/client-search.ts';
import { listClientSecrets } from '../../store/client-secrets.ts';
import type { Client } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { changesSinceCheck } from './client-changes.ts';
import { historyOf } from './client-history.ts';

export function usesSecret({ token_endpoint_auth_method: method }: Client): boolean {
  return method.startsWith('client_secret_');
}

/** The moment as of which a form was filled in. */
export const versionOf = (client: Client): string => client.updated_at.toISOString();

export async function clientDetail(db: Db, client: Client, limit: number): Promise<ClientDetail> {
  const optional = parseScope(client.optional_scope);
  const people = await countPeople(db, client.client_id);
  return {
    clientId: client.client_id,
    name: client.client_name,
    state: clientState(client),
    version: versionOf(client),
    type: client.type,
    ...(client.gateway_resource && { gatewayOf: client.gateway_resource }),
    authMethod: client.token_endpoint_auth_method,
    ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
    ...(client.description && { description: client.description }),
    ...(client.owner_name && { owner: client.owner_name }),
    ...(client.owner_account_id && { ownerAccount: ownerOf(client, client.owner_account_id) }),
    contacts: client.contacts,
    ...(client.client_uri && { homepage: client.client_uri }),
    ...(client.policy_uri && { policy: client.policy_uri }),
    ...(client.tos_uri && { terms: client.tos_uri }),
    redirectUris: client.redirect_uris,
    grantTypes: client.grant_types,
    required: parseScope(client.scope).filter((scope) => !optional.includes(scope)),
    optional,
    byDefault: parseScope(client.default_scope),
    firstParty: client.first_party,
    created: client.created_at,
    people: people < mostCounted ? people.toLocaleString('en') : `${mostCounted.toLocaleString('en')}+`,
    history: await historyOf(db, client.client_id),
    missing: missingFor(client),
    changedSince: client.verified_at ? [] : changesSinceCheck(client),
    ...(isCapped(client) && { limit }),
    ...(usesSecret(client) && { secrets: await secretsOf(db, client.client_id) }),
  };
}

/** People allow it things, and nobody has verified it. */
function isCapped(client: Client): boolean {
  return client.type !== 'service' && !client.first_party && client.verified_at === null;
}

const ownerOf = (client: Client, id: string) => ({ id, email: client.owner_email ?? id });

function missingFor(client: Client): string[] {
  const wanted: [string, string | null | undefined][] = [
    ['what it is for', client.description],
    ['who runs it', client.owner_name],
    ['a homepage', client.client_uri],
    ['a privacy policy', client.type === 'service' ? 'none' : client.policy_uri],
    ['an address for questions', client.contacts[0]],
  ];
  return wanted.filter(([, value]) => !value).map(([what]) => what);
}

/** The living ones, as the pages show them. */
export async function secretsOf(db: Db, clientId: string): Promise<ClientSecret[]> {
  return (await listClientSecrets(db, clientId)).map((secret) => ({
    id: secret.id,
    created: secret.created_at,
    ...(secret.last_used_at && { lastUsed: secret.last_used_at }),
    ...(secret.expires_at && { expires: secret.expires_at }),
  }));
}
