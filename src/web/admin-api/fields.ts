/** The forms of what callers send: types, lengths, alphabets. What the values mean, policy/ and operations/ judge. */
import { z } from 'zod';
import { clientStates } from '../../policy/client/state.ts';
import { maxReasonChars } from '../../policy/reasons.ts';
import { signingAlgorithms } from '../../policy/signing-algorithms.ts';

const text = (most: number) => z.string().max(most);
const optional = <T extends z.ZodType>(form: T) => form.nullable().optional();

export const clientId = z
  .string()
  .regex(/^[A-Za-z\d._~-]{1,100}$/)
  .meta({ description: 'The client_id', example: 'notes-app' });
export const accountId = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .meta({ description: 'The id of an account', example: 'acc_r5nXq2Wv0bJc8tYkLm1ZDw' });
export const opaqueId = z.string().regex(/^[\w-]{1,100}$/);
export const serial = z.string().regex(/^\d{1,18}$/);
export const requestId = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .meta({ description: 'The id of a request', example: 'req_kq3Jb0Yw8sN1xV5d' });
const word = text(200).min(1);

export const onePage = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(20),
};

export const moment = z.iso.datetime({ offset: true }).meta({ example: '2026-11-01T00:00:00Z' });

const clientType = z.enum(['web', 'spa', 'native', 'service']);

/** What can be changed of a client; null gives a field its default. */
const changeable = {
  client_uri: optional(text(2000)),
  policy_uri: optional(text(2000)),
  tos_uri: optional(text(2000)),
  contacts: optional(z.array(text(254)).max(10)),
  redirect_uris: optional(z.array(text(2000)).max(20)),
  post_logout_redirect_uris: optional(z.array(text(2000)).max(20)),
  allowed_origins: optional(z.array(text(300)).max(20)).meta({
    description: 'Origins whose scripts may speak for a client without a secret, beside those of its redirect URIs',
  }),
  grant_types: optional(z.array(text(100)).max(10)),
  token_endpoint_auth_method: optional(
    z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  ),
  id_token_signed_response_alg: optional(z.enum(signingAlgorithms)).meta({
    description: 'Many libraries expect RS256 unless told otherwise; the default is ES256',
  }),
  scope: optional(text(1000)),
  default_scope: optional(text(1000)),
  optional_scope: optional(text(1000)),
  jwks: optional(z.strictObject({ keys: z.array(z.record(z.string().max(100), z.unknown())).max(20) })),
  jwks_uri: optional(text(2000)),
  description: optional(text(1200)).meta({ description: 'What it is for, in its own words' }),
  owner_name: optional(text(400)),
  owner_email: optional(text(254)).meta({ description: 'The address of an account here' }),
  first_party: optional(z.boolean()),
  gateway_resource: optional(text(2000)),
};

export const newClient = z.strictObject({
  client_id: clientId.optional(),
  client_name: text(400),
  type: clientType.optional(),
  ...changeable,
});
export const clientChanges = z.strictObject({ client_name: text(400).optional(), ...changeable });
export const clientFilter = z.strictObject({
  ...onePage,
  search: word.optional().meta({ description: 'Beginnings of words in name, client_id, redirect URIs and owner' }),
  type: clientType.optional(),
  status: z.enum(['active', 'disabled']).optional(),
  state: z.enum(clientStates).optional(),
  owner_email: text(254).min(1).optional().meta({ description: 'The whole address of the account that owns it' }),
});

/** What a reviewer says, for the record. */
export const reason = z.strictObject({ reason: text(maxReasonChars).optional() });
export const neededReason = z.strictObject({ reason: text(maxReasonChars).min(1) });

const password = text(1000);
export const newAccount = z.strictObject({
  email: text(254),
  name: text(400),
  password,
  role: z.enum(['user', 'admin']).optional(),
  tier: z.enum(['free', 'pro', 'business', 'enterprise']).optional(),
});
export const accountChanges = z.strictObject({
  name: text(400).optional(),
  role: z.enum(['user', 'admin']).optional(),
  tier: z.enum(['free', 'pro', 'business', 'enterprise']).optional(),
  status: z.enum(['active', 'suspended']).optional(),
  reason: text(maxReasonChars).optional().meta({ description: 'Why, for the record; `role` and `status` need it' }),
});
export const newPassword = z.strictObject({ password });
export const accountFilter = z.strictObject({
  ...onePage,
  email: text(254).min(1).optional().meta({ description: 'The whole address' }),
  search: word.optional().meta({ description: 'An id, or beginnings of words in address and name' }),
  status: z.enum(['active', 'suspended']).optional(),
  role: z.enum(['user', 'admin']).optional(),
});

export const grantFilter = z.strictObject({
  ...onePage,
  account_id: accountId.optional(),
  client_id: clientId.optional(),
});

export const auditFilter = z.strictObject({
  ...onePage,
  actor: word
    .optional()
    .meta({ description: '`client:…`, `account:…`, `cli:ada@host`, `system`; `cli` for every terminal' }),
  action: word.optional().meta({ description: 'Such as `client.created`' }),
  request_id: requestId.optional(),
  target: word.optional().meta({ description: '`client:…`, `account:…`, `grant:…`, `key:…`' }),
  since: moment.optional().meta({ description: 'From this moment on' }),
  until: moment.optional().meta({ description: 'Before this moment' }),
});
