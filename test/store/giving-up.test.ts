/** When the database, the driver or a frozen process gives up: nothing is done later, nothing stays locked, and what may be tried again is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../../src/store/database.ts';
import { backgroundTimeouts, requestTimeouts } from '../../src/store/timeouts.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { rowsOf } from '../support/rows.ts';
import { stalledWire } from '../support/stalled-wire.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await own.database.script(`CREATE TABLE notes (text text PRIMARY KEY);
    CREATE SEQUENCE tries;
    -- Fails with this SQLSTATE, a number of times in all. A sequence does not roll back.
    CREATE FUNCTION fail(code text, times integer) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= times THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END IF;
      RETURN 'done';
    END $$`);
});
afterAll(() => own.drop());

const addNote = { name: 'add-note', text: 'INSERT INTO notes VALUES ($1)' };
const failing = { name: 'fail', text: 'SELECT fail($1, $2)' };
const notes = async () => (await rowsOf(own.database, 'SELECT text FROM notes ORDER BY 1')).map(({ text }) => text);

function open(url: string, timeouts = patientTimeouts): Database {
  const db = openDatabase({ url, poolSize: 4, timeouts });
  onTestFinished(() => db.close());
  return db;
}

/** Waits until the database has no connection of ours but this one: whatever was under way has had its effect, or none. */
async function untilAlone(): Promise<void> {
  const others = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  await eventually(() => rowsOf(own.database, others)).toEqual([]);
}

/** How often the failing function was called since the last time. */
async function callsOf(work: () => Promise<unknown>): Promise<[calls: number, outcome: unknown]> {
  await own.database.script('ALTER SEQUENCE tries RESTART');
  const outcome = await work().catch((error: unknown) => error);
  const [row] = await rowsOf(
    own.database,
    `SELECT CASE WHEN is_called THEN last_value ELSE 0 END::int AS n FROM tries`,
  );
  return [row?.n as number, outcome];
}

test('a statement that has not left this machine when it was given up is never done', async () => {
  const wire = await stalledWire(own.url);
  const db = open(wire.url, { ...patientTimeouts, queryTimeoutMs: 3_000 });
  // More than the other side's buffers take, which grow only while it reads: the rest stays in ours.
  const addLong = { name: 'add-long', text: 'INSERT INTO notes SELECT left($1, 20)' };
  await db.run(addLong, ['sent']);
  wire.stall();
  await expect(db.run(addLong, ['given up'.padEnd(1_000_000, '.')])).rejects.toThrow('Query read timeout');
  wire.flow();
  await untilAlone();
  expect(await notes()).toEqual(['sent']);
  await db.run(addNote, ['sent later']);
  expect(await notes()).toContain('sent later');
});

test('a transaction that was given up is rolled back at once, without waiting for the lost statement', async () => {
  const wire = await stalledWire(own.url);
  const db = open(wire.url, { ...patientTimeouts, queryTimeoutMs: 3_000 });
  let started = 0;
  const lost = db.transaction(async (trx) => {
    await trx.run(addNote, ['first half']);
    wire.stall();
    started = performance.now();
    await trx.run(addNote, ['second half']);
  });
  await expect(lost).rejects.toThrow('Query read timeout');
  const tookMs = performance.now() - started;
  wire.flow();
  await untilAlone();
  expect(await notes()).not.toContain('first half');
  // ROLLBACK on the same connection would have waited for a second timeout.
  expect(tookMs).toBeLessThan(5_900);
});

test('work that nobody waits for gets a connection that opens late, and a request does not wait for it', async () => {
  const wire = await stalledWire(own.url);
  const [background, requests] = [open(wire.url, backgroundTimeouts), open(wire.url, requestTimeouts)];
  wire.stall();
  const late = background.run(addNote, ['a connection that opened late']);
  await expect(requests.run(addNote, ['a request'])).rejects.toThrow('timeout');
  wire.flow();
  await late;
  expect(await notes()).toContain('a connection that opened late');
});

test('a process that freezes in a transaction holds its locks for the limit only, and its request is not done', async () => {
  const db = open(own.url, { ...patientTimeouts, idleInTransactionTimeoutMs: 1_000, retryWithinMs: 0 });
  const begun = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  const frozen = db.transaction(async (trx) => {
    await trx.run(addNote, ['frozen']);
    begun.resolve();
    await thawed.promise;
    await trx.run(addNote, ['thawed']);
  });
  frozen.catch(() => {});
  await begun.promise;
  // The other one waits for the row of the frozen one, and gets it although that one never ends by itself.
  await own.database.run(addNote, ['frozen']);
  thawed.resolve();
  const error = await frozen.catch((cause: unknown) => cause);
  expect(isUnavailable(error)).toBe(true);
  expect(await notes()).toContain('frozen');
  expect(await notes()).not.toContain('thawed');
});

