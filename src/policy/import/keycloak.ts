/** The realm export of Keycloak (`kc.sh export`): its clients, its users with their passwords, and what these have allowed. */
import type { LeftOut } from '../account-import.ts';
import { deviceGrantType } from '../device-codes.ts';
import { parsePasswordHash } from '../password-hashes/parse.ts';
import { type ForeignClient, publicType } from './client.ts';
import { type Fields, fieldsIn, isOn, momentOf, objectsIn, textIn, textsIn } from './fields.ts';
import type { Finding } from './findings.ts';
import { withoutPassword } from './passwords.ts';
import type { AccountReading, ForeignConsent, Source } from './source.ts';

/** Each realm has these for its own pages and its admin API. */
const builtIn = [
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
  'master-realm',
];

/** Client scopes of every realm that only shape Keycloak's own tokens. */
const ignoredScopes = [
  'acr',
  'address',
  'basic',
  'microprofile-jwt',
  'organization',
  'phone',
  'roles',
  'service_account',
  'web-origins',
];

export const keycloak: Source = {
  title: 'Keycloak',
  wanted: 'a realm export of Keycloak: an object with “clients”, “users” or both',
  lists: { clients: 'client', users: 'account' },
  client: clientOf,
  account: accountOf,
  consents: consentsOf,
  ignoredScopes,
};

function clientOf(entry: Fields, now: Date): ReturnType<Source['client']> {
  const clientId = textIn(entry, 'clientId') ?? '';
  const leftOut = (finding: Finding) => ({ leftOut: finding, clientId });
  if (builtIn.includes(clientId)) return leftOut({ reason: 'built_in', problem: 'The client is part of every realm' });
  const protocol = textIn(entry, 'protocol') ?? 'openid-connect';
  if (protocol !== 'openid-connect') {
    return leftOut({
      reason: 'unsupported_kind',
      problem: `The client speaks ${JSON.stringify(protocol.slice(0, 40))}`,
    });
  }
  if (isOn(entry.bearerOnly)) return leftOut({ reason: 'resource_server', problem: 'The client only receives tokens' });
  const attributes = fieldsIn(entry.attributes);
  const method = authMethodOf(entry, attributes);
  if (method === undefined) {
    const named = JSON.stringify(textIn(entry, 'clientAuthenticatorType')?.slice(0, 40) ?? '');
    return leftOut({ reason: 'auth_method', problem: `The client authenticates by ${named}` });
  }
  return foreignClient(entry, { clientId, method, now });
}

type Method = { readonly name: string; readonly keys?: object };

function authMethodOf(entry: Fields, attributes: Fields): Method | undefined {
  if (isOn(entry.publicClient)) return { name: 'none' };
  const type = textIn(entry, 'clientAuthenticatorType') ?? 'client-secret';
  if (type === 'client-secret') return { name: 'client_secret_basic' };
  if (type !== 'client-jwt') return undefined;
  const address = isOn(attributes['use.jwks.url']) ? textIn(attributes, 'jwks.url') : undefined;
  if (address) return { name: 'private_key_jwt', keys: { jwks_uri: address } };
  const keys = isOn(attributes['use.jwks.string']) ? fieldsIn(attributes['jwks.string']) : {};
  return 'keys' in keys ? { name: 'private_key_jwt', keys: { jwks: keys } } : undefined;
}

function foreignClient(
  entry: Fields,
  { clientId, method, now }: { clientId: string; method: Method; now: Date },
): ForeignClient {
  const attributes = fieldsIn(entry.attributes);
  const grantTypes = grantTypesOf(entry, attributes);
  const redirectUris = textsIn(entry, 'redirectUris').map((uri) => absolute(uri, textIn(entry, 'rootUrl')));
  const isService = grantTypes.length === 1 && grantTypes[0] === 'client_credentials';
  const isPublic = method.name === 'none';
  const secret = textIn(entry, 'secret');
  const name = textIn(entry, 'name');
  return {
    clientId,
    type: isPublic ? publicType(redirectUris, grantTypes) : isService ? 'service' : 'web',
    // A name such as ${client_account} stands for a text of a theme.
    name: name?.startsWith('${') ? undefined : name,
    authMethod: method.name,
    grantTypes,
    redirectUris,
    postLogoutUris: postLogoutUrisOf(attributes, redirectUris),
    scopes: [...textsIn(entry, 'defaultClientScopes'), ...textsIn(entry, 'optionalClientScopes')],
    defaultScopes: textsIn(entry, 'defaultClientScopes'),
    ignoredScopes,
    secrets: isPublic ? [] : secretsOf(secret, attributes, now),
    disabled: entry.enabled === false,
    more: isService ? (method.keys ?? {}) : { ...method.keys, ...moreOf(entry, attributes, isPublic) },
  };
}

