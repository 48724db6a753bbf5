/** vcauth audit: reading the log, and finding out that somebody tampered with it. */
import { hostname, userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditKeys } from '../../src/operations/seal-audit.ts';
import { appendAudit } from '../../src/store/audit.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { hashAsBefore, seal } from '../support/audit.ts';
import { secrets, startCli } from './support.ts';
import { vcauthIn } from './vcauth.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
const append = (n: number) => appendAudit(cli.own.database, { actor: 'cli', action: 'a.b', target: `c:${n}` });

beforeEach(async () => {
  cli = await startCli();
  const db = cli.own.database;
  for (let n = 1; n <= 9; n += 1) {
    await appendAudit(db, {
      actor: n % 2 ? 'cli' : 'account:acc_x',
      action: n === 9 ? 'account.created' : 'client.updated',
      target: `client:${n}`,
      details: {
        n,
        exact: 12345678901234567890n.toString(),
        text: 'ä "\\ \u2028 \u007f\n\u0001',
        nested: { b: [1.5, null], a: true },
      },
      ...(n === 3 ? { requestId: 'r-3' } : {}),
    });
  }
  await db.script(
    `SELECT append_audit('system', 'a.b', 'c:d', '{"n": 1.500, "big": 123456789012345678901234567890}', 'r')`,
  );
});
afterEach(() => cli.own.drop());

test('verify passes an untouched log and prints its head; an empty one too', async () => {
  await seal(cli.own.database);
  const { head, ...rest } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
  const nothing = { removed: 0, removed_before: null, unsealed: 0, oldest_unsealed_seconds: 0 };
  expect(rest).toEqual({ valid: true, events: 10, ...nothing });
  expect(head).toMatch(/^10:[\da-f]{64}$/);
  expect(await cli.vcauth.json(['audit', 'verify', '--head', head])).toMatchObject({ valid: true });
  await cli.own.database.script('TRUNCATE audit_events, audit_seals');
  expect(await cli.vcauth.json(['audit', 'verify'])).toMatchObject({ valid: true, events: 0 });
});

test('verify counts rows that are not sealed yet, and says so if they wait for long', async () => {
  expect(await cli.vcauth.json(['audit', 'verify'])).toMatchObject({ valid: true, events: 0, unsealed: 10 });
  await cli.own.database.script(`UPDATE audit_events SET at = at - interval '1 minute' WHERE seq = 3`);
  const ran = await cli.vcauth(['audit', 'verify']);
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^10 events are not sealed yet, the oldest for 6\d s/),
  });
  await seal(cli.own.database);
  expect((await cli.vcauth(['audit', 'verify'])).stderr).toBe('');
});

describe('when old events were removed', () => {
  let old: string;
  beforeEach(async () => {
    await cli.own.database.script(`UPDATE audit_events SET at = at - interval '200 days' WHERE seq < 9`);
    await seal(cli.own.database);
    ({ head: old } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']));
    expect(await cli.vcauth.json(['purge', '--audit-days', '100'])).toMatchObject({ deleted: { audit_events: 8 } });
  });

  test('list, export and verify begin after them, and verify says so', async () => {
    const ran = await cli.vcauth(['audit', 'verify']);
    expect(ran.stdout).toMatch(/^events +3\nremoved +8, before 20\d\d-.*Z\nhead +11:/m);
    expect(await cli.vcauth.json(['audit', 'verify'])).toMatchObject({ valid: true, events: 3, removed: 8 });
    const listed = await cli.vcauth.json<{ seq: string }[]>(['audit', 'list', '--limit', '50']);
    expect(listed.map(({ seq }) => seq)).toEqual(['11', '10', '9']);
    const exported = (await cli.vcauth(['audit', 'export'])).stdout.trimEnd().split('\n');
    expect(exported.map((line) => JSON.parse(line).sealed_seq)).toEqual(['9', '10', '11']);
  });

  test('an earlier head is compared if it is left, else verify says that it was not', async () => {
    expect(await cli.vcauth(['audit', 'verify', '--head', old])).toMatchObject({ code: 0, stderr: '' });
    const removed = await cli.vcauth(['audit', 'verify', '--head', `4:${'0'.repeat(64)}`]);
    expect(removed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Row 4 was removed .* not compared/) });
  });

  test('purge leaves the log alone unless it is told for how many days, and fails if its beginning is wrong', async () => {
    await cli.own.database.script(`UPDATE audit_anchor SET sealed_seq = 9`);
    expect(await cli.vcauth.json(['purge'])).not.toHaveProperty('deleted.audit_events');
    expect(await cli.vcauth(['purge', '--audit-days', '29'])).toMatchObject({ code: 2 });
    const ran = await cli.vcauth(['purge', '--audit-days', '100']);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('up to place 8 and not up to 9') });
    expect(await cli.vcauth(['purge', '--accept-audit-start'])).toMatchObject({ code: 2 });
  });
});

