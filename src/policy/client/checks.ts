/** The rules that a complete registration must keep, one list. */

import { deviceGrantType } from '../device-codes.ts';
import { checkOrigin, maxOrigins } from '../origins.ts';
import { problemText } from '../problem-texts.ts';
import { isAdminScope, isApiScope, parseScope, scopeSpellingProblem } from '../scopes.ts';
import { checkWebhookUrl, type OutboundRules } from '../webhook-urls.ts';
import { checkKeys } from './keys.ts';
import { keepsProfile, profileChecks } from './profiles.ts';
import { checkRedirectUri, maxRedirectUris } from './redirect-uris.ts';
import { type ClientMetadata, clientFields, type FieldName, fieldNames, type Problems } from './schema.ts';
import { clientTypes } from './types.ts';

/** What a rule depends on beside the registration. */
export interface Circumstances {
  /** Nobody registers it by hand. */
  readonly byItself: boolean;
  /** Where this server may send requests. */
  readonly outbound: OutboundRules;
}

type Check = (client: ClientMetadata, circumstances: Circumstances) => string | undefined;

/** The rules between several fields, and those that depend on the type. */
const checks: readonly [field: FieldName, check: Check][] = [
  ['redirect_uris', checkRedirectUris],
  ['post_logout_redirect_uris', checkPostLogoutUris],
  ['backchannel_logout_uri', checkLogoutUri],
  ['allowed_origins', checkOrigins],
  ['grant_types', checkGrantTypes],
  ['token_endpoint_auth_method', checkAuthMethod],
  ['jwks', checkClientKeys],
  ['workload_identities', checkWorkloads],
  ['scope', checkCeiling],
  ['default_scope', ({ default_scope: scope, ...client }) => checkPartialScope(scope, client)],
  ['optional_scope', ({ optional_scope: scope, ...client }) => checkPartialScope(scope, client)],
  ['gateway_resource', checkGateway],
  ['exchange_resource', checkExchange],
  ['id_jag_issuers', checkIdJag],
];

/** Adds what is wrong with `client`; a field that has a problem already keeps it. */
export function checkFields(client: ClientMetadata, problems: Problems, circumstances: Circumstances): void {
  const add = (name: FieldName, problem: string | undefined) => {
    if (problem !== undefined) problems[name] ??= problem;
  };
  for (const name of fieldNames) {
    const value = client[name];
    if (value !== null) add(name, clientFields[name].problem?.(value as never));
  }
  for (const [name, check] of checks) add(name, check(client, circumstances));
  if (keepsProfile(client)) for (const [name, check] of profileChecks) add(name, check(client));
}

/** A client whose people come only by a device needs none. */
function checkRedirectUris(client: ClientMetadata, { byItself }: Circumstances): string | undefined {
  const { redirect_uris: uris, type, grant_types: grantTypes } = client;
  const needed =
    clientTypes[type].interactive &&
    (grantTypes.includes('authorization_code') || !grantTypes.includes(deviceGrantType));
  if (needed && uris.length === 0) return problemText('atLeastOne');
  return checkUris(uris, type, byItself);
}

function checkPostLogoutUris(client: ClientMetadata, { byItself }: Circumstances): string | undefined {
  return checkUris(client.post_logout_redirect_uris, client.type, byItself);
}

function checkUris(uris: readonly string[], type: ClientMetadata['type'], byItself: boolean): string | undefined {
  if (!clientTypes[type].interactive) return uris.length === 0 ? undefined : problemText('noSignIn', type);
  if (uris.length > maxRedirectUris) return problemText('tooMany', maxRedirectUris);
  const problems = uris
    .map((uri) => [uri, checkRedirectUri(uri, type, byItself)] as const)
    .filter(([, problem]) => problem);
  return problems.map(([uri, problem]) => `${JSON.stringify(uri)} ${problem}`).join('; ') || undefined;
}

function checkLogoutUri({ backchannel_logout_uri: uri, type }: ClientMetadata, { outbound }: Circumstances) {
  if (uri === null) return undefined;
  return clientTypes[type].interactive ? checkWebhookUrl(uri, outbound) : problemText('noSignIn', type);
}

function checkOrigins({
  allowed_origins: origins,
  token_endpoint_auth_method: method,
}: ClientMetadata): string | undefined {
  if (origins.length === 0) return undefined;
  if (method !== 'none') return problemText('noSecret');
  if (origins.length > maxOrigins) return problemText('tooMany', maxOrigins);
  const problems = origins.map((origin) => [origin, checkOrigin(origin)] as const).filter(([, problem]) => problem);
  return problems.map(([origin, problem]) => `${JSON.stringify(origin)} ${problem}`).join('; ') || undefined;
}