test.each<[string, () => unknown]>([
  ['it is told at once', () => new Promise((resolve) => setTimeout(resolve, 500))],
  ['it is told after its next statement', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)],
])('work that nobody waits for is done again after its process stood still: %s', async (_, standStill) => {
  const db = open(own.url);
  const retried: string[] = [];
  db.onRetry((state) => retried.push(state));
  const text = crypto.randomUUID();
  const work = async (trx: Db) => {
    const isFirst = retried.length === 0;
    if (isFirst) await trx.script('SET LOCAL idle_in_transaction_session_timeout = 50');
    await trx.run(addNote, [`${text} ${isFirst ? 'first' : 'second'}`]);
    if (isFirst) await standStill();
    await trx.run(addNote, [`${text} last`]);
  };
  await db.transaction(work);
  expect(retried).toEqual(['25P03']);
  expect((await notes()).filter((note) => String(note).startsWith(text))).toEqual([`${text} last`, `${text} second`]);
});

test.each(['40001', '40P01', '55P03', '57014'])('%s is tried again, twice at most', async (code) => {
  const db = open(own.url);
  const retried: string[] = [];
  db.onRetry((state) => retried.push(state));
  expect(await callsOf(() => db.run(failing, [code, 2]))).toEqual([3, [{ fail: 'done' }]]);
  expect(retried).toEqual([code, code]);
  const inTransaction = () => db.transaction((trx) => trx.run(failing, [code, 2]));
  expect(await callsOf(inTransaction)).toEqual([3, [{ fail: 'done' }]]);
  const byBuilder = () => sql`SELECT fail(${code}, 2)`.execute(db.builder);
  expect((await callsOf(byBuilder))[0]).toBe(3);
  const [calls, outcome] = await callsOf(() => db.run(failing, [code, 100]));
  expect([calls, isUnavailable(outcome)]).toEqual([3, true]);
});

test('other errors are not tried again', async () => {
  const db = open(own.url);
  for (const code of ['23505', '22P02', 'P0001']) {
    const [calls, outcome] = await callsOf(() => db.run(failing, [code, 1]));
    expect([calls, isUnavailable(outcome)]).toEqual([1, false]);
  }
});

test('work runs again until it has had effects outside of the database', async () => {
  const db = open(own.url);
  let [runs, effects] = [0, 0];
  const work = () =>
    db.transaction(
      async (trx) => {
        runs += 1;
        await trx.run(failing, ['40P01', 1]);
        effects += 1;
        await trx.run(failing, ['40P01', 100]);
      },
      { mayRetry: () => effects === 0 },
    );
  expect(await callsOf(work)).toEqual([3, expect.objectContaining({ code: '40P01' })]);
  expect([runs, effects]).toEqual([2, 1]);
});

test('two transactions that wait for each other both succeed', async () => {
  const db = open(own.url);
  await db.run(addNote, ['left']);
  await db.run(addNote, ['right']);
  const touch = { name: 'touch', text: 'UPDATE notes SET text = text WHERE text = $1' };
  const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const cross = (mine: 0 | 1, names: [string, string]) =>
    db.transaction(async (trx) => {
      await trx.run(touch, [names[0]]);
      met[mine].resolve();
      await met[(1 - mine) as 0 | 1].promise;
      await trx.run(touch, [names[1]]);
      return 'done';
    });
  const retried: string[] = [];
  db.onRetry((code) => retried.push(code));
  expect(await Promise.all([cross(0, ['left', 'right']), cross(1, ['right', 'left'])])).toEqual(['done', 'done']);
  // What was rolled back may meet the other one again.
  expect(new Set(retried)).toEqual(new Set(['40P01']));
});

test('no try begins that clients would not wait for', async () => {
  const db = open(own.url, requestTimeouts);
  let runs = 0;
  const slow = db.transaction(async (trx) => {
    runs += 1;
    await sleep(3_200);
    await trx.run(failing, ['40001', 100]);
  });
  await callsOf(() => slow);
  expect(runs).toBe(1);
});

test('longer limits hold for one transaction only', async () => {
  const db = open(own.url, { ...requestTimeouts, statementTimeoutMs: 400, queryTimeoutMs: 2_000 });
  const wait = { name: 'wait', text: 'SELECT pg_sleep(0.8)' };
  await expect(db.run({ name: 'wait-long', text: 'SELECT pg_sleep(20)' }, [])).rejects.toThrow('statement timeout');
  expect(await db.transaction((trx) => trx.run(wait, []), { timeouts: patientTimeouts })).toHaveLength(1);
  const shown = { name: 'shown', text: `SELECT current_setting('statement_timeout') AS limit` };
  expect(await db.run(shown, [])).toEqual([{ limit: '400ms' }]);
});

test('a transaction in which a failed statement was ignored is not reported as done', async () => {
  const db = open(own.url);
  const work = db.transaction(async (trx) => {
    await trx.run(addNote, ['ignored']);
    await trx.run({ name: 'fails', text: 'SELECT 1 / 0' }, []).catch(() => {});
    return 'done';
  });
  await expect(work).rejects.toThrow('rolled back');
  expect(await notes()).not.toContain('ignored');
});
