/** Rows of Logto's database as JSON: its applications with their secrets, and its users. */
import type { LeftOut } from '../account-import.ts';
import { parsePasswordHash } from '../password-hashes/parse.ts';
import { type ForeignClient, type ForeignSecret, publicType } from './client.ts';
import { type Fields, fieldsIn, isOn, momentOf, objectsIn, textIn, textsIn } from './fields.ts';
import { withoutPassword } from './passwords.ts';
import type { AccountReading, Source } from './source.ts';

export const logto: Source = {
  title: 'Logto',
  wanted: 'rows of Logto’s database: an object with “applications”, “users” or both',
  lists: { applications: 'client', users: 'account' },
  client: clientOf,
  account: accountOf,
};

const types = { Native: 'native', SPA: 'spa', Traditional: 'web', MachineToMachine: 'service' } as const;
/** Logto has ids of its own for these. */
const builtIn = ['admin-console', 'demo-app', 'account-center', 'account'];

function clientOf(entry: Fields, now: Date): ReturnType<Source['client']> {
  const clientId = textIn(entry, 'id') ?? '';
  if (builtIn.includes(clientId)) {
    return { leftOut: { reason: 'built_in', problem: 'The client is part of every installation' }, clientId };
  }
  const named = textIn(entry, 'type') ?? '';
  if (!(named in types)) {
    const problem = `The application is of the type ${JSON.stringify(named.slice(0, 40))}`;
    return { leftOut: { reason: 'unsupported_kind', problem }, clientId };
  }
  return foreignClient(entry, clientId, types[named as keyof typeof types], now);
}

function foreignClient(
  entry: Fields,
  clientId: string,
  type: (typeof types)[keyof typeof types],
  now: Date,
): ForeignClient {
  const metadata = fieldsIn(entry.oidc_client_metadata);
  const custom = fieldsIn(entry.custom_client_metadata);
  const uris = (name: string, other: string) => [...textsIn(metadata, name), ...textsIn(metadata, other)];
  const redirectUris = uris('redirectUris', 'redirect_uris');
  const isPublic = type === 'native' || type === 'spa';
  const isService = type === 'service';
  const grantTypes = isService ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
  const origins = textsIn(custom, 'corsAllowedOrigins');
  const logout = textIn(metadata, 'backchannelLogoutUri');
  const description = textIn(entry, 'description');
  return {
    clientId,
    // A single-page app with a scheme of its own runs on a device.
    type: type === 'spa' ? publicType(redirectUris, grantTypes) : type,
    name: textIn(entry, 'name'),
    authMethod: isPublic ? 'none' : 'client_secret_basic',
    grantTypes,
    redirectUris,
    postLogoutUris: uris('postLogoutRedirectUris', 'post_logout_redirect_uris'),
    scopes: undefined,
    secrets: isPublic ? [] : secretsOf(entry, now),
    disabled: false,
    more: {
      ...(description && { description }),
      ...(!isService && logout && { backchannel_logout_uri: logout }),
      ...(isPublic && origins.length > 0 && { allowed_origins: origins }),
    },
  };
}

/** Since application secrets have a table of their own, the column has a value that only Logto itself uses. */
function secretsOf(entry: Fields, now: Date): ForeignSecret[] {
  const own = textIn(entry, 'secret');
  const listed = objectsIn(entry, 'secrets').flatMap((row) => {
    const value = textIn(row, 'value');
    const ends = textIn(row, 'expires_at');
    const expiresAt = ends === undefined ? null : new Date(ends);
    return value === undefined || (expiresAt && !(expiresAt > now)) ? [] : [{ value, isHash: false, expiresAt }];
  });
  if (listed.length > 0 || own === undefined || own.startsWith('internal:')) return listed;
  return [{ value: own, isHash: false, expiresAt: null }];
}

function accountOf(entry: Fields, now: Date): AccountReading {
  const email = textIn(entry, 'primary_email');
  const without: LeftOut[] = [];
  const line = {
    email,
    name: textIn(entry, 'name') ?? textIn(entry, 'username') ?? email?.split('@')[0],
    status: isOn(entry.is_suspended) ? 'suspended' : 'active',
    password_hash: passwordOf(entry, without),
    created_at: momentOf(entry.created_at, now),
    external_id: textIn(entry, 'id'),
  };
  const providers = Object.keys(fieldsIn(entry.identities));
  if (providers.length > 0) {
    const list = JSON.stringify(providers.join(', ').slice(0, 100));
    without.push({ reason: 'other_sign_in', problem: `The sign-in at ${list} was not imported` });
  }
  if (objectsIn(entry, 'mfa_verifications').length > 0) {
    without.push({ reason: 'second_step', problem: 'The second step was not imported' });
  }
  return { line, without };
}

/** The methods that hash once, so that a thief of the database finds passwords by trying. */
const weak = ['MD5', 'SHA1', 'SHA256', 'Legacy'];

/** The columns have two names: newer versions call the hash a digest. */
function passwordOf(entry: Fields, without: LeftOut[]): string | undefined {
  const hash = textIn(entry, 'password_encrypted') ?? textIn(entry, 'password_digest');
  if (hash === undefined) return undefined;
  const method = textIn(entry, 'password_encryption_method') ?? textIn(entry, 'password_algorithm') ?? '';
  if (weak.includes(method)) {
    without.push(withoutPassword(`is of ${method}, which is too weak`, 'password_weak'));
    return undefined;
  }
  const parsed = parsePasswordHash(hash);
  if ('hash' in parsed) return hash;
  without.push(withoutPassword(parsed.problem));
  return undefined;
}
