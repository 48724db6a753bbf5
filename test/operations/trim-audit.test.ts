/** Old events of the audit log are removed, and what is left can still be verified: also when nodes race or end in between. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditLines } from '../../src/operations/audit-lines.ts';
import { purge } from '../../src/operations/purge.ts';
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import { type AuditRetentionRun, trimAudit } from '../../src/operations/trim-audit.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { hashAsBefore, seal, testKeys } from '../support/audit.ts';
import { copyOf, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** Writes events of so many days ago, in the order of the days. */
async function append(perDay: number, ...daysAgo: number[]): Promise<void> {
  for (const days of daysAgo) {
    await test.database.script(`INSERT INTO audit_events (at, actor, action, target, details) SELECT now() - interval '${days} days' + n * interval '1 ms',
        'cli', 'thing.done', 'thing:${days}', jsonb_build_object('n', n) FROM generate_series(1, ${perDay}) n`);
    // Thousands take longer than one call waits.
    while ((await sealAll(test.database, testKeys)) > 0);
  }
}

const runs: AuditRetentionRun[] = [];
const retention = (more: object = {}) => ({
  ...{ keys: testKeys, days: 100, streamed: false },
  onRun: (run: AuditRetentionRun) => void runs.push(run),
  ...more,
});
const trim = (more: object = {}, db = test.database) => trimAudit(db, retention(more));
const verified = (keys = testKeys, db = test.database) => verifyAudit(db, { keys });
const targets = async (db = test.database) =>
  (await rowsOf(db, 'SELECT target, count(*)::int AS n FROM audit_events GROUP BY target ORDER BY min(seq)')).map(
    ({ target, n }) => [target, n],
  );
it('events older than so many days go, with their seals; the rest can be verified, and says what went', async () => {
  await append(30, 300, 200, 101, 99, 0);
  expect(await trim()).toBe(90);
  expect(await targets()).toEqual([
    ['thing:99', 30],
    ['thing:0', 30],
    ['audit', 1],
  ]);
  expect(await rowsOf(test.database, 'SELECT count(*)::int AS n FROM audit_seals')).toEqual([{ n: 61 }]);
  const [event] = await rowsOf(test.database, `SELECT actor, action, details FROM audit_events WHERE target = 'audit'`);
  expect(event).toMatchObject({
    ...{ actor: 'system', action: 'audit.trimmed' },
    details: { up_to: '90', removed: 90, days: 100, hash: expect.stringMatching(/^[\da-f]{64}$/) },
  });
  expect(await verified()).toMatchObject({ head: { seq: 151n }, unsealed: 0, removed: { count: 90 } });
  expect(runs.at(-1)).toMatchObject({ removed: 90, problem: undefined });
  expect(Math.round(runs.at(-1)?.oldestSeconds ?? 0) / 86_400).toBeCloseTo(99, 2);
  // The export begins there too.
  let lines = '';
  for await (const page of auditLines(test.database, {})) lines += page;
  expect(lines.trim().split('\n')).toHaveLength(61);
  expect(lines).toContain('"sealed_seq":"91"');
});

it('the clean-up does so by the way, and only if it is asked to', async () => {
  await append(3, 200, 0);
  expect(await purge(test.database)).not.toHaveProperty('audit_events');
  expect(await targets()).toHaveLength(2);
  expect(await purge(test.database, retention())).toMatchObject({ audit_events: 3 });
});

it('one event a day tells of it, however often it runs', async () => {
  await append(3, 300, 200, 0);
  await trim({ days: 250 });
  await trim();
  await trim();
  const told = () =>
    rowsOf(test.database, "SELECT details ->> 'up_to' AS up_to FROM audit_events WHERE target = 'audit'");
  expect(await told()).toEqual([{ up_to: '3' }]);
  // A day later.
  await test.database.script(`CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.now() + interval '1 day' $$`);
  const later = openDatabase({ url: `${test.url}?options=-c%20search_path%3Dpublic,pg_catalog`, poolSize: 2 });
  expect(await trim({}, later)).toBe(3);
  expect(await told()).toEqual([{ up_to: '3' }, { up_to: '6' }]);
  expect(await verified()).toMatchObject({ removed: { count: 6 } });
  await later.close();
});

it('an event without a seal stays, and so do all that are sealed after it', async () => {
  await append(5, 300);
  await test.database.script(
    `INSERT INTO audit_events (at, actor, action, target, details) VALUES (now() - interval '99 days', 'cli', 'a.b', 'late', '{}')`,
  );
  expect(await trim()).toBe(0);
  await seal(test.database);
  expect(await trim()).toBe(5);
  expect(await verified()).toMatchObject({ head: { seq: 7n } });
});

