/** What a client may be registered as (RFC 7591 §2 names). Every problem is reported at once, by field. */
import { AppError } from '../errors.ts';
import { checkFields, type Problems } from './client-checks.ts';
import { readFields } from './client-fields.ts';
import { type AuthMethod, clientTypes } from './client-types.ts';
import { normaliseEmail } from './emails.ts';
import type { ClientType } from './redirect-uris.ts';
import { apiScopes, formatScope, parseScope } from './scopes.ts';

/** What a registration says. Absent and null fields get the safe default of their type. */
export type ClientInput = { readonly [K in keyof ClientMetadata]?: Loose<ClientMetadata[K]> | null } & {
  readonly client_name: string;
};

/** What a caller may hand over before it was checked. */
type Loose<T> = T extends string[] ? readonly string[] : T extends string ? string : T;

/** A complete and allowed registration. */
export interface ClientMetadata {
  readonly client_name: string;
  /** What it is for, in its own words. */
  readonly description: string | null;
  readonly client_uri: string | null;
  readonly policy_uri: string | null;
  readonly tos_uri: string | null;
  readonly contacts: string[];
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  readonly grant_types: string[];
  readonly token_endpoint_auth_method: AuthMethod;
  /** API scopes it may ever get; who a person is, it may always ask that person. */
  readonly scope: string;
  readonly jwks: { readonly keys: readonly object[] } | null;
  readonly jwks_uri: string | null;
  readonly type: ClientType;
  readonly owner_name: string | null;
  /** The address of the account that it belongs to. */
  readonly owner_email: string | null;
  /** What a request without API scope gets. */
  readonly default_scope: string;
  /** What people may leave out on the consent page. */
  readonly optional_scope: string;
  /** Ours: people are not asked whether it may. */
  readonly first_party: boolean;
  /** The resource whose access tokens it may introspect, without trailing slash. */
  readonly gateway_resource: string | null;
}

/** @throws AppError invalid, its details naming each field and what is wrong with it */
export function completeClient(input: ClientInput): ClientMetadata {
  const problems: Problems = {};
  const client = withDefaults(readFields(input, problems));
  checkFields(client, problems);
  const fields = Object.keys(problems);
  if (fields.length > 0) {
    const list = fields.map((field) => `${field} ${problems[field]}`);
    throw new AppError('invalid', `This client can’t be registered: ${list.join('; ')}`, problems);
  }
  return client;
}

function withDefaults(given: Partial<ClientMetadata>): ClientMetadata {
  const type = given.type ?? 'web';
  const rules = clientTypes[type];
  return {
    client_name: given.client_name?.trim() ?? '',
    description: given.description?.trim() || null,
    client_uri: given.client_uri ?? null,
    policy_uri: given.policy_uri ?? null,
    tos_uri: given.tos_uri ?? null,
    contacts: unique(given.contacts ?? []),
    redirect_uris: unique(given.redirect_uris ?? []),
    post_logout_redirect_uris: unique(given.post_logout_redirect_uris ?? []),
    grant_types: unique(given.grant_types ?? rules.grantTypes),
    token_endpoint_auth_method: given.token_endpoint_auth_method ?? rules.authMethods[0],
    // A gateway asks about tokens; it has no business with one that opens the API.
    scope: formatScope(parseScope(given.scope ?? (given.gateway_resource ? '' : apiScopes.join(' ')))),
    jwks: given.jwks ?? null,
    jwks_uri: given.jwks_uri ?? null,
    type,
    owner_name: given.owner_name?.trim() || null,
    owner_email: given.owner_email ? (normaliseEmail(given.owner_email) ?? given.owner_email) : null,
    default_scope: formatScope(parseScope(given.default_scope)),
    optional_scope: formatScope(parseScope(given.optional_scope)),
    first_party: given.first_party ?? false,
    gateway_resource: given.gateway_resource?.replace(/\/$/, '') ?? null,
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