/** An export from the admin console has asterisks in place of secrets. A secret that has ended stays behind. */
function secretsOf(secret: string | undefined, attributes: Fields, now: Date) {
  if (!secret || /^\*+$/.test(secret)) return [];
  const seconds = Number(textIn(attributes, 'client.secret.expiration.time') ?? 0);
  const expiresAt = seconds > 0 ? new Date(seconds * 1000) : null;
  return expiresAt && expiresAt <= now ? [] : [{ value: secret, isHash: false, expiresAt }];
}

function grantTypesOf(entry: Fields, attributes: Fields): string[] {
  const device = isOn(attributes['oauth2.device.authorization.grant.enabled']);
  const byCode = entry.standardFlowEnabled !== false;
  return [
    ...(byCode ? ['authorization_code'] : []),
    ...((byCode || device) && attributes['use.refresh.tokens'] !== 'false' ? ['refresh_token'] : []),
    ...(isOn(entry.serviceAccountsEnabled) ? ['client_credentials'] : []),
    ...(device ? [deviceGrantType] : []),
    ...(isOn(entry.implicitFlowEnabled) ? ['implicit'] : []),
  ];
}

/** `${authBaseUrl}` and the like stay as they are, and are refused later. */
function absolute(uri: string, root = ''): string {
  return uri.startsWith('/') && root !== '' ? `${root.replace(/\/$/, '')}${uri}` : uri;
}

function postLogoutUrisOf(attributes: Fields, redirectUris: readonly string[]): readonly string[] {
  const listed = textIn(attributes, 'post.logout.redirect.uris')?.split('##') ?? [];
  return listed.flatMap((uri) => (uri === '+' ? redirectUris : uri === '-' || uri === '' ? [] : [uri]));
}

function moreOf(entry: Fields, attributes: Fields, isPublic: boolean) {
  const algorithm = textIn(attributes, 'id.token.signed.response.alg') ?? 'RS256';
  const logout = textIn(attributes, 'backchannel.logout.url');
  const home = textIn(entry, 'baseUrl');
  const origins = textsIn(entry, 'webOrigins').filter((origin) => origin !== '+');
  const description = textIn(entry, 'description');
  return {
    id_token_signed_response_alg: algorithm,
    ...(logout && { backchannel_logout_uri: logout }),
    ...(home?.startsWith('https://') && { client_uri: home }),
    ...(isPublic && origins.length > 0 && { allowed_origins: origins }),
    ...(description && !description.startsWith('${') && { description }),
  };
}

function accountOf(entry: Fields, now: Date): AccountReading {
  const service = textIn(entry, 'serviceAccountClientId');
  if (service) return { leftOut: { reason: 'service_account', problem: 'The user stands for a client' } };
  const email = textIn(entry, 'email');
  const name = [textIn(entry, 'firstName'), textIn(entry, 'lastName')].filter(Boolean).join(' ');
  const without: LeftOut[] = [];
  const line = {
    email,
    name: name || textIn(entry, 'username') || email,
    email_verified: entry.emailVerified === true,
    status: entry.enabled === false ? 'suspended' : 'active',
    password_hash: passwordOf(entry, without),
    created_at: momentOf(entry.createdTimestamp, now),
    external_id: textIn(entry, 'id'),
  };
  const providers = objectsIn(entry, 'federatedIdentities').map((one) => textIn(one, 'identityProvider') ?? '');
  if (providers.length > 0) {
    const list = JSON.stringify(providers.join(', ').slice(0, 100));
    without.push({ reason: 'other_sign_in', problem: `The sign-in at ${list} was not imported` });
  }
  if (objectsIn(entry, 'credentials').some(({ type }) => type === 'otp' || type === 'webauthn')) {
    without.push({ reason: 'second_step', problem: 'The second step was not imported' });
  }
  return { line, without };
}

function passwordOf(entry: Fields, without: LeftOut[]): object | undefined {
  const credential = objectsIn(entry, 'credentials').find(({ type }) => type === 'password');
  if (!credential) return undefined;
  if (textsIn(entry, 'requiredActions').includes('UPDATE_PASSWORD')) {
    without.push(withoutPassword('was to be changed at the next sign-in'));
    return undefined;
  }
  const hash = 'hashedSaltedValue' in credential ? ofVersion7(credential) : credential;
  const parsed = parsePasswordHash(hash);
  if ('hash' in parsed) return hash;
  without.push(withoutPassword('value' in credential ? 'is in clear' : parsed.problem));
  return undefined;
}

/** Keycloak before version 8. */
function ofVersion7({ hashedSaltedValue, salt, hashIterations, algorithm }: Fields): object {
  return { secretData: { value: hashedSaltedValue, salt }, credentialData: { hashIterations, algorithm } };
}

function consentsOf(entry: Fields): ForeignConsent[] {
  const externalId = textIn(entry, 'id');
  if (externalId === undefined) return [];
  return objectsIn(entry, 'clientConsents').map((consent) => ({
    externalId,
    clientId: textIn(consent, 'clientId') ?? '',
    scopes: textsIn(consent, 'grantedClientScopes'),
  }));
}
