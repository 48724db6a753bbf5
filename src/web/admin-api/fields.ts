/** The schemas of requests: types, lengths and alphabets. policy/ and operations/ check what the values mean. */
import { z } from 'zod';
import { clientInputShape } from '../../policy/client/schema.ts';
import { clientStates } from '../../policy/client/state.ts';
import { clientTypeNames } from '../../policy/client/types.ts';
import { maxReasonChars } from '../../policy/reasons.ts';
import { tiers } from '../../policy/tiers.ts';

const text = (maxChars: number) => z.string().max(maxChars);

/** The second form is the URL of a document that describes the client. In a path it is percent-encoded. */
export const clientId = z
  .string()
  .regex(/^([A-Za-z\d._~-]{1,100}|https:\/\/[\x21-\x7e]{1,492})$/)
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

const { client_name: clientName, type, ...changeable } = clientInputShape;

export const newClient = z.strictObject({
  client_id: clientId.optional(),
  client_name: clientName.unwrap().unwrap(),
  type,
  ...changeable,
});
/** Has no type, because the type of a client cannot change. */
export const clientChanges = z.strictObject({ client_name: clientName.unwrap().unwrap().optional(), ...changeable });
export const clientFilter = z.strictObject({
  ...onePage,
  search: word.optional().meta({ description: 'Beginnings of words in name, client_id, redirect URIs and owner' }),
  type: z.enum(clientTypeNames).optional(),
  status: z.enum(['active', 'disabled', 'blocked']).optional(),
  state: z.enum(clientStates).optional(),
  owner_email: text(254).min(1).optional().meta({ description: 'The whole address of the account that owns it' }),
});

/** The reason of a reviewer, for the audit log. */
export const reason = z.strictObject({ reason: text(maxReasonChars).optional() });
export const neededReason = z.strictObject({ reason: text(maxReasonChars).min(1) });

const password = text(1000);
export const newAccount = z.strictObject({
  email: text(254),
  name: text(400),
  password,
  role: z.enum(['user', 'admin']).optional(),
  tier: z.enum(tiers).optional(),
  reason: text(maxReasonChars).optional().meta({ description: 'Why, for the record; the `role` `admin` needs it' }),
});
export const accountChanges = z.strictObject({
  name: text(400).optional(),
  role: z.enum(['user', 'admin']).optional(),
  tier: z.enum(tiers).optional(),
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

/** The calls of a day, as gateways counted them. */
export const countedCalls = {
  day: z.string().meta({ description: 'In UTC', example: '2026-11-29' }),
  read: z.int(),
  changed: z.int(),
  generated: z.int(),
  other: z.int().meta({ description: 'Calls whose effect only their upstream knows, such as those of an MCP server' }),
  refused: z
    .int()
    .meta({ description: 'Calls with a good token or key that lacked a scope, a recent sign-in or room in a limit' }),
};
