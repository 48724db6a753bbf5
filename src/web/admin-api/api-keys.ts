/** /admin/v1/api-keys: the keys of people's own programs. None is made here: a token never makes a key. */
import { z } from 'zod';
import { searchApiKeys } from '../../operations/api-key-search.ts';
import { getApiKey, type KeyChanges, revokeApiKey, updateApiKey } from '../../operations/api-keys.ts';
import { actorWithReason } from '../../operations/client-record.ts';
import { maskedKey } from '../../policy/api-keys.ts';
import { getAccount } from '../../store/accounts.ts';
import { type ApiKey, listApiKeys } from '../../store/api-keys.ts';
import { listUsageOfKey } from '../../store/key-usage.ts';
import { accountId, countedCalls, moment, onePage, opaqueId } from './fields.ts';
import { operation } from './operation.ts';
import { why } from './why.ts';

const time = z.iso.datetime();

export const apiKeyShape = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  name: z.string(),
  environment: z.enum(['live', 'test']),
  looks_like: z
    .string()
    .meta({ description: 'Its beginning and its last four characters', example: 'vcs_sk_live_…9u2T' }),
  scope: z.string(),
  projects: z.array(z.string()).nullable().meta({ description: 'null: all of them' }),
  networks: z.array(z.string()).nullable().meta({ description: 'null: from everywhere' }),
  created_at: time,
  expires_at: time.nullable().meta({ description: 'null: it does not end' }),
  revoked_at: time.nullable(),
  rotated_from: z.string().nullable().meta({ description: 'The key that it replaces' }),
  last_used_at: time.nullable().meta({ description: 'Up to a minute late' }),
  last_used_address: z.string().nullable(),
});

export const foundKeysShape = z.strictObject({ keys: z.array(apiKeyShape) });

export const keyUsageShape = z.strictObject({
  key_id: z.string(),
  calls: z.array(
    z.strictObject({
      ...countedCalls,
      routes: z.record(z.string(), z.int()).meta({ description: 'Calls by route, such as `GET /projects`' }),
      projects: z.array(z.string()).meta({ description: 'Projects that were called, at most 50' }),
      last_address: z.string().nullable().meta({ description: 'Where the last call of the day came from' }),
      last_at: time,
    }),
  ),
});

function documentOf({ last_four: lastFour, scope, ...key }: ApiKey): object {
  return { ...key, looks_like: maskedKey(key.environment, lastFour), scope: scope.join(' ') };
}

const params = z.strictObject({ key_id: opaqueId });
const text = (maxChars: number) => z.string().max(maxChars);

export const apiKeyOperations = [
  operation({
    id: 'api_keys.list',
    method: 'GET',
    path: '/accounts/{account_id}/api-keys',
    summary: 'List the keys of an account, those that work first; ended keys are kept for 90 days',
    scopes: ['accounts:read'],
    params: z.strictObject({ account_id: accountId }),
    query: z.strictObject(onePage),
    data: apiKeyShape,
    list: true,
    async run({ db, params: { account_id: id }, query: { page, per_page: size } }) {
      const keys = await listApiKeys(db, (await getAccount(db, id)).id);
      return { data: keys.slice((page - 1) * size, page * size).map(documentOf), total: keys.length };
    },
  }),
  operation({
    id: 'api_keys.get',
    method: 'GET',
    path: '/api-keys/{key_id}',
    summary: 'Show a key: what it may do, and its last use; never the key itself',
    scopes: ['accounts:read'],
    params,
    data: apiKeyShape,
    async run({ db, params: { key_id: id } }) {
      return { data: documentOf(await getApiKey(db, id)) };
    },
  }),
  operation({
    id: 'api_keys.usage',
    method: 'GET',
    path: '/api-keys/{key_id}/usage',
    summary: 'Show what was done with a key: calls by day, the newest day first; never what was in a call',
    description:
      'The last 30 days, in UTC, as gateways counted them. Days without calls are left out, and the last minute may be missing.',
    scopes: ['accounts:read'],
    params,
    data: keyUsageShape,
    async run({ db, params: { key_id: id } }) {
      return { data: { key_id: (await getApiKey(db, id)).id, calls: await listUsageOfKey(db, id) } };
    },
  }),
  operation({
    id: 'api_keys.find',
    method: 'POST',
    path: '/api-keys/find',
    summary: 'Find keys by their last four characters, or the key that somebody found',
    description:
      'A key belongs in the body and never in an address. Keys of several people may end alike: at most 50 are found.',
    scopes: ['accounts:read'],
    body: z.strictObject({ sought: text(200).min(1) }),
    example: { sought: '9u2T' },
    data: foundKeysShape,
    async run({ db, body: { sought } }) {
      return { data: { keys: (await searchApiKeys(db, sought)).map(documentOf) } };
    },
  }),
  operation({
    id: 'api_keys.update',
    method: 'PATCH',
    path: '/api-keys/{key_id}',
    summary: 'Rename or limit a key; its scopes, its projects and its end can only be narrowed',
    description:
      'Only the named fields change. Networks may be others; a change that lets the key work from more of them needs a `reason`. The owner gets a mail about every change of what the key may do.',
    scopes: ['accounts:write'],
    params,
    body: z.strictObject({
      name: text(400).optional(),
      scope: text(500).optional(),
      projects: z.array(text(200)).max(100).nullable().optional(),
      networks: z.array(text(100)).max(100).nullable().optional(),
      expires_at: moment.nullable().optional(),
      reason: why.optional(),
    }),
    example: { scope: 'projects:read' },
    data: apiKeyShape,
    async run({ db, params: { key_id: id }, body: { scope, expires_at: end, reason, ...given }, actor }) {
      const changes: KeyChanges = {
        ...(given.name !== undefined && { name: given.name }),
        ...(given.projects !== undefined && { projects: given.projects }),
        ...(given.networks !== undefined && { networks: given.networks }),
        ...(scope !== undefined && { scope: scope.split(' ').filter(Boolean) }),
        ...(end !== undefined && { expiresAt: end === null ? null : new Date(end) }),
      };
      const by = reason === undefined ? actor : actorWithReason(actor, reason);
      return { data: documentOf(await updateApiKey(db, id, changes, by)) };
    },
  }),
  operation({
    id: 'api_keys.revoke',
    method: 'POST',
    path: '/api-keys/{key_id}/revoke',
    summary: 'End a key now, everywhere',
    needsReason: true,
    scopes: ['accounts:write'],
    params,
    body: z.strictObject({}),
    example: {},
    data: apiKeyShape,
    async run({ db, params: { key_id: id }, actor }) {
      await revokeApiKey(db, id, actor);
      return { data: documentOf(await getApiKey(db, id)) };
    },
  }),
];