it('what the receiver of the audit stream does not have stays; a stream that nobody uses holds nothing back', async () => {
  await append(5, 300, 0);
  const sent = (seq: number, daysAgo = 0) =>
    test.database.script(`DELETE FROM audit_stream; INSERT INTO audit_stream (sent_seq, batch_size, due_at)
      VALUES (${seq}, 500, now() - interval '${daysAgo} days')`);
  await sent(0);
  expect(await trim({ streamed: true })).toBe(0);
  // Another node sends it.
  expect(await trim()).toBe(0);
  await sent(2, 8);
  expect(await trim({ streamed: true })).toBe(2);
  expect(await verified()).toMatchObject({ removed: { count: 2 } });
});

it('a stream that nobody uses for a week holds nothing back', async () => {
  await append(5, 300, 0);
  await test.database.script(
    `INSERT INTO audit_stream (sent_seq, batch_size, due_at) VALUES (2, 500, now() - interval '8 days')`,
  );
  expect(await trim()).toBe(5);
});

it('receivers of Shared Signals find what they may read, whatever the setting says', async () => {
  await append(2, 8, 6, 0);
  expect(await trim({ days: 1 })).toBe(2);
  expect((await targets()).map(([target]) => target)).toEqual(['thing:6', 'thing:0', 'audit']);
});

it('events from before there were seals go in the same way', async () => {
  await append(10, 300, 200, 0);
  await hashAsBefore(test.database);
  await append(2, 0);
  expect(await trim({ days: 250 })).toBe(10);
  expect(await verified()).toMatchObject({ removed: { count: 10 }, head: { seq: 33n } });
  expect((await targets()).map(([target]) => target)).toEqual(['thing:200', 'thing:0', 'audit']);
});

describe('many rows', () => {
  /** Ends the connection in the middle of the step, as a kill does. */
  async function crashAfter(steps: number): Promise<void> {
    await test.database.script(`CREATE SEQUENCE steps; CREATE FUNCTION stop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('steps') > ${steps} THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END IF; RETURN NULL; END $$;
      CREATE TRIGGER stop_it AFTER UPDATE ON audit_anchor FOR EACH STATEMENT EXECUTE FUNCTION stop_it()`);
  }
  const anchor = async () =>
    Number((await rowsOf(test.database, 'SELECT sealed_seq FROM audit_anchor'))[0]?.sealed_seq);

  it('a node that is killed between or in its steps leaves a log that can be verified, and another one goes on', async () => {
    await append(12_000, 300);
    await append(5, 0);
    await crashAfter(1);
    await expect(trim()).rejects.toThrow();
    expect(await anchor()).toBe(5_000);
    expect(await verified()).toMatchObject({ head: { seq: 12_006n }, removed: { count: 5_000 } });
    // A backup of this moment is whole, and goes on too.
    await test.database.script('DROP TRIGGER stop_it ON audit_anchor');
    const backup = await copyOf(test);
    expect(await trim({}, backup.database)).toBe(7_000);
    expect(await verified(testKeys, backup.database)).toMatchObject({ removed: { count: 12_000 } });
    await backup.drop();
    expect(await trim()).toBe(7_000);
    expect(await verified()).toMatchObject({ head: { seq: 12_006n }, removed: { count: 12_000 } });
    expect(await rowsOf(test.database, "SELECT 1 FROM audit_events WHERE target = 'audit'")).toHaveLength(1);
  });

  it('nodes that do it at the same time remove each row once, and a check meanwhile finds nothing wrong', async () => {
    await append(12_000, 300);
    await append(5, 0);
    // The check keeps a slow machine so busy that a connection could not be opened in time.
    await Promise.all(Array.from({ length: 10 }, () => rowsOf(test.database, 'SELECT pg_sleep(0.1)')));
    let done = false;
    const checks = (async () => {
      const found: unknown[] = [];
      while (!done) found.push((await verified()).fault);
      return found;
    })();
    const counts: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.all(Array.from({ length: 4 }, () => trim()));
      counts.push(...all.map((count) => count ?? 0));
    }
    done = true;
    expect(counts.reduce((sum, count) => sum + count)).toBe(12_000);
    const found = await checks;
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((fault) => fault !== undefined)).toEqual([]);
    expect(await rowsOf(test.database, "SELECT 1 FROM audit_events WHERE target = 'audit'")).toHaveLength(1);
    expect(await verified()).toMatchObject({ removed: { count: 12_000 } });
  });
});

