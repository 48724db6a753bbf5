/** How a client looks: to scripts in the names of RFC 7591, to people as lines of name and value. */
import { clientState } from '../policy/client/state.ts';
import { fieldWords, verificationOf } from '../policy/client/verification.ts';
import { logoPath } from '../policy/logos.ts';
import type { Client } from '../store/clients.ts';
import { type Output, type Row, time } from './output.ts';

/** `secret` is printed this once, by `out.once`: only its hash is kept. */
export function printClient(out: Output, client: Client, secret?: string): void {
  out.item(clientDocument(client, secret), rows(client, secret));
}

export function noteSecret(out: Output): void {
  out.note('The client_secret is shown this once: only a hash of it is kept. Store it now.');
}

export function clientDocument(client: Client, secret?: string): object {
  return {
    client_id: client.client_id,
    ...(secret === undefined ? {} : { client_secret: secret }),
    client_name: client.client_name,
    type: client.type,
    status: client.status,
    state: clientState(client),
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    allowed_origins: client.allowed_origins,
    grant_types: client.grant_types,
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    scope: client.scope,
    default_scope: client.default_scope,
    optional_scope: client.optional_scope,
    first_party: client.first_party,
    gateway_resource: client.gateway_resource,
    description: client.description,
    owner_name: client.owner_name,
    owner_account_id: client.owner_account_id,
    owner_email: client.owner_email,
    logo: client.logo_hash && logoPath(client.logo_hash),
    client_uri: client.client_uri,
    policy_uri: client.policy_uri,
    tos_uri: client.tos_uri,
    contacts: client.contacts,
    jwks: client.jwks,
    jwks_uri: client.jwks_uri,
    submitted_at: client.submitted_at,
    verified_at: client.verified_at,
    verification: verificationOf(client),
    created_at: client.created_at,
    updated_at: client.updated_at,
  };
}

function stateOf(client: Client): string {
  const state = clientState(client);
  const since = { draft: null, in_review: client.submitted_at, verified: client.verified_at, suspended: null }[state];
  return since ? `${state}, since ${time(since)}` : state;
}

/** What has to be checked again. */
function changedSince(client: Client): string[] {
  return (verificationOf(client)?.changed ?? []).map((field) => fieldWords[field]);
}

/** Lists take a line for each item; what is not set is left out. */
function rows(client: Client, secret: string | undefined): Row[] {
  const shown: [string, string | readonly string[] | null][] = [
    ['client_id', client.client_id],
    ['client_secret', secret ?? null],
    ['name', client.client_name],
    ['type', client.first_party ? `${client.type}, first party` : client.type],
    ['status', client.status],
    ['state', stateOf(client)],
    ['changed since', changedSince(client)],
    ['what it is for', client.description],
    ['run by', client.owner_name],
    ['owner', client.owner_email],
    ['homepage', client.client_uri],
    ['privacy policy', client.policy_uri],
    ['terms', client.tos_uri],
    ['contacts', client.contacts],
    ['logo', client.logo_hash && logoPath(client.logo_hash)],
    ['redirect_uris', client.redirect_uris],
    ['post_logout_uris', client.post_logout_redirect_uris],
    ['allowed_origins', client.allowed_origins],
    ['grant_types', client.grant_types.join(' ')],
    ['auth_method', client.token_endpoint_auth_method],
    ['id_token_alg', client.id_token_signed_response_alg],
    ['jwks_uri', client.jwks_uri],
    ['scope', client.scope],
    ['default_scope', client.default_scope],
    ['optional_scope', client.optional_scope],
    ['gateway of', client.gateway_resource],
    ['created', time(client.created_at)],
    ['updated', time(client.updated_at)],
  ];
  return shown.flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((line, index): Row[] => (line === '' ? [] : [[index === 0 ? name : '', line]])),
  );
}
