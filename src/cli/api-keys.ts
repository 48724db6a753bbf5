/** vcauth api-keys: the keys with which people's own programs call the API. */
import type { ApiKeyInput } from '../operations/api-key-input.ts';
import { searchApiKeys } from '../operations/api-key-search.ts';
import { createApiKey, revokeApiKey, rotateApiKey, updateApiKey } from '../operations/api-keys.ts';
import { actorWithReason, actorWithReasonGiven } from '../operations/client-record.ts';
import { looksLikeApiKey, maskedKey } from '../policy/api-keys.ts';
import { apiScopes } from '../policy/scopes.ts';
import { getAccount } from '../store/accounts.ts';
import { type ApiKey, listApiKeys } from '../store/api-keys.ts';
import type { Db } from '../store/database.ts';
import { listUsageOfKey } from '../store/key-usage.ts';
import { callRows, callTotals } from './call-rows.ts';
import { command } from './command.ts';
import { readMoment } from './moment.ts';
import { type Output, type Row, time } from './output.ts';
import { onePage } from './paged.ts';
import { reasonOption, someReasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const id = { name: 'key_id' };
const account = { name: 'account' };
const rights = {
  scope: { type: 'text', value: '"A B"', doc: `some of ${apiScopes.join(' ')}` },
  project: { type: 'list', value: 'ID', doc: 'only for this project; may be repeated' },
  network: { type: 'list', value: 'CIDR', doc: 'only from this network or address; may be repeated' },
  expires: { type: 'text', value: 'TIME', doc: 'when it ends, such as 2027-06-30' },
} as const;

const list = command({
  summary: 'List the keys of an account, those that work first; ended ones are kept for 90 days',
  argument: account,
  options: {},
  examples: ['api-keys list ada@example.com'],
  async run({ argument, out, here }) {
    const db = await here.database();
    const found = await listApiKeys(db, (await getAccount(db, argument)).id);
    await printList(out, found, 'It has no keys. Make one: vcauth api-keys create ADDRESS --name … --scope …');
  },
});

const create = command({
  summary: 'Make a key, which is shown once and acts as the account',
  details:
    'Without --project and --network it works for all projects, from everywhere; without --expires until it is revoked.',
  argument: account,
  options: {
    name: { type: 'text', value: 'NAME', required: true, doc: 'for people: which program it is for' },
    ...rights,
    scope: { ...rights.scope, required: true },
    test: { type: 'flag', doc: 'a test key, which reaches the sandbox only' },
  },
  examples: [
    'api-keys create ada@example.com --name CI --scope "projects:read deployments:write" --expires 2027-06-30',
    'api-keys create ada@example.com --name "Playing around" --scope projects:read --test --network 203.0.113.0/24',
  ],
  async run({ argument, options: { name, test, ...given }, out, here }) {
    const db = await here.database();
    const { id: accountId } = await getAccount(db, argument);
    const input = {
      ...{ name, environment: test ? 'test' : 'live', projects: null, networks: null, expiresAt: null },
      ...rightsOf(given),
    } as ApiKeyInput;
    const make = (trx: Db) => createApiKey(trx, accountId, input, here.actor());
    await out.once(db, make, ({ key, secret }) => printOnce(out, key, secret));
    out.note('This key is shown this once. Keep it where only its program can read it.');
  },
});

const show = command({
  summary: 'Show a key: what it may do, its last use and its calls by day; never the key itself',
  details:
    'Calls are those of the last 30 days, in UTC, as gateways counted them. Those of the last minute may be missing.',
  argument: id,
  options: {},
  examples: ['api-keys show key_…', 'api-keys show key_… --json | jq ".calls[0]"'],
  async run({ argument, out, here }) {
    const db = await here.database();
    const [key] = /^key_/.test(argument) ? await searchApiKeys(db, argument) : [];
    if (!key) throw new UsageError(`There is no key ${argument}: see api-keys list and api-keys find.`);
    const calls = await listUsageOfKey(db, key.id);
    out.item({ ...key, calls }, [...rowsOf(key), ...callTotals(calls)]);
    if (calls.length > 0) out.text(callRows(calls));
  },
});

const find = command({
  summary: 'Find a key by its last four characters, or by the key itself on stdin',
  argument: { name: 'last_four', optional: true },
  options: { 'key-stdin': { type: 'flag', doc: 'read the key from stdin: arguments are seen by other users' } },
  examples: ['api-keys find 9u2T', 'api-keys find --key-stdin < found.txt'],
  async run({ argument, options, out, here, terminal }) {
    if (looksLikeApiKey(argument))
      throw new UsageError('Give a key on stdin, with --key-stdin. This one is in your shell’s history now.');
    if ((argument === '') !== (options['key-stdin'] === true))
      throw new UsageError('Name four characters, or --key-stdin.');
    const sought = argument || (await terminal.readPassword(true));
    await printList(out, await searchApiKeys(await here.database(), sought), 'There is no such key.');
  },
});

const update = command({
  summary: 'Rename or limit a key; its scopes, projects and end can only be narrowed',
  argument: id,
  details:
    'A key that works from more networks than before needs a --reason. The owner gets a mail about every change of what the\nkey may do.',
  options: {
    name: { type: 'text', value: 'NAME', doc: 'its new name' },
    ...rights,
    'any-network': { type: 'flag', doc: 'from everywhere, instead of --network' },
    ...someReasonOption,
  },
  examples: [
    'api-keys update key_… --scope projects:read --expires 2026-12-31',
    'api-keys update key_… --network 198.51.100.0/24 --reason "The build servers have moved."',
  ],
  async run({ argument, options: { name, reason, 'any-network': anywhere, ...given }, out, here }) {
    if (anywhere && given.network) throw new UsageError('Give --network or --any-network, not both.');
    const changes = { name, ...rightsOf(given), ...(anywhere && { networks: null }) };
    const by = actorWithReasonGiven(here.actor(), reason);
    const key = await updateApiKey(await here.database(), argument, changes, by);
    out.item(key, rowsOf(key));
  },
});

const rotate = command({
  summary: 'Replace a key by a new one with the same rights',
  argument: id,
  options: {
    'keep-old-days': { type: 'count', value: 'N', doc: 'the key before works on for N days; it ends now without this' },
  },
  examples: ['api-keys rotate key_… --keep-old-days 7'],
  async run({ argument, options, out, here }) {
    const db = await here.database();
    const overlapSeconds = (options['keep-old-days'] ?? 0) * 86_400;
    const make = (trx: Db) => rotateApiKey(trx, argument, { overlapSeconds }, here.actor());
    await out.once(db, make, ({ key, secret }) => printOnce(out, key, secret));
    out.note('This key is shown this once.');
  },
});

const revoke = command({
  summary: 'End a key now, everywhere',
  argument: id,
  options: reasonOption,
  examples: ['api-keys revoke key_… --reason "It was in a public repository."'],
  async run({ argument, options: { reason }, out, here }) {
    await revokeApiKey(await here.database(), argument, actorWithReason(here.actor(), reason));
    out.item({ id: argument, revoked: true }, [['revoked', argument]]);
  },
});

interface GivenRights {
  readonly scope?: string | undefined;
  readonly project?: readonly string[] | undefined;
  readonly network?: readonly string[] | undefined;
  readonly expires?: string | undefined;
}

/** Only what was given. */
function rightsOf({ scope, project, network, expires }: GivenRights): Partial<ApiKeyInput> {
  return {
    ...(scope !== undefined && { scope: scope.split(' ').filter(Boolean) }),
    ...(project !== undefined && { projects: project }),
    ...(network !== undefined && { networks: network }),
    ...(expires !== undefined && { expiresAt: readMoment('expires', expires) }),
  };
}

function printOnce(out: Output, key: ApiKey, secret: string): void {
  out.item({ ...key, key: secret }, [['key', secret], ...rowsOf(key)]);
}

function rowsOf(key: ApiKey): Row[] {
  return [
    ['key_id', key.id],
    ['account', key.account_id],
    ['name', key.name],
    ['looks like', maskedKey(key.environment, key.last_four)],
    ['scope', key.scope.join(' ')],
    ['projects', key.projects?.join(' ') ?? 'all'],
    ['networks', key.networks?.join(' ') ?? 'all'],
    ['created', time(key.created_at)],
    ['expires', key.expires_at ? time(key.expires_at) : 'never'],
    ['revoked', time(key.revoked_at)],
    ['last used', [time(key.last_used_at), key.last_used_address ?? ''].join(' ').trim()],
  ];
}

function printList(out: Output, keys: readonly ApiKey[], empty: string): Promise<void> {
  return out.list(onePage(keys), {
    document: (key) => key,
    columns: {
      key_id: (key) => key.id,
      account: (key) => key.account_id,
      name: (key) => key.name,
      key: (key) => maskedKey(key.environment, key.last_four),
      scope: (key) => key.scope.join(' '),
      last_used: (key) => time(key.last_used_at),
      expires: (key) => time(key.expires_at),
      revoked: (key) => time(key.revoked_at),
    },
    empty,
  });
}

export const apiKeys = { list, create, show, find, update, rotate, revoke };