const rehash = `UPDATE audit_events SET details = '{}',
  hash = audit_hash(prev_hash, seq, at, actor, action, target, '{}', request_id) WHERE seq = 4`;

const changes: [string, string, string, string][] = [
  ['has another actor', `UPDATE audit_events SET actor = 'other' WHERE seq = 4`, '4', 'changed'],
  ['has another action', `UPDATE audit_events SET action = 'client.created' WHERE seq = 4`, '4', 'changed'],
  ['has another target', `UPDATE audit_events SET target = 'client:1' WHERE seq = 4`, '4', 'changed'],
  ['has other details', `UPDATE audit_events SET details = details || '{"n": 5}' WHERE seq = 4`, '4', 'changed'],
  ['has another time', `UPDATE audit_events SET at = at + interval '1 microsecond' WHERE seq = 4`, '4', 'changed'],
  ['has another request id', `UPDATE audit_events SET request_id = NULL WHERE seq = 3`, '3', 'changed'],
  ['is missing', 'DELETE FROM audit_events WHERE seq = 4', '4', 'missing'],
  ['is missing at the beginning', 'DELETE FROM audit_events WHERE seq = 1', '1', 'missing'],
  [
    'is missing, with the numbers closed up',
    'DELETE FROM audit_events WHERE seq = 4; UPDATE audit_events SET seq = seq - 1 WHERE seq > 4',
    '4',
    'reordered',
  ],
  [
    'changed places',
    `UPDATE audit_events SET seq = -4 WHERE seq = 4; UPDATE audit_events SET seq = 4 WHERE seq = 5; UPDATE audit_events SET seq = 5 WHERE seq = -4`,
    '4',
    'reordered',
  ],
];

async function expectFault(sql: string, seq: string, kind: string): Promise<void> {
  await cli.own.database.script(sql);
  const ran = await cli.vcauth(['audit', 'verify', '--json']);
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ valid: false, seq, kind });
  expect(ran.stderr).toMatch(new RegExp(`^Row ${seq} .*\\.\\n$`));
}

describe('verify names the first sealed row that', () => {
  beforeEach(() => seal(cli.own.database));

  const resealed = `UPDATE audit_events SET details = '{}' WHERE seq = 4; UPDATE audit_seals s SET
    hash = audit_hash(s.prev_hash, e.seq, e.at, e.actor, e.action, e.target, e.details, e.request_id) FROM audit_events e
    WHERE e.seq = s.event AND s.event = 4`;

  test.each([
    ...changes,
    ['has another hash', `UPDATE audit_seals SET hash = sha256('') WHERE event = 4`, '4', 'changed'],
    ['has another hash before', `UPDATE audit_seals SET prev_hash = sha256('') WHERE event = 4`, '4', 'changed'],
    ['has a hash that was made anew, without the key of its MAC', resealed, '4', 'changed'],
    [
      'is missing with its seal',
      'DELETE FROM audit_events WHERE seq = 4; DELETE FROM audit_seals WHERE event = 4',
      '4',
      'missing',
    ],
    ['has lost its seal at the end', 'DELETE FROM audit_seals WHERE event > 8', '9', 'unqueued'],
    ['has lost the seals of all', 'TRUNCATE audit_seals', '1', 'unqueued'],
    [
      'was deleted while it waited',
      `SELECT append_audit('cli', 'a.b', 'c:d', '{}', NULL); DELETE FROM audit_events WHERE seq = 11`,
      '11',
      'missing',
    ],
  ])('%s', (_, sql, seq, kind) => expectFault(sql, seq, kind));

  test('is cut off the end, if the head was kept', async () => {
    const { head } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
    await cli.own.database.script('DELETE FROM audit_events WHERE seq > 8; DELETE FROM audit_seals WHERE event > 8');
    expect(await cli.vcauth(['audit', 'verify', '--head', head])).toMatchObject({
      code: 1,
      stderr: 'Row 9 is missing: the log once reached row 10.\n',
    });
  });

  test('is the end of a chain made anew, if the head was kept', async () => {
    const { head } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
    await cli.own.database.script(`TRUNCATE audit_events, audit_seals; DO $$ BEGIN FOR n IN 1..12 LOOP
      PERFORM append_audit('cli', 'a.b', 'c:d', '{}', NULL); END LOOP; END $$`);
    await seal(cli.own.database);
    expect((await cli.vcauth(['audit', 'verify'])).code).toBe(0);
    const ran = await cli.vcauth(['audit', 'verify', '--head', head]);
    expect(ran).toMatchObject({ code: 1, stderr: 'Row 20 differs from the known one: the chain was rewritten.\n' });
  });

  test('verify reports a database that hashes differently', async () => {
    await cli.own.database.script(`CREATE OR REPLACE FUNCTION audit_hash(p_prev bytea, p_seq bigint, p_at timestamptz,
      p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text) RETURNS bytea LANGUAGE sql STABLE
      AS $$ SELECT sha256('') $$`);
    const ran = await cli.vcauth(['audit', 'verify']);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('the function was changed') });
  });
});

