/** The schemas of answers. Each named schema is a component of the OpenAPI document. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clientShape } from '../../policy/client/document.ts';
import { publishedUntil } from '../../policy/key-rotation.ts';
import { signingAlgorithms } from '../../policy/signing-algorithms.ts';
import { countedGrantTypes } from '../../policy/statistics.ts';
import { tiers } from '../../policy/tiers.ts';
import type { ListedAccount } from '../../store/account-search.ts';
import type { StoredSigningKey } from '../../store/signing-keys.ts';
import { apiKeyShape, foundKeysShape, keyUsageShape } from './api-keys.ts';
import { countedCalls } from './fields.ts';
import { leakedShape } from './leaked-secrets.ts';
import { signalStreamShape } from './signal-stream-shape.ts';
import { ruleChangeShape, ruleShape, unregisteredShape } from './third-party.ts';
import { webhookComponents } from './webhook-documents.ts';

const time = z.iso.datetime();
const maybe = <T extends z.ZodType>(form: T) => form.nullable();

/** The client, with its secret if one was just created. */
export const clientWithSecret = clientShape.extend({
  client_secret: z.string().optional(),
  looks_like: z
    .array(z.string())
    .optional()
    .meta({ description: 'Ids of verified clients that people could take this one for, by its name' }),
});

export const secretShape = z.strictObject({
  id: z.string(),
  last_four: maybe(z.string()).meta({
    description: 'Its last four characters; null for secrets that were made before they were kept',
  }),
  created_at: time,
  expires_at: maybe(time),
  last_used_at: maybe(time),
});
export const newSecretShape = z.strictObject({ client_id: z.string(), client_secret: z.string() });

export const accountShape = z.strictObject({
  id: z.string(),
  email: z.string(),
  email_verified: z
    .boolean()
    .meta({ description: 'Whether somebody with access to its mailbox has confirmed the address' }),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  tier: z.enum(tiers),
  status: z.enum(['active', 'suspended']),
  password_change_required: z.boolean(),
  external_id: z
    .string()
    .nullable()
    .meta({ description: 'The id in the system that the account was imported from; null for all others' }),
  created_at: time,
});

export const sessionShape = z.strictObject({
  id: z.string(),
  signed_in_at: maybe(time),
  last_seen_at: time,
  expires_at: time,
  user_agent: maybe(z.string()).meta({
    description: 'The browser when the session was last saved; null in sessions from before it was kept',
  }),
  address: maybe(z.string()).meta({ description: 'Its network address then' }),
});

export const grantShape = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  email: z.string(),
  client_id: z.string(),
  scope: z.string(),
  created_at: time,
  refreshed_at: maybe(time),
  expires_at: time.meta({ description: 'When it ends if it is not used until then' }),
  ends_at: maybe(time).meta({
    description: 'When it ends at the latest, as its person chose; null: when they disconnect the app, or after a year',
  }),
});
export const disconnectedShape = z.strictObject({ families_ended: z.int() });

export const keyShape = z.strictObject({
  kid: z.string(),
  alg: z.enum(signingAlgorithms).meta({ description: 'Access tokens are always signed by ES256' }),
  state: z.enum(['current', 'next', 'retired']),
  public_jwk: z.record(z.string(), z.unknown()),
  created_at: time,
  current_at: maybe(time),
  retired_at: maybe(time),
  published_until: maybe(time),
});
export const rotationShape = z.strictObject({
  current: z.string().meta({ description: 'Signs from now on, by ES256' }),
  next: z.string(),
  rs256_current: z.string().meta({ description: 'Signs ID tokens of clients registered for RS256' }),
  rs256_next: z.string(),
});

export const auditShape = z.strictObject({
  seq: z.string().meta({
    description:
      'Its number, in the order of writing. Numbers of changes that were rolled back are left out, so gaps mean nothing; the export has the place in the hash chain, which has no gaps',
  }),
  at: time,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
  request_id: maybe(z.string()),
});

const counts = <T extends string>(...names: T[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.int()])));
const dayShape = z.strictObject({
  day: z.iso.date(),
  tokens: counts(...countedGrantTypes),
  errors: z.int().meta({ description: 'Failed requests of the client and of people who use it' }),
  strangers: z.int().meta({ description: 'Failed requests that only named the client: they do not count against it' }),
  refresh_token_reuses: z
    .int()
    .meta({ description: 'Used refresh tokens that came back: each ended its token family' }),
});
const callsShape = z.strictObject({ ...countedCalls, people: z.int() });
export const activityShape = z.strictObject({
  client_id: z.string(),
  people: z.int(),
  grants: z.int(),
  last_used_at: maybe(time),
  days: z.array(dayShape),
  calls: z.array(callsShape),
});
export const failureShape = z.strictObject({
  id: z.string(),
  at: time,
  request_id: z.string(),
  client_id: maybe(z.string()).meta({
    description: 'Null if the request named no client that there is, or was to register one',
  }),
  endpoint: z.enum(['authorize', 'token', 'par', 'revoke', 'introspect', 'device_authorization', 'register']),
  error: z.string(),
  description: maybe(z.string()),
  detail: maybe(z.string()),
  by: z.enum(['client', 'person', 'stranger']),
  wrong: z.string(),
  fix: z.string(),
  parameters: z.record(z.string(), maybe(z.string())),
});

export const statisticsShape = z.strictObject({
  clients: counts('active', 'disabled', 'verified'),
  accounts: counts('active', 'suspended', 'admins'),
  grants: z.int(),
  sessions: z.int(),
  token_revocations: counts('jti', 'gid', 'client_id'),
  days: z.array(dayShape),
});

export const deletedShape = z.strictObject({ id: z.string(), deleted: z.literal(true) });

/** The components by name. */
export const components = {
  Client: clientShape,
  ClientWithSecret: clientWithSecret,
  ClientSecret: secretShape,
  NewClientSecret: newSecretShape,
  Account: accountShape,
  Session: sessionShape,
  Grant: grantShape,
  Disconnected: disconnectedShape,
  LeakedSecrets: leakedShape,
  ApiKey: apiKeyShape,
  ApiKeyUsage: keyUsageShape,
  FoundApiKeys: foundKeysShape,
  SigningKey: keyShape,
  KeyRotation: rotationShape,
  AuditEvent: auditShape,
  ClientInsight: activityShape,
  FailedRequest: failureShape,
  Statistics: statisticsShape,
  Deleted: deletedShape,
  UnregisteredApp: unregisteredShape,
  ThirdPartyRule: ruleShape,
  ThirdPartyRuleChange: ruleChangeShape,
  ...webhookComponents,
  SignalStream: signalStreamShape,
} as const;

export const accountDocument = (account: ListedAccount): object =>
  pick({ ...account, email_verified: account.email_verified_at !== null }, accountShape);
export const keyDocument = (key: StoredSigningKey): object =>
  pick({ ...key, published_until: publishedUntil(key.retired_at) }, keyShape);
export const deleted = (id: string): object => ({ id, deleted: true });

/** A hash of the whole document, so it changes with every change that a reader can see (RFC 9110 §8.8.3). */
export function etagOf(document: object): string {
  const text = JSON.stringify(document);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

function pick(row: object, shape: z.ZodObject): object {
  const from = row as Record<string, unknown>;
  return Object.fromEntries(Object.keys(shape.shape).map((name) => [name, from[name]]));
}
