/** From what somebody says of a client to a complete registration, or to everything that is wrong with it. */
import { AppError } from '../../errors.ts';
import { normaliseEmail } from '../emails.ts';
import { apiScopes, formatScope, isIdentityScope, parseScope } from '../scopes.ts';
import { checkFields } from './checks.ts';
import { readFields } from './fields.ts';
import type { ClientInput, ClientMetadata, Problems } from './metadata.ts';
import { clientTypes } from './types.ts';

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
    allowed_origins: unique(given.allowed_origins ?? []),
    grant_types: unique(given.grant_types ?? rules.grantTypes),
    token_endpoint_auth_method: given.token_endpoint_auth_method ?? rules.authMethods[0],
    id_token_signed_response_alg: given.id_token_signed_response_alg ?? 'ES256',
    // A gateway asks about tokens; it has no business with one that opens the API.
    // Identity scopes are within every ceiling: naming them changes nothing.
    scope: withoutIdentity(given.scope ?? (given.gateway_resource ? '' : apiScopes.join(' '))),
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

function withoutIdentity(scope: string): string {
  return formatScope(parseScope(scope).filter((one) => !isIdentityScope(one)));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