describe('verify, in a log from before there were seals, names the first row that', () => {
  beforeEach(() => hashAsBefore(cli.own.database));

  test.each([
    ...changes,
    ['has another hash', `UPDATE audit_events SET hash = sha256('') WHERE seq = 4`, '4', 'changed'],
    ['has another hash before', `UPDATE audit_events SET prev_hash = sha256('') WHERE seq = 4`, '4', 'changed'],
    ['follows one whose hash was made anew', rehash, '5', 'missing'],
  ])('%s', (_, sql, seq, kind) => expectFault(sql, seq, kind));

  test('seals go on from its head, and vouch for it', async () => {
    const { head } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
    expect(head).toMatch(/^10:[\da-f]{64}$/);
    await append(11);
    await seal(cli.own.database);
    expect(await cli.vcauth.json(['audit', 'verify', '--head', head])).toMatchObject({ events: 11, unsealed: 0 });
    // The rewritten old rows are whole by themselves; the first seal does not fit them.
    await cli.own.database.script(`UPDATE audit_events SET details = '{}',
      hash = audit_hash(prev_hash, seq, at, actor, action, target, '{}', request_id) WHERE seq = 10`);
    const ran = await cli.vcauth(['audit', 'verify']);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Row 11 does not continue the row before it/),
    });
  });
});

describe('when SECRETS are rotated', () => {
  const rotated = 'another test secret that is long enough too';
  const vcauthWith = (...all: string[]) => vcauthIn({ DATABASE_URL: cli.own.url, SECRETS: all.join(',') });
  const keysOf = (secret: string) => auditKeys(createSealer([secret]));

  test('seals of a retired secret stay good, since those of the next one vouch for them', async () => {
    await seal(cli.own.database);
    await append(11);
    await seal(cli.own.database, keysOf(rotated));
    for (const known of [[rotated], [rotated, secrets]]) {
      expect(await vcauthWith(...known).json(['audit', 'verify'])).toMatchObject({ valid: true, events: 11 });
    }
    await cli.own.database.script(`UPDATE audit_events SET details = '{}' WHERE seq = 4`);
    expect((await vcauthWith(rotated)(['audit', 'verify'])).stderr).toMatch(/^Row 4 was changed/);
  });

  test('rows at the end that no known secret vouches for are named', async () => {
    await seal(cli.own.database);
    await append(11);
    await append(12);
    await seal(cli.own.database, keysOf('a secret that no server ever had, long enough'));
    const ran = await cli.vcauth(['audit', 'verify']);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Row 11 and those after it were sealed with a secret/),
    });
  });
});

