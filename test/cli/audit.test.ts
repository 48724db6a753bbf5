/** vcauth audit: reading the log, and finding out that somebody tampered with it. */
import { hostname, userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAudit } from '../../src/store/audit.ts';
import { secrets, startCli } from './support.ts';
import { vcauthIn } from './vcauth.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
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
  const { head, ...rest } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
  expect(rest).toEqual({ valid: true, events: 10 });
  expect(head).toMatch(/^10:[\da-f]{64}$/);
  expect(await cli.vcauth.json(['audit', 'verify', '--head', head])).toMatchObject({ valid: true });
  await cli.own.database.script('DELETE FROM audit_events');
  expect(await cli.vcauth.json(['audit', 'verify'])).toMatchObject({ valid: true, events: 0 });
});

const rehash = `UPDATE audit_events SET details = '{}',
  hash = audit_hash(prev_hash, seq, at, actor, action, target, '{}', request_id) WHERE seq = 4`;

describe('verify names the first row that', () => {
  test.each([
    ['has another actor', `UPDATE audit_events SET actor = 'other' WHERE seq = 4`, '4', 'changed'],
    ['has another action', `UPDATE audit_events SET action = 'client.created' WHERE seq = 4`, '4', 'changed'],
    ['has another target', `UPDATE audit_events SET target = 'client:1' WHERE seq = 4`, '4', 'changed'],
    ['has other details', `UPDATE audit_events SET details = details || '{"n": 5}' WHERE seq = 4`, '4', 'changed'],
    ['has another time', `UPDATE audit_events SET at = at + interval '1 microsecond' WHERE seq = 4`, '4', 'changed'],
    ['has another request id', `UPDATE audit_events SET request_id = NULL WHERE seq = 3`, '3', 'changed'],
    ['has another hash', `UPDATE audit_events SET hash = sha256('') WHERE seq = 4`, '4', 'changed'],
    ['has another hash before', `UPDATE audit_events SET prev_hash = sha256('') WHERE seq = 4`, '4', 'changed'],
    ['follows one whose hash was made anew', rehash, '5', 'missing'],
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
  ])('%s', async (_, sql, seq, kind) => {
    await cli.own.database.script(sql);
    const ran = await cli.vcauth(['audit', 'verify', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ valid: false, seq, kind });
    expect(ran.stderr).toMatch(new RegExp(`^Row ${seq} .*\\.\\n$`));
  });

  test('is cut off the end, if the head was kept', async () => {
    const { head } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
    await cli.own.database.script('DELETE FROM audit_events WHERE seq > 8');
    expect(await cli.vcauth(['audit', 'verify', '--head', head])).toMatchObject({
      code: 1,
      stderr: 'Row 9 is missing: the log once reached row 10.\n',
    });
  });

  test('is the end of a chain made anew, if the head was kept', async () => {
    const { head } = await cli.vcauth.json<{ head: string }>(['audit', 'verify']);
    await cli.own.database.script(`DELETE FROM audit_events; DO $$ BEGIN FOR n IN 1..12 LOOP
      PERFORM append_audit('cli', 'a.b', 'c:d', '{}', NULL); END LOOP; END $$`);
    expect((await cli.vcauth(['audit', 'verify'])).code).toBe(0);
    const ran = await cli.vcauth(['audit', 'verify', '--head', head]);
    expect(ran).toMatchObject({ code: 1, stderr: 'Row 10 differs from the known one: the chain was rewritten.\n' });
  });

  test('verify reports a database that hashes differently', async () => {
    await cli.own.database.script(`CREATE OR REPLACE FUNCTION audit_hash(p_prev bytea, p_seq bigint, p_at timestamptz,
      p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text) RETURNS bytea LANGUAGE sql STABLE
      AS $$ SELECT sha256('') $$`);
    const ran = await cli.vcauth(['audit', 'verify']);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('the function was changed') });
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
  const { stdout } = await cli.vcauth(['audit', 'export', '--action', 'client.']);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ seq }) => seq)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  expect(events[1].prev_hash).toBe(events[0].hash);
  expect(events[2]).toMatchObject({ actor: 'cli', target: 'client:3', request_id: 'r-3', details: { n: 3 } });
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
