/**
 * Auth0: applications as the Management API and the Deploy CLI write them, and users as the export jobs write them, or as support
 * delivers them with their passwords.
 */
import type { LeftOut } from '../account-import.ts';
import { deviceGrantType } from '../device-codes.ts';
import { parsePasswordHash } from '../password-hashes/parse.ts';
import { type ForeignClient, publicType } from './client.ts';
import { type Fields, fieldsIn, isOn, momentOf, objectsIn, textIn, textsIn } from './fields.ts';
import type { Finding } from './findings.ts';
import { withoutPassword } from './passwords.ts';
import type { AccountReading, EntryKind, Source } from './source.ts';

export const auth0: Source = {
  title: 'Auth0',
  wanted: 'applications of Auth0 (Management API, Deploy CLI) or its export of users',
  lists: { clients: 'client', users: 'account' },
  kindOf,
  client: clientOf,
  account: accountOf,
};

const marksOfClient = ['app_type', 'callbacks', 'grant_types', 'oidc_conformant'];

function kindOf(entry: Fields): EntryKind | undefined {
  if (marksOfClient.some((name) => name in entry)) return 'client';
  return 'email' in entry || 'user_id' in entry || '_id' in entry || '_ID' in entry ? 'account' : undefined;
}

function clientOf(entry: Fields): ReturnType<Source['client']> {
  const clientId = textIn(entry, 'client_id');
  if (isOn(entry.global))
    return { leftOut: { reason: 'built_in', problem: 'The client is part of every tenant' }, clientId };
  if (clientId === undefined) {
    const problem = 'is missing: the Deploy CLI writes it with AUTH0_EXPORT_IDENTIFIERS=true';
    return { leftOut: { reason: 'client_id', field: 'client_id', problem } };
  }
  const method = methodOf(entry);
  if (!['none', 'client_secret_basic', 'client_secret_post'].includes(method)) {
    const problem = `The client authenticates by ${JSON.stringify(method.slice(0, 40))}`;
    return { leftOut: { reason: 'auth_method', problem }, clientId };
  }
  return foreignClient(entry, clientId, method);
}

function methodOf(entry: Fields): string {
  const [other] = Object.keys(fieldsIn(entry.client_authentication_methods));
  if (other !== undefined) return other;
  const isPublic = entry.app_type === 'spa' || entry.app_type === 'native';
  return textIn(entry, 'token_endpoint_auth_method') ?? (isPublic ? 'none' : 'client_secret_post');
}

const types = { native: 'native', spa: 'spa', regular_web: 'web', non_interactive: 'service' } as const;

function foreignClient(entry: Fields, clientId: string, method: string): ForeignClient {
  const listed = textsIn(entry, 'grant_types');
  const redirectUris = textsIn(entry, 'callbacks');
  const named = types[textIn(entry, 'app_type') as keyof typeof types];
  const isPublic = method === 'none';
  // Auth0 accepts a secret of an application that its own registration calls public: here it is a web app.
  const type = isPublic ? (named ?? publicType(redirectUris, listed)) : named === 'spa' ? 'web' : (named ?? 'web');
  const secret = isPublic ? undefined : textIn(entry, 'client_secret');
  const grantTypes = listed.length > 0 ? listed : [type === 'service' ? 'client_credentials' : 'authorization_code'];
  return {
    clientId,
    type,
    name: textIn(entry, 'name'),
    authMethod: method,
    grantTypes,
    redirectUris,
    postLogoutUris: textsIn(entry, 'allowed_logout_urls'),
    scopes: undefined,
    secrets: secret ? [{ value: secret, isHash: false, expiresAt: null }] : [],
    disabled: false,
    more: type === 'service' ? {} : moreOf(entry, isPublic),
    findings: findingsOf(entry, grantTypes),
  };
}

function moreOf(entry: Fields, isPublic: boolean) {
  const [logout] = textsIn(fieldsIn(entry.oidc_logout), 'backchannel_logout_urls');
  const origins = [...textsIn(entry, 'web_origins'), ...textsIn(entry, 'allowed_origins')];
  const description = textIn(entry, 'description');
  return {
    id_token_signed_response_alg: 'RS256',
    ...(logout && { backchannel_logout_uri: logout }),
    ...(description && { description }),
    ...(isPublic && origins.length > 0 && { allowed_origins: [...new Set(origins)] }),
  };
}

function findingsOf(entry: Fields, grantTypes: readonly string[]): Finding[] {
  const algorithm = textIn(fieldsIn(entry.jwt_configuration), 'alg') ?? 'RS256';
  const findings: Finding[] = [];
  if (algorithm !== 'RS256') {
    const problem = `${JSON.stringify(algorithm.slice(0, 20))} signs ID tokens there; here it is RS256`;
    findings.push({ reason: 'field', field: 'id_token_signed_response_alg', problem });
  }
  if (grantTypes.includes(deviceGrantType) && entry.app_type === 'spa') {
    findings.push({ reason: 'field', field: 'type', problem: 'is spa, which cannot use the code of a device' });
  }
  return findings;
}

function accountOf(entry: Fields, now: Date): AccountReading {
  const email = textIn(entry, 'email');
  const full = [textIn(entry, 'given_name'), textIn(entry, 'family_name')].filter(Boolean).join(' ');
  const name = textIn(entry, 'name') || full || textIn(entry, 'nickname') || email?.split('@')[0];
  const without: LeftOut[] = [];
  const line = {
    email,
    name,
    email_verified: entry.email_verified === true,
    status: isOn(entry.blocked) ? 'suspended' : 'active',
    password_hash: passwordOf(entry, without),
    created_at: momentOf(entry.created_at, now),
    external_id: externalIdOf(entry),
  };
  const others = objectsIn(entry, 'identities').filter(({ provider }) => provider !== 'auth0');
  if (others.length > 0) {
    const providers = others.map((one) => textIn(one, 'provider') ?? '').join(', ');
    without.push({
      reason: 'other_sign_in',
      problem: `The sign-in at ${JSON.stringify(providers.slice(0, 100))} was not imported`,
    });
  }
  return { line, without };
}

/** Both exports name a person the same: `user_id` is “auth0|” and the id of the database. */
function externalIdOf(entry: Fields): string | undefined {
  const named = textIn(entry, 'user_id') ?? textIn(entry, 'Id');
  if (named !== undefined) return named.includes('|') ? named : `auth0|${named}`;
  const own = textIn(fieldsIn(entry._id ?? entry._ID), '$oid') ?? textIn(entry, '_id');
  return own && `auth0|${own}`;
}

function passwordOf(entry: Fields, without: LeftOut[]): string | undefined {
  const custom = fieldsIn(entry.custom_password_hash);
  const hash =
    textIn(entry, 'passwordHash') ?? textIn(entry, 'password_hash') ?? textIn(fieldsIn(custom.hash), 'value');
  if (hash === undefined) return undefined;
  const parsed = parsePasswordHash(hash);
  if ('hash' in parsed) return hash;
  const weak = /^(md4|md5|sha1|sha256|sha512|hmac)$/.test(textIn(custom, 'algorithm') ?? '');
  without.push(withoutPassword(parsed.problem, weak ? 'password_weak' : 'password_unsupported'));
  return undefined;
}
