/**
 * From what a client says of itself (RFC 7591 §2, in a registration request or in a Client ID Metadata Document) to what is
 * registered for it. Nobody corrects such a client by hand, and agents send what their library sends by default: so whatever has
 * a safe reading is read that way, and only the rest is left for `completeClient` to refuse.
 */
import { deviceGrantType } from '../device-codes.ts';
import { apiScopes, formatScope, isApiScope, isSensitive, parseScope } from '../scopes.ts';
import { signingAlgorithms } from '../signing-algorithms.ts';
import { isLoopback } from './redirect-uris.ts';
import { type ClientInput, clientFields, type FieldName } from './schema.ts';
import { type ClientType, clientTypes } from './types.ts';

/** As parsed JSON: nothing of it is checked. */
export type ClientDocument = Readonly<Record<string, unknown>>;

/** Texts and addresses that people read. One that can't be shown is left out: the client works without it. */
const dispensable = [
  'client_name#en',
  'client_name#de',
  'client_name#es',
  'client_name#fr',
  'client_name#ja',
  'client_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
] as const satisfies readonly FieldName[];

/** What a document decides about its client. Its scopes count only at first: an admin may have changed them since. */
export const documentFields = [
  'client_name',
  ...dispensable,
  'type',
  'redirect_uris',
  'post_logout_redirect_uris',
  'grant_types',
  'token_endpoint_auth_method',
  'id_token_signed_response_alg',
  'jwks',
  'jwks_uri',
] as const satisfies readonly FieldName[];

/** All that a client says of itself. */
export const saidFields = [...documentFields, 'scope', 'default_scope', 'optional_scope'] as const;

/**
 * Unknown members are ignored, as RFC 7591 §2 demands, and so is every field that only a person may set. `nameless` is the
 * name of a client that has none.
 */
export function selfRegistration(document: ClientDocument, nameless: string): ClientInput {
  const redirectUris = texts(document.redirect_uris);
  const type = typeOf(document.application_type, redirectUris);
  const authMethod = document.token_endpoint_auth_method;
  // `completeClient` checks every value. The types say what is expected of it, which nobody has checked before.
  const unchecked = {
    ...Object.fromEntries(dispensable.flatMap((name) => usable(name, document[name]))),
    client_name: isText(document.client_name) ? document.client_name.trim() : nameless,
    type,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: texts(document.post_logout_redirect_uris),
    grant_types: grantTypesOf(type, document.grant_types),
    ...(isText(authMethod) && { token_endpoint_auth_method: authMethod }),
    ...(signingAlgorithms.some((one) => one === document.id_token_signed_response_alg) && {
      id_token_signed_response_alg: document.id_token_signed_response_alg,
    }),
    // Keys are of no use to any other method, and some libraries send an empty set.
    ...(authMethod === 'private_key_jwt' && { jwks: document.jwks ?? null, jwks_uri: document.jwks_uri ?? null }),
    ...scopesOf(document.scope),
  };
  return unchecked as ClientInput;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Empty entries are dropped. Anything but a list of texts is left for the check of the field. */
function texts(value: unknown): unknown {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return value;
  return value.filter((one) => one !== '');
}

/**
 * `application_type` is often missing or wrong: agents leave it out and come back to this computer. Only for a native client is
 * the port of a loopback redirect URI free (RFC 8252 §7.3).
 */
function typeOf(applicationType: unknown, redirectUris: unknown): ClientType {
  if (applicationType === 'native' || !Array.isArray(redirectUris)) return 'native';
  return redirectUris.some(isOfADevice) ? 'native' : 'web';
}

/** Whether this redirect URI leads to a program on somebody's device: by a loopback address or a scheme of its own. */
function isOfADevice(uri: unknown): boolean {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  if (!url) return false;
  if (url.protocol === 'https:') return false;
  return url.protocol !== 'http:' || isLoopback(url.hostname);
}

/** Only those with which a person can be asked. A client that nobody knows never acts for itself. */
function grantTypesOf(type: ClientType, named: unknown): string[] {
  const { grantTypes, otherGrantTypes } = clientTypes[type];
  if (!Array.isArray(named) || named.length === 0) return [...grantTypes];
  const known = [...grantTypes, ...otherGrantTypes].filter(
    (one) => one !== 'client_credentials' && named.includes(one),
  );
  // A program whose people come only by a device has no redirect URI.
  if (known.includes('authorization_code') || known.includes(deviceGrantType)) return known;
  return ['authorization_code', ...known];
}

/**
 * It may ask for what it names, or for everything if it names nothing that we know. Without a scope, a request asks for what
 * only reads. Writes and AI are always up to the person.
 */
function scopesOf(scope: unknown): Required<Pick<ClientInput, 'scope' | 'default_scope' | 'optional_scope'>> {
  const named = typeof scope === 'string' ? parseScope(scope.replaceAll(',', ' ')).filter(isApiScope) : [];
  const ceiling = named.length === 0 ? [...apiScopes] : named;
  return {
    scope: formatScope(ceiling),
    default_scope: formatScope(ceiling.filter((one) => !isSensitive(one))),
    optional_scope: formatScope(ceiling.filter(isSensitive)),
  };
}

/** The field, if its value could be registered. */
function usable(name: (typeof dispensable)[number], value: unknown): [] | [[string, unknown]] {
  if (value === undefined || value === null || value === '') return [];
  const { schema, problem } = clientFields[name];
  const { success, data } = schema.safeParse(value);
  return success && problem?.(data as never) === undefined ? [[name, data]] : [];
}