test('list shows the newest first, by every filter, with a limit', async () => {
  const seqs = async (...words: string[]) =>
    (await cli.vcauth.json<{ seq: string }[]>(['audit', 'list', ...words])).map(({ seq }) => Number(seq));
  expect(await seqs('--limit', '3')).toEqual([10, 9, 8]);
  expect(await seqs('--actor', 'account:acc_x')).toEqual([8, 6, 4, 2]);
  expect(await seqs('--action', 'account.created')).toEqual([9]);
  expect(await seqs('--action', 'client.', '--limit', '2')).toEqual([8, 7]);
  expect(await seqs('--target', 'client:5')).toEqual([5]);
  expect(await seqs('--request-id', 'r-3')).toEqual([3]);
  expect(await seqs('--until', '2001-01-01')).toEqual([]);
  expect(await seqs('--from', '2001-01-01', '--limit', '1')).toEqual([10]);
});

test('export writes NDJSON, the oldest first, with hashes, with or without --json', async () => {
  const exported = async (...words: string[]) =>
    (await cli.vcauth(['audit', 'export', ...words])).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const check = (events: Record<string, unknown>[]) => {
    expect(events.map(({ seq }) => seq)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(events.map(({ sealed_seq: place }) => place)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(events[1]?.prev_hash).toBe(events[0]?.hash);
    expect(events[2]).toMatchObject({ actor: 'cli', target: 'client:3', request_id: 'r-3', details: { n: 3 } });
  };
  // It seals what waits.
  const events = await exported('--action', 'client.');
  check(events);
  expect(events[0]).toMatchObject({
    key_id: expect.stringMatching(/^[\da-f]{8}$/),
    mac: expect.stringMatching(/^[\da-f]{64}$/),
  });
  await hashAsBefore(cli.own.database);
  const before = await exported('--action', 'client.', '--json');
  check(before);
  expect(before[0]).toMatchObject({ key_id: null, mac: null });
  // Both parts of a chain, in its order.
  await append(11);
  expect((await exported()).map(({ sealed_seq: place }) => place)).toEqual(
    Array.from({ length: 11 }, (_, n) => String(n + 1)),
  );
});

test('export waits 5 seconds for a seal, says how many events it leaves out, and exports the others', async () => {
  await seal(cli.own.database);
  await append(11);
  await cli.own.database.transaction(async (trx) => {
    await trx.run({ name: 'take-seal-lock', text: 'SELECT pg_advisory_xact_lock(7202)' }, []);
    const { stdout, stderr, code } = await cli.vcauth(['audit', 'export']);
    expect([code, stderr]).toEqual([0, '1 event is not sealed yet and left out. Export again later.\n']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(10);
  });
});

test('the log names the user at the terminal, beside lines from before it did', async () => {
  const { vcauth, own } = cli;
  const words = ['clients', 'create', '--redirect-uri', 'https://notes.example/cb', '--name'];
  await vcauth.json([...words, 'By the user']);
  const shared = vcauthIn({ DATABASE_URL: own.url, SECRETS: secrets, CLI_USER: 'ada' });
  await shared.json([...words, 'By somebody']);
  const host = hostname().replace(/[^\w.-]/g, '_');
  const [user, ada] = [`cli:${userInfo().username}@${host}`, `cli:ada@${host}`];
  const seqs = async (actor: string) =>
    (await vcauth.json<{ seq: string }[]>(['audit', 'list', '--actor', actor])).map(({ seq }) => Number(seq));
  expect(await seqs('cli')).toEqual([12, 11, 9, 7, 5, 3, 1]);
  expect([await seqs(user), await seqs(ada), await seqs('cli:')]).toEqual([[11], [12], []]);
  expect((await vcauth(['audit', 'list', '--limit', '1'])).stdout).toContain(ada);
  const lines = (await vcauth(['audit', 'export', '--actor', 'cli'])).stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).actor).slice(-3)).toEqual(['cli', user, ada]);
  expect(await vcauth.json(['audit', 'verify'])).toMatchObject({ valid: true, events: 12 });
  const nobody = vcauthIn({ DATABASE_URL: own.url, SECRETS: secrets, CLI_USER: 'a b' });
  const refused = await nobody([...words, 'By nobody']);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('CLI_USER must have') });
  expect(await seqs('cli')).toHaveLength(7);
});

test('a malformed time or head is wrong usage', async () => {
  expect(await cli.vcauth(['audit', 'list', '--from', 'yesterday'])).toMatchObject({ code: 2 });
  expect(await cli.vcauth(['audit', 'verify', '--head', '12'])).toMatchObject({ code: 2 });
});