describe('verify finds', () => {
  beforeEach(async () => {
    await append(5, 300, 200, 0);
    await trim({ days: 250 });
    expect(await verified()).toMatchObject({ removed: { count: 5 } });
  });
  const removeUpTo = (
    place: number,
  ) => `DELETE FROM audit_events WHERE seq IN (SELECT event FROM audit_seals WHERE sealed_seq <= ${place});
    DELETE FROM audit_seals WHERE sealed_seq <= ${place};`;
  const moveTo = (place: number) =>
    `UPDATE audit_anchor SET sealed_seq = ${place}, hash = (SELECT hash FROM audit_seals WHERE sealed_seq = ${place});`;

  it.each([
    ['rows that somebody removed at the beginning', removeUpTo(8), /^Row 6 is missing/],
    [
      'rows that somebody removed with the anchor',
      moveTo(8) + removeUpTo(8),
      /^Rows up to place 8 .*up to place 5 and not up to 8/,
    ],
    ['an anchor with another hash', "UPDATE audit_anchor SET hash = sha256('x')", /^Row 6 does not continue/],
    [
      'an anchor and the row after it, changed together',
      "UPDATE audit_anchor SET hash = sha256('x'); UPDATE audit_seals SET prev_hash = sha256('x') WHERE sealed_seq = 6",
      /^Row 6 was changed/,
    ],
    ['an anchor that is gone', 'DELETE FROM audit_anchor', /^Row 1 is missing/],
    [
      'an anchor that was moved back',
      "UPDATE audit_anchor SET sealed_seq = 3, hash = sha256('x')",
      /^Row 4 is missing/,
    ],
    [
      'the event that told of it, removed',
      "DELETE FROM audit_events WHERE target = 'audit'; DELETE FROM audit_seals WHERE sealed_seq = 16",
      /^Rows up to place 5 .* no server tells/,
    ],
  ])('%s, and nothing more is removed', async (_, sql, problem) => {
    await test.database.script(sql);
    expect(await verified()).toMatchObject({ fault: { problem: expect.stringMatching(problem) } });
    const before = await targets();
    await append(1, 0);
    expect(await trim()).toBe(0);
    expect(runs.at(-1)?.problem).toBeDefined();
    expect((await targets()).filter(([target]) => target !== 'thing:0')).toEqual(
      before.filter(([target]) => target !== 'thing:0'),
    );
  });

  it('an announcement of somebody who can write to the database, and has no SECRETS', async () => {
    const forge = async (keyId: string) => {
      await test.database.script(`SELECT append_audit('system', 'audit.trimmed', 'audit', jsonb_build_object('up_to', '8', 'key_id', '${keyId}',
        'hash', encode((SELECT hash FROM audit_seals WHERE sealed_seq = 8), 'hex'), 'proof', 'aa'), NULL)`);
      await seal(test.database);
    };
    const [{ id } = { id: Buffer.alloc(0) }] = testKeys;
    await forge(id.toString('hex'));
    await forge('00000000');
    // Nobody acts on it.
    expect(await verified()).toMatchObject({ removed: { count: 5 } });
    expect(await trim({ days: 250 })).toBe(0);
    await test.database.script(moveTo(8) + removeUpTo(8));
    expect(await verified()).toMatchObject({
      fault: { problem: expect.stringMatching(/up to place 5 and not up to 8/) },
    });
  });

  it('nothing more after SECRETS were lost and somebody vouched for the beginning, which the log says', async () => {
    const keys = auditKeys(createSealer(['the secret after the lost one, long enough']));
    await append(1, 0);
    expect(await trim({ days: 150, keys })).toBe(0);
    expect(runs.at(-1)?.problem).toMatch(/Put that secret into SECRETS/);
    expect(await trim({ days: 150, keys, acceptedBy: 'cli:ada@host' })).toBe(0);
    const told =
      "SELECT details->>'accepted_by' AS by, details->>'up_to' AS up_to FROM audit_events WHERE target = 'audit' ORDER BY seq DESC LIMIT 1";
    expect(await rowsOf(test.database, told)).toEqual([{ by: 'cli:ada@host', up_to: '5' }]);
    expect(await verified(keys)).toMatchObject({ removed: { count: 5 } });
    // A hole in the chain is not the beginning.
    await test.database.script(removeUpTo(7));
    expect(await trim({ days: 150, keys, acceptedBy: 'cli:ada@host' })).toBe(0);
    expect(await verified(keys)).toHaveProperty('fault');
    expect(await rowsOf(test.database, "SELECT 1 FROM audit_events WHERE target = 'audit'")).toHaveLength(2);
  });

  it('no fault after SECRETS were rotated: the next run lets the new one vouch', async () => {
    const [rotated] = auditKeys(createSealer(['another secret of this test, long enough']));
    if (!rotated) throw new Error('no key');
    expect(await verified([rotated])).toMatchObject({
      fault: { problem: expect.stringMatching(/Put that secret into SECRETS/) },
    });
    await seal(test.database, [rotated]);
    expect(await trim({ days: 250, keys: [rotated, ...testKeys] })).toBe(0);
    expect(await verified([rotated])).toMatchObject({ removed: { count: 5 } });
  });
});

it('without the right to delete events nothing happens', async () => {
  await append(5, 300, 0);
  const role = `reader_${Date.now()}`;
  await test.database.script(
    `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${role}`,
  );
  const url = new URL(test.url);
  [url.username, url.password] = [role, 'x'];
  const db = openDatabase({ url: url.href, poolSize: 1 });
  expect(await trim({}, db)).toBe(0);
  expect(runs.at(-1)).toMatchObject({ removed: 0, problem: undefined });
  await db.close();
  await test.database.script(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});
