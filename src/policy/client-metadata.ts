/** What a client may be: its type's safe defaults, and everything that is wrong with what was asked for, at once. */
import { AppError } from '../errors.ts';
import { type ClientType, mostRedirectUris, redirectUriProblem } from './redirect-uris.ts';
import { apiScopes, formatScope, isApiScope, parseScope } from './scopes.ts';
import { isPlainText } from './text.ts';

/** In RFC 7591 names; what is left out gets the default of its type. */
export interface ClientInput {
  readonly client_name: string;
  readonly type?: ClientType | undefined;
  readonly client_uri?: string | undefined;
  readonly policy_uri?: string | undefined;
  readonly tos_uri?: string | undefined;
  readonly owner_name?: string | undefined;
  readonly contacts?: readonly string[] | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
  readonly post_logout_redirect_uris?: readonly string[] | undefined;
  readonly grant_types?: readonly string[] | undefined;
  readonly token_endpoint_auth_method?: string | undefined;
  readonly jwks?: { keys: unknown[] } | undefined;
  readonly jwks_uri?: string | undefined;
  /** Ceiling: the API scopes that it may ask for. */
  readonly scope?: string | undefined;
  readonly default_scope?: string | undefined;
  readonly optional_scope?: string | undefined;
  readonly first_party?: boolean | undefined;
  readonly gateway_resource?: string | undefined;
}

export interface ClientMetadata {
  readonly client_name: string;
  readonly type: ClientType;
  readonly client_uri: string | null;
  readonly policy_uri: string | null;
  readonly tos_uri: string | null;
  readonly owner_name: string | null;
  readonly contacts: string[];
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  readonly grant_types: string[];
  readonly token_endpoint_auth_method: string;
  readonly jwks: { keys: unknown[] } | null;
  readonly jwks_uri: string | null;
  readonly scope: string;
  readonly default_scope: string;
  readonly optional_scope: string;
  readonly first_party: boolean;
  readonly gateway_resource: string | null;
}

const forPeople = ['authorization_code', 'refresh_token'];
const defaults: Record<ClientType, { grant_types: string[]; auth: string }> = {
  web: { grant_types: forPeople, auth: 'client_secret_basic' },
  spa: { grant_types: forPeople, auth: 'none' },
  native: { grant_types: forPeople, auth: 'none' },
  service: { grant_types: ['client_credentials'], auth: 'client_secret_basic' },
};
const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];

/** The whole client. Throws `invalid` with every problem under its field's name. */
export function completeClient(input: ClientInput): ClientMetadata {
  const type = input.type ?? 'web';
  const known = defaults[type] ?? defaults.web;
  const client: ClientMetadata = {
    client_name: input.client_name.trim(),
    type,
    client_uri: input.client_uri || null,
    policy_uri: input.policy_uri || null,
    tos_uri: input.tos_uri || null,
    owner_name: input.owner_name?.trim() || null,
    contacts: [...(input.contacts ?? [])],
    redirect_uris: [...new Set(input.redirect_uris ?? [])],
    post_logout_redirect_uris: [...new Set(input.post_logout_redirect_uris ?? [])],
    grant_types: [...(input.grant_types ?? known.grant_types)],
    token_endpoint_auth_method: input.token_endpoint_auth_method ?? known.auth,
    jwks: input.jwks ?? null,
    jwks_uri: input.jwks_uri || null,
    scope: formatScope(parseScope(input.scope ?? formatScope(apiScopes))),
    default_scope: formatScope(parseScope(input.default_scope)),
    optional_scope: formatScope(parseScope(input.optional_scope)),
    first_party: input.first_party ?? false,
    gateway_resource: input.gateway_resource || null,
  };
  const problems = Object.fromEntries([...problemsOf(client)]);
  if (Object.keys(problems).length > 0) {
    const list = Object.entries(problems).map(([field, problem]) => `${field} ${problem}`);
    throw new AppError('invalid', `This client can’t be registered: ${list.join('; ')}`, problems);
  }
  return client;
}

type Problem = [field: keyof ClientMetadata, problem: string];

function* problemsOf(client: ClientMetadata): Generator<Problem> {
  if (!(client.type in defaults)) yield ['type', 'must be web, spa, native or service'];
  if (client.client_name.length < 1 || client.client_name.length > 100 || !isPlainText(client.client_name)) {
    yield ['client_name', 'must have 1 to 100 visible characters'];
  }
  if (client.owner_name && (client.owner_name.length > 100 || !isPlainText(client.owner_name))) {
    yield ['owner_name', 'must have at most 100 visible characters'];
  }
  for (const name of ['client_uri', 'policy_uri', 'tos_uri', 'jwks_uri'] as const) {
    if (client[name] !== null && !isWebAddress(client[name])) yield [name, 'must be an https address'];
  }
  yield* redirectProblems(client);
  yield* authenticationProblems(client);
  yield* scopeProblems(client);
}

function* redirectProblems(client: ClientMetadata): Generator<Problem> {
  for (const name of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    const uris = client[name];
    if (uris.length > mostRedirectUris) yield [name, `may be ${mostRedirectUris} at most`];
    for (const uri of uris) {
      const problem = redirectUriProblem(uri, client.type);
      if (problem) yield [name, `${JSON.stringify(uri.slice(0, 200))} ${problem}`];
    }
  }
  const needsOne = client.grant_types.includes('authorization_code');
  if (needsOne && client.redirect_uris.length === 0) yield ['redirect_uris', 'needs at least one address'];
  if (!needsOne && client.redirect_uris.length > 0) yield ['redirect_uris', 'are for apps that people sign in to'];
}

function* authenticationProblems(client: ClientMetadata): Generator<Problem> {
  const { grant_types: grants, token_endpoint_auth_method: method } = client;
  if (grants.length === 0 || !grants.every((grant) => grantTypes.includes(grant))) {
    yield ['grant_types', `must be among ${grantTypes.join(', ')}`];
  }
  if (grants.includes('refresh_token') && !grants.includes('authorization_code')) {
    yield ['grant_types', 'refresh_token needs authorization_code beside it'];
  }
  if (!authMethods.includes(method)) yield ['token_endpoint_auth_method', `must be one of ${authMethods.join(', ')}`];
  if (method === 'none' && grants.includes('client_credentials')) {
    yield ['token_endpoint_auth_method', 'none is not for client_credentials: anybody could be this client'];
  }
  const hasKeys = client.jwks !== null || client.jwks_uri !== null;
  if (method === 'private_key_jwt' && !hasKeys) yield ['jwks', 'or jwks_uri is needed for private_key_jwt'];
}

function* scopeProblems(client: ClientMetadata): Generator<Problem> {
  const ceiling = parseScope(client.scope);
  if (!ceiling.every(isApiScope)) yield ['scope', `must be among ${apiScopes.join(' ')}`];
  for (const name of ['default_scope', 'optional_scope'] as const) {
    const outside = parseScope(client[name]).filter((scope) => !ceiling.includes(scope));
    if (outside.length > 0) yield [name, `must be within scope: ${outside.join(' ')} is not`];
  }
  if (client.gateway_resource === null) return;
  if (client.type !== 'service') yield ['gateway_resource', 'is for service clients'];
  if (!URL.canParse(client.gateway_resource)) yield ['gateway_resource', 'must be an absolute URI'];
}

function isWebAddress(address: string): boolean {
  return address.length <= 2_000 && URL.parse(address)?.protocol === 'https:' && !/[\s\\]/.test(address);
}
