/**
 * Clients of Ory Hydra: the answer of its clients API, which has no secrets, or the rows of its table `hydra_client` as JSON, which
 * have their hashes. Version 1 writes lists as text with bars.
 */
import { type ForeignClient, publicType } from './client.ts';
import { type Fields, fieldsIn, textIn, textsIn } from './fields.ts';
import type { Finding } from './findings.ts';
import type { Source } from './source.ts';

export const hydra: Source = {
  title: 'Ory Hydra',
  wanted: 'a list of clients of Ory Hydra, of its API or of its table hydra_client',
  lists: { items: 'client' },
  kindOf: (entry) => (idOf(entry) !== undefined && 'redirect_uris' in entry ? 'client' : undefined),
  client: clientOf,
};

/** The table's own name for it is `id`. */
const idOf = (entry: Fields) => textIn(entry, 'client_id') ?? textIn(entry, 'id');

function clientOf(entry: Fields): ReturnType<Source['client']> {
  const clientId = idOf(entry) ?? '';
  const method = textIn(entry, 'token_endpoint_auth_method') ?? 'client_secret_basic';
  if (!['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'].includes(method)) {
    const problem = `The client authenticates by ${JSON.stringify(method.slice(0, 40))}`;
    return { leftOut: { reason: 'auth_method', problem }, clientId };
  }
  return foreignClient(entry, clientId, method);
}

function foreignClient(entry: Fields, clientId: string, method: string): ForeignClient {
  const listed = textsIn(entry, 'grant_types');
  const grantTypes = listed.length > 0 ? listed : ['authorization_code'];
  const redirectUris = textsIn(entry, 'redirect_uris');
  const secret = textIn(entry, 'client_secret');
  const isPublic = method === 'none';
  const isService = !grantTypes.some((grantType) => grantType !== 'client_credentials');
  return {
    clientId,
    type: isPublic ? publicType(redirectUris, grantTypes) : isService ? 'service' : 'web',
    name: textIn(entry, 'client_name'),
    authMethod: method,
    grantTypes,
    redirectUris,
    postLogoutUris: textsIn(entry, 'post_logout_redirect_uris'),
    scopes: (textIn(entry, 'scope') ?? '').split(/[ |]/).filter(Boolean).map(ours),
    secrets:
      secret && method.startsWith('client_secret_')
        ? [{ value: secret, isHash: secret.startsWith('$'), expiresAt: null }]
        : [],
    disabled: false,
    more: { ...keysOf(entry, method), ...(isService ? {} : moreOf(entry, isPublic)) },
    findings: findingsOf(entry),
  };
}

/** Hydra accepts `offline` for `offline_access`. */
const ours = (scope: string) => (scope === 'offline' ? 'offline_access' : scope);

function keysOf(entry: Fields, method: string) {
  if (method !== 'private_key_jwt') return {};
  const address = textIn(entry, 'jwks_uri');
  return address ? { jwks_uri: address } : { jwks: fieldsIn(entry.jwks) };
}

const links = ['client_uri', 'policy_uri', 'tos_uri'] as const;

function moreOf(entry: Fields, isPublic: boolean) {
  const logout = textIn(entry, 'backchannel_logout_uri');
  const contacts = textsIn(entry, 'contacts');
  const origins = textsIn(entry, 'allowed_cors_origins');
  return {
    ...Object.fromEntries(links.map((name) => [name, textIn(entry, name)]).filter(([, value]) => value)),
    // What Hydra signs ID tokens with unless its operator has added a key.
    id_token_signed_response_alg: 'RS256',
    ...(logout && { backchannel_logout_uri: logout }),
    ...(contacts.length > 0 && { contacts }),
    ...(isPublic && origins.length > 0 && { allowed_origins: origins }),
  };
}

function findingsOf(entry: Fields): Finding[] {
  if (textIn(entry, 'subject_type') !== 'pairwise') return [];
  return [
    { reason: 'field', field: 'subject_type', problem: 'is pairwise; here every client sees the same sub of a person' },
  ];
}
