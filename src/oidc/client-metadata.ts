/** The metadata of a stored client as the engine reads it (RFC 7591 names), with our own fields. */
import type { AdapterPayload } from 'oidc-provider';
import { pinOf } from '../policy/client/pinned.ts';
import { keepsProfile } from '../policy/client/profiles.ts';
import { type ReadField, readFieldNames } from '../policy/client/read-fields.ts';
import { deviceGrantType } from '../policy/device-codes.ts';
import { jwtBearer } from '../policy/id-jag.ts';
import { identityScopes } from '../policy/scopes.ts';
import { tokenExchange } from '../policy/token-exchange.ts';
import type { EngineClient } from '../store/clients.ts';

/** The engine knows these of the fields that people read; the others are our own metadata. */
const knownToEngine = ['client_name', 'client_uri', 'policy_uri', 'tos_uri'] as const;

/** Only of a client that authenticates by them. */
const workloadsOf = ({ token_endpoint_auth_method: method, workload_identities: list }: EngineClient) =>
  method === 'workload_identity' ? list : undefined;

/** The rest of our own metadata. Scopes are space-separated, times in ISO 8601. */
const ownFields = {
  default_scope: (client: EngineClient) => client.default_scope,
  optional_scope: (client: EngineClient) => client.optional_scope,
  first_party: (client: EngineClient) => client.first_party,
  registration_type: (client: EngineClient) => client.registration_type,
  assertion_audience: (client: EngineClient) => client.assertion_audience,
  profile: (client: EngineClient) => client.profile,
  workload_identities: (client: EngineClient) => workloadsOf(client),
  gateway_resource: (client: EngineClient) => client.gateway_resource ?? undefined,
  exchange_resource: (client: EngineClient) => client.exchange_resource ?? undefined,
  id_jag_issuers: (client: EngineClient) => client.id_jag_issuers ?? undefined,
  allowed_origins: (client: EngineClient) => client.allowed_origins,
  sid_in_id_tokens: (client: EngineClient) => client.backchannel_logout_uri !== null,
  verified: (client: EngineClient) => client.verified_at !== null,
  verified_at: (client: EngineClient) => client.verified_at?.toISOString(),
  submitted_at: (client: EngineClient) => client.submitted_at?.toISOString(),
  revision: (client: EngineClient) => client.revision,
  document: (client: EngineClient) => client.document ?? undefined,
  pin: (client: EngineClient) => pinOf(client),
  logo_hash: (client: EngineClient) => client.logo_hash ?? undefined,
};

/** The engine keeps our own metadata on its client objects under the same names. */
export type OwnClientMetadata = {
  readonly [Name in keyof typeof ownFields]: ReturnType<(typeof ownFields)[Name]>;
} & { readonly [Name in Exclude<ReadField, (typeof knownToEngine)[number]>]?: string };

/** The names for the engine's configuration. The engine drops metadata that is not named there. */
export const extraClientMetadata: readonly string[] = [
  ...readFieldNames.filter((name) => !knownToEngine.some((known) => known === name)),
  ...Object.keys(ownFields),
];

export function engineMetadata(client: EngineClient): AdapterPayload {
  const byCode = client.grant_types.includes('authorization_code');
  const interactive = byCode || client.grant_types.includes(deviceGrantType);
  const metadata: AdapterPayload = {
    client_id: client.client_id,
    ...Object.fromEntries(readFieldNames.map((name) => [name, client[name] ?? undefined])),
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    grant_types: grantTypesOf(client),
    response_types: byCode ? ['code'] : [],
    application_type: client.type === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: engineAuthMethod(client),
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    // A registered scope limits the API scopes of the app. Every app may ask people for the identity scopes. The scope
    // of a gateway may be empty, which the engine would take for "no limit"; `openid` gives nothing to a client that
    // acts for itself.
    scope: [client.scope, ...(interactive ? identityScopes : [])].join(' ').trim() || 'openid',
    ...keysOf(client),
    ...(keepsProfile(client) && { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true }),
  };
  for (const [name, read] of Object.entries(ownFields)) metadata[name] = read(client);
  if (client.token_endpoint_auth_method.startsWith('client_secret_')) metadata.client_secret = secretHashes(client);
  for (const [key, value] of Object.entries(metadata)) if (value === undefined) delete metadata[key];
  return metadata;
}

/** One field gives a client both a grant type and what it may be used for, so that neither can be there without the other. */
function grantTypesOf(client: EngineClient): string[] {
  return [
    ...client.grant_types,
    ...(client.exchange_resource ? [tokenExchange] : []),
    ...(client.id_jag_issuers ? [jwtBearer] : []),
  ];
}

/**
 * A workload identity is not known to the engine. It takes such a client for one with assertions and without any key, so it
 * refuses whatever our own step does not accept (client-assertion.ts).
 */
function engineAuthMethod({ token_endpoint_auth_method: method }: EngineClient) {
  const known = method === 'workload_identity' ? 'private_key_jwt' : method;
  return known as NonNullable<AdapterPayload['token_endpoint_auth_method']>;
}

function keysOf(client: EngineClient): Pick<AdapterPayload, 'jwks' | 'jwks_uri'> {
  if (client.token_endpoint_auth_method === 'workload_identity') return { jwks: { keys: [] } };
  return { jwks: (client.jwks ?? undefined) as AdapterPayload['jwks'], jwks_uri: client.jwks_uri ?? undefined };
}

/** Returns the hashes of the valid secrets, in the field where the engine expects the secret: see client-secrets. */
function secretHashes(client: EngineClient): string {
  return JSON.stringify(client.secrets);
}