function checkGrantTypes({ grant_types: grantTypes, type }: ClientMetadata): string | undefined {
  const rules = clientTypes[type];
  const allowed = [...rules.grantTypes, ...rules.otherGrantTypes];
  const wrong = grantTypes.find((grantType) => !allowed.includes(grantType));
  if (wrong !== undefined) return `must be among ${allowed.join(', ')} for type ${type}`;
  // One by which there are tokens at all.
  const ways = allowed.filter((grantType) => grantType === rules.grantTypes[0] || grantType === deviceGrantType);
  return ways.some((way) => grantTypes.includes(way)) ? undefined : `must have ${ways.join(' or ')} for type ${type}`;
}

function checkAuthMethod(client: ClientMetadata): string | undefined {
  const { token_endpoint_auth_method: method, type, grant_types: grantTypes } = client;
  const { authMethods } = clientTypes[type];
  if (!authMethods.includes(method)) return `must be ${authMethods.join(' or ')} for type ${type}`;
  if (method === 'none' && grantTypes.includes('client_credentials')) {
    return 'must not be none: client_credentials is only for clients that prove who they are (RFC 6749 §4.4)';
  }
  if (method === 'private_key_jwt' && client.jwks === null && client.jwks_uri === null) {
    return 'needs jwks or jwks_uri when it is private_key_jwt';
  }
  if (method === 'workload_identity' && client.workload_identities.length === 0) {
    return 'needs workload_identities when it is workload_identity';
  }
  return undefined;
}

/** Otherwise somebody could believe that a list counts which nobody reads. */
function checkWorkloads({ workload_identities: list, token_endpoint_auth_method: method }: ClientMetadata) {
  return list.length > 0 && method !== 'workload_identity' ? problemText('workloadOnly') : undefined;
}

function checkClientKeys({ jwks, jwks_uri: address }: ClientMetadata): string | undefined {
  if (jwks === null) return undefined;
  return address === null ? checkKeys(jwks.keys) : 'must not be given together with jwks_uri';
}

function checkCeiling({ scope, type, gateway_resource: gateway }: ClientMetadata): string | undefined {
  if (scope === '' && !clientTypes[type].interactive && gateway === null) return problemText('atLeastOne');
  const administers = parseScope(scope).some(isAdminScope);
  if (administers && type !== 'service') return 'may have scopes of the admin API for type service only';
  return checkScopes(scope, (one) => isApiScope(one) || isAdminScope(one));
}

function checkScopes(scope: string, known: (scope: string) => boolean = isApiScope): string | undefined {
  const wrong = parseScope(scope).filter((one) => !known(one));
  if (wrong.length === 0) return undefined;
  if (scopeSpellingProblem(scope)) return 'must have its scopes separated by spaces, not by commas';
  const which = wrong.length === 1 ? 'is not one of them' : 'are not among them';
  return `must be scopes of the API: ${JSON.stringify(wrong.join(' '))} ${which}`;
}

function checkPartialScope(
  partial: string,
  { scope, type }: Pick<ClientMetadata, 'scope' | 'type'>,
): string | undefined {
  if (partial !== '' && !clientTypes[type].interactive) return problemText('noSignIn', type);
  const ceiling = parseScope(scope);
  const outside = parseScope(partial).filter((one) => !ceiling.includes(one));
  return checkScopes(partial) ?? (outside.length === 0 ? undefined : `must be within scope: not ${outside.join(', ')}`);
}

function checkGateway({ gateway_resource: resource, type }: ClientMetadata): string | undefined {
  if (resource === null) return undefined;
  return type === 'service' ? undefined : 'is only for type service';
}

/** A service exchanges what it received as a gateway, so other services have nothing to exchange. */
function checkExchange({ exchange_resource: resource, gateway_resource: gateway }: ClientMetadata): string | undefined {
  return resource === null || gateway !== null ? undefined : 'is only for a gateway: set gateway_resource too';
}

/** The draft wants clients that prove who they are, since the assertion names one of them. */
function checkIdJag({
  id_jag_issuers: issuers,
  token_endpoint_auth_method: method,
}: ClientMetadata): string | undefined {
  return issuers === null || method !== 'none' ? undefined : 'is only for clients that authenticate';
}
