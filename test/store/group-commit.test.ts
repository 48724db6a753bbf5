/**
 * Group commit on a real database. What shares a batch ends as it would alone: with its own result or error, in order, and
 * never twice for one answer.
 */
import { createRequire } from 'node:module';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test, vi } from 'vitest';
import { type BatchKind, groupCommit } from '../../src/store/batcher.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { onBehalfOf, onlyReads, writingFunctions } from '../../src/store/pool-shares.ts';
import { batchLimits, requestTimeouts } from '../../src/store/timeouts.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { readSources } from '../support/architecture.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { rowsOf } from '../support/rows.ts';
import { stalledWire } from '../support/stalled-wire.ts';
import { transactionPooler } from '../support/transaction-pooler.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await own.database.script(`CREATE TABLE counts (id text PRIMARY KEY, n integer NOT NULL CHECK (n < 1000));
    CREATE TABLE trail (id text, xid xid8 NOT NULL DEFAULT pg_current_xact_id());
    CREATE TABLE owed (id text UNIQUE DEFERRABLE INITIALLY DEFERRED);
    CREATE SEQUENCE tries;
    CREATE FUNCTION fail(code text, times integer) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= times THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END IF;
      RETURN 'done';
    END $$`);
});
afterAll(() => own.drop());
beforeEach(async () => {
  Object.assign(batchLimits, { statementTimeoutMs: 120_000, waitMs: 120_000 });
  await own.database.script('TRUNCATE counts, trail, owed; ALTER SEQUENCE tries RESTART');
});
afterEach(() => {
  groupCommit.isOn = true;
  useRealLimits();
});

/** Tests that are not about the limits of batches have wider ones, so that they pass on a machine that pauses for a second. */
const realLimits = { ...batchLimits };
const useRealLimits = () => Object.assign(batchLimits, realLimits);

const write = (name: string, text: string) => ({ name, text, batch: 'write' as const });
const mark = write('trail', 'INSERT INTO trail VALUES ($1) RETURNING id');
const count = write(
  'count',
  'INSERT INTO counts AS c VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = c.n + 1 RETURNING n',
);
const touch = write('touch', 'UPDATE counts SET n = n + 1 WHERE id = $1 RETURNING n');
const wrong = write('wrong', 'INSERT INTO counts VALUES ($1, 1)');
const owe = write('owe', 'INSERT INTO owed VALUES ($1)');
const failing = write('fail', 'SELECT fail($1, $2)');
const slow = write('slow', 'SELECT pg_sleep($1)');
const one = { name: 'one', text: 'SELECT $1::integer AS one', batch: 'read' as const };

/** A database, and what became of its batches: kind, size, and the code of a failure. */
function open(url = own.url, timeouts = patientTimeouts, poolSize = 6) {
  const db = openDatabase({ url, poolSize, timeouts });
  const batches: [kind: BatchKind, size: number, code?: string][] = [];
  db.onBatch((kind, size, failure) => void batches.push(failure ? [kind, size, failure.code as string] : [kind, size]));
  onTestFinished(() => db.close());
  return { db, batches };
}

/** Runs `statements` in one batch. They are asked for before the connection is taken, which makes up the batch. */
async function inOneBatch(
  db: Database,
  statements: () => Promise<unknown>[],
): Promise<PromiseSettledResult<unknown>[]> {
  await db.run(mark, ['connected']);
  return Promise.allSettled(statements());
}

const whoseEvent = (column: string, value: string) =>
  `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND ${column} = '${value}'`;
const sleeping = whoseEvent('wait_event', 'PgSleep');
const waitsForLock = whoseEvent('wait_event_type', 'Lock');
const outcomeOf = (settled: PromiseSettledResult<unknown>) =>
  settled.status === 'fulfilled' ? settled.value : (settled.reason as { code?: string }).code;
const trail = async () => (await rowsOf(own.database, 'SELECT id FROM trail')).map(({ id }) => id);

/** Holds the row of `counts` until the returned function is called. */
async function hold(id: string): Promise<() => Promise<void>> {
  await own.database.run({ name: 'held', text: 'INSERT INTO counts VALUES ($1, 0) ON CONFLICT DO NOTHING' }, [id]);
  const holder = await own.database.pgPool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM counts WHERE id = $1 FOR UPDATE', [id]);
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    await holder.query('ROLLBACK');
    holder.release();
  };
  onTestFinished(release);
  return release;
}

test('a statement that finds no batch under way does not wait for others, and those that arrive meanwhile share the next one', async () => {
  batchLimits.lockTimeoutMs = 120_000;
  const { db, batches } = open();
  await db.run(mark, ['connected']);
  const release = await hold('row');
  const first = db.run(touch, ['row']);
  await eventually(() => rowsOf(own.database, waitsForLock)).toHaveLength(1);
  const later = ['a', 'b', 'c'].map((id) => db.run(mark, [id]));
  await release();
  await Promise.all([first, ...later]);
  expect(batches).toEqual([
    ['write', 1],
    ['write', 1],
    ['write', 3],
  ]);
  const shared = await rowsOf(own.database, `SELECT count(*)::int AS n FROM trail GROUP BY xid ORDER BY 1`);
  expect(shared.map(({ n }) => n)).toEqual([1, 3]);
});

test('a batch waits while each turn of the event loop brings a statement, for a few turns and no longer', async () => {
  const { db, batches } = open();
  await db.run(mark, ['connected']);
  const inTurns = async (count: number) => {
    batches.length = 0;
    const running: Promise<unknown>[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      running.push(db.run(mark, [`turn-${turn}`]));
      await setImmediate();
    }
    await Promise.all(running);
    return batches.map(([, size]) => size);
  };
  expect(await inTurns(4)).toEqual([4]);
  const [first = 0] = await inTurns(40);
  expect(first).toBeGreaterThan(4);
  expect(first).toBeLessThan(20);
});

test('reads and writes do not wait for each other', async () => {
  const { db, batches } = open();
  const release = await hold('row');
  const blocked = db.run(touch, ['row']);
  expect(await db.run(one, [1])).toEqual([{ one: 1 }]);
  await release();
  await blocked;
  expect(batches).toContainEqual(['read', 1]);
});

test('each of two hundred statements gets its own rows, and all are one commit', async () => {
  const { db, batches } = open();
  const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`);
  const results = await inOneBatch(db, () => ids.map((id) => db.run(mark, [id])));
  expect(results.map(outcomeOf)).toEqual(ids.map((id) => [{ id }]));
  expect(batches.at(-1)).toEqual(['write', 200]);
  const xids = `SELECT DISTINCT xid FROM trail WHERE id LIKE 'id-%'`;
  expect(await rowsOf(own.database, xids)).toHaveLength(1);
});

test('values and rows are the same as those of a statement that runs alone', async () => {
  const { db } = open();
  const types = `SELECT $1::text AS text, $2::integer AS number, $3::boolean AS yes, $4::bytea AS bytes, $5::timestamptz AS time,
    $6::text[] AS list, $7::jsonb AS json, $8::text AS nothing, $9::bigint AS large`;
  const values = [
    'ä"\\',
    7,
    true,
    Buffer.from([0, 255]),
    new Date(1_700_000_000_123),
    ['a,b', '"c"', null],
    { d: [1] },
  ];
  const all = [...values, undefined, '9007199254740993'];
  const batched = { name: 'types', text: types, batch: 'read' as const };
  const alone = await db.run({ name: 'types-alone', text: types }, all);
  // The second time, neither the statement nor its columns are asked for.
  for (let time = 0; time < 2; time += 1) expect(await db.run(batched, all)).toEqual(alone);
  expect(alone).toMatchObject([{ number: 7, bytes: Buffer.from([0, 255]), list: ['a,b', '"c"', null], nothing: null }]);
});

test('the same row several times in one batch is changed in order', async () => {
  const { db, batches } = open();
  const results = await inOneBatch(db, () => Array.from({ length: 20 }, () => db.run(count, ['same'])));
  expect(results.map(outcomeOf)).toEqual(Array.from({ length: 20 }, (_, index) => [{ n: index + 1 }]));
  expect(batches.at(-1)).toEqual(['write', 20]);
});

test('one statement that fails gets its own error, and the others are done once', async () => {
  const { db, batches } = open();
  await db.run(count, ['taken']);
  const results = await inOneBatch(db, () => [db.run(mark, ['a']), db.run(wrong, ['taken']), db.run(mark, ['b'])]);
  expect(results.map(outcomeOf)).toEqual([[{ id: 'a' }], '23505', [{ id: 'b' }]]);
  expect(batches.at(-1)).toEqual(['write', 3, '23505']);
  expect((await trail()).toSorted()).toEqual(['a', 'b', 'connected']);
  expect(await db.run(mark, ['after'])).toEqual([{ id: 'after' }]);
});

test('an error of the commit itself belongs to the statement that caused it', async () => {
  const { db } = open();
  await own.database.script(`INSERT INTO owed VALUES ('taken')`);
  const results = await inOneBatch(db, () => [db.run(mark, ['a']), db.run(owe, ['taken']), db.run(mark, ['b'])]);
  expect(results.map(outcomeOf)).toEqual([[{ id: 'a' }], '23505', [{ id: 'b' }]]);
  expect((await trail()).toSorted()).toEqual(['a', 'b', 'connected']);
});

test('a value that can’t be sent fails alone, before anything is sent', async () => {
  const { db, batches } = open();
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const unsendable = write('json', 'INSERT INTO trail SELECT $1::jsonb::text RETURNING id');
  const results = await inOneBatch(db, () => [
    db.run(mark, ['a']),
    db.run(unsendable, [circular]),
    db.run(mark, ['b']),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { message: expect.stringContaining('circular') } });
  expect(batches.at(-1)).toEqual(['write', 3]);
  expect(await db.run(unsendable, [{}])).toEqual([{ id: '{}' }]);
});

test('a name with another text is refused as it is alone', async () => {
  const { db } = open();
  const other = write('trail', 'SELECT 1');
  const results = await inOneBatch(db, () => [db.run(mark, ['a']), db.run(other, [])]);
  expect(results[1]).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('must be unique') },
  });
  expect(outcomeOf(results[0] as PromiseSettledResult<unknown>)).toEqual([{ id: 'a' }]);
});

test('a row that somebody else holds keeps only its own statement waiting', async () => {
  const { db, batches } = open();
  const release = await hold('held');
  let blockedEnded = false;
  await db.run(mark, ['connected']);
  const blocked = db.run(touch, ['held']).finally(() => {
    blockedEnded = true;
  });
  const free = ['a', 'b', 'c'].map((id) => db.run(mark, [id]));
  await Promise.all(free);
  expect(batches).toContainEqual(['write', 4, '55P03']);
  expect(blockedEnded).toBe(false);
  // Later ones do not wait for it either.
  await db.run(mark, ['d']);
  expect(blockedEnded).toBe(false);
  await release();
  expect(await blocked).toEqual([{ n: 1 }]);
});

const touchSecond = {
  ...write('touch-second', 'UPDATE counts SET n = n + 1 WHERE id = $2 AND $1::uuid IS NOT NULL RETURNING n'),
  rowAt: 1,
};

test.each([
  ['first', (db: Database, id: string) => db.run(touch, [id])],
  ['second', (db: Database, id: string) => db.run(touchSecond, [crypto.randomUUID(), id])],
] as const)('a row, named by the %s value, that stays locked makes only one batch late', async (_, touchRow) => {
  const { db, batches } = open();
  const release = await hold('held');
  await db.run(mark, ['connected']);
  const blocked: Promise<unknown>[] = [];
  for (let time = 0; time < 4; time += 1) {
    blocked.push(touchRow(db, 'held'));
    await db.run(mark, [`free ${time}`]);
  }
  await sleep(1_200);
  blocked.push(touchRow(db, 'held'));
  await db.run(mark, ['free later']);
  expect(batches.filter(([, , code]) => code)).toHaveLength(1);
  // Another row of the same statement is not avoided.
  await own.database.script(`INSERT INTO counts VALUES ('other', 0)`);
  const before = batches.length;
  await touchRow(db, 'other');
  expect(batches.slice(before)).toEqual([['write', 1]]);
  await release();
  expect(new Set((await Promise.all(blocked)).map((rows) => (rows as { n: number }[])[0]?.n))).toEqual(
    new Set([1, 2, 3, 4, 5]),
  );
});

test.each([0, 1, 2])(
  'behind a pooler, the statement that holds up a batch is told from its neighbours at place %i',
  async (place) => {
    const { db, batches } = open(`${own.url}${own.url.includes('?') ? '&' : '?'}pooling=transaction`);
    const release = await hold('held');
    await db.run(mark, ['connected']);
    const free = ['a', 'b'].map((id) => () => db.run(mark, [id]));
    const running = free.toSpliced(place, 0, () => db.run(touch, ['held'])).map((begin) => begin());
    const blocked = running.splice(place, 1);
    await Promise.all(running);
    expect(batches.at(-1)).toEqual(['write', 3, '55P03']);
    // Only the statement that has waited runs alone from now on: it is in no batch, and the others are.
    batches.length = 0;
    blocked.push(db.run(touch, ['held']));
    await Promise.all(free.map((begin) => begin()));
    expect(batches).toEqual([['write', 2]]);
    await release();
    const rows = (await Promise.all(blocked)) as { n: number }[][];
    expect(rows.map(([row]) => row?.n).sort()).toEqual([1, 2]);
  },
);

test('a row that is free again is shared again after a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { db, batches } = open();
  const release = await hold('held');
  await db.run(mark, ['connected']);
  const blocked = db.run(touch, ['held']);
  await eventually(() => batches.length).toBe(2);
  await release();
  await blocked;
  await db.run(touch, ['held']);
  expect(batches).toHaveLength(2);
  vi.advanceTimersByTime(1_100);
  await db.run(touch, ['held']);
  expect(batches.slice(2)).toEqual([['write', 1]]);
});

test('a statement that waits for a lock alone is given up and tried again as before', async () => {
  const { db } = open(own.url, { ...requestTimeouts, lockTimeoutMs: 200 });
  const retried: string[] = [];
  db.onRetry((code) => retried.push(code));
  const release = await hold('held');
  const error = await db.run(touch, ['held']).catch((cause: unknown) => cause);
  expect([isUnavailable(error), retried]).toEqual([true, ['55P03', '55P03']]);
  await release();
  expect(await db.run(touch, ['held'])).toEqual([{ n: 1 }]);
});

test.each(['40001', '40P01', '57014'])('after %s in a batch, each statement runs again', async (code) => {
  const { db, batches } = open();
  const results = await inOneBatch(db, () => [db.run(mark, ['a']), db.run(failing, [code, 2]), db.run(mark, ['b'])]);
  expect(results.map(outcomeOf)).toEqual([[{ id: 'a' }], [{ fail: 'done' }], [{ id: 'b' }]]);
  expect(batches.at(-1)).toEqual(['write', 3, code]);
  expect((await trail()).toSorted()).toEqual(['a', 'b', 'connected']);
});

test('batches of two nodes that lock the same rows in opposite orders all end well', async () => {
  const nodes = [open(), open()];
  const ids = Array.from({ length: 30 }, (_, index) => `row-${index}`);
  await Promise.all(nodes.map(({ db }) => db.run(one, [1])));
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      nodes.map(({ db }, node) =>
        inOneBatch(db, () => (node === 0 ? ids : ids.toReversed()).map((id) => db.run(count, [id]))).then((results) =>
          expect(results.filter(({ status }) => status === 'rejected')).toEqual([]),
        ),
      ),
    );
  }
  const sums = await rowsOf(own.database, `SELECT DISTINCT n FROM counts WHERE id LIKE 'row-%'`);
  expect(sums).toEqual([{ n: nodes.length * rounds }]);
});

test('two batches that wait for each other are parted before the database looks for deadlocks', async () => {
  const { db, batches } = open();
  const other = await own.database.pgPool.connect();
  onTestFinished(() => other.release());
  await own.database.script(`INSERT INTO counts VALUES ('left', 0), ('right', 0)`);
  await other.query('BEGIN');
  await other.query(`UPDATE counts SET n = n + 1 WHERE id = 'right'`);
  const both = inOneBatch(db, () => [db.run(touch, ['left']), db.run(touch, ['right'])]);
  await eventually(() => batches.length).toBeGreaterThan(1);
  // The batch has let go of this row, which it would have kept while it waited for the other one.
  await other.query(`UPDATE counts SET n = n + 1 WHERE id = 'left'`);
  await other.query('COMMIT');
  expect((await both).map(outcomeOf)).toEqual([[{ n: expect.any(Number) }], [{ n: 2 }]]);
  expect(batches.at(-1)).toEqual(['write', 2, '55P03']);
});

test('a slow statement leaves its batch, and those that arrive meanwhile do not wait for it longer than a second', async () => {
  useRealLimits();
  const { db, batches } = open();
  await db.run(mark, ['connected']);
  const slowOne = db.run(slow, [3]);
  await eventually(() => rowsOf(own.database, sleeping)).toHaveLength(1);
  const ended: string[] = [];
  await Promise.all([
    slowOne.then(() => ended.push('slow')),
    db.run(mark, ['waited']).then(() => ended.push('waited')),
  ]);
  expect(ended).toEqual(['waited', 'slow']);
  expect(batches.slice(1, 2)).toEqual([['write', 1, '57014']]);
  expect(await trail()).toEqual(['connected', 'waited']);
});

test('when the driver gives up, all callers of the batch are refused, nothing runs again, and others do not wait for it', async () => {
  useRealLimits();
  const wire = await stalledWire(own.url);
  const { db, batches } = open(wire.url, { ...patientTimeouts, queryTimeoutMs: 6_000 });
  // If anything ran again now, it would succeed.
  db.onBatch((_kind, _size, failure) => failure && wire.flow());
  await db.run(mark, ['connected']);
  wire.stall();
  const lost = Promise.all(['a', 'b'].map((id) => db.run(mark, [id]).catch((error: unknown) => error)));
  await sleep(500);
  const waiting = db.run(mark, ['waits']).catch((error: unknown) => error);
  await sleep(1_500);
  // Both go around the batch that hangs: the one that waited for it, and the one that did not even begin to.
  await eventually(() => db.pool.total - db.pool.idle).toBe(2);
  const late = db.run(mark, ['late']).catch((error: unknown) => error);
  await setImmediate();
  expect(db.pool.total - db.pool.idle).toBe(3);
  expect((await lost).map(isUnavailable)).toEqual([true, true]);
  expect(batches.at(-1)).toEqual(['write', 2, undefined]);
  await Promise.all([waiting, late]);
  expect(await db.run(mark, ['after'])).toEqual([{ id: 'after' }]);
  const done = await trail();
  expect(done.length).toBe(new Set(done).size);
});

test('when the connection is lost and the commit unknown, all callers are refused and nothing runs again', async () => {
  const { db, batches } = open();
  const cut = write('cut', `SELECT pg_terminate_backend(pg_backend_pid()), nextval('tries'), pg_sleep(10)`);
  const results = await inOneBatch(db, () => [db.run(mark, ['a']), db.run(cut, []), db.run(mark, ['b'])]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  for (const result of results) expect(isUnavailable((result as PromiseRejectedResult).reason)).toBe(true);
  expect(batches.at(-1)).toEqual(['write', 3, '57P01']);
  expect(await db.run(mark, ['after'])).toEqual([{ id: 'after' }]);
  expect(await trail()).toEqual(['connected', 'after']);
  expect(await rowsOf(own.database, 'SELECT last_value::int AS n FROM tries')).toEqual([{ n: 1 }]);
});

test('when the connection is lost, reads run again, each alone', async () => {
  const { db } = open();
  const cut = { name: 'cut-read', text: 'SELECT pg_terminate_backend(pg_backend_pid())', batch: 'read' as const };
  const results = await Promise.allSettled([db.run(one, [1]), db.run(cut, []), db.run(one, [2])]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('after a batch whose statements were slow, the next one takes fewer, but still several', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  batchLimits.lockTimeoutMs = 120_000;
  const { db, batches } = open();
  const release = await hold('slow');
  const late = inOneBatch(db, () => [db.run(touch, ['slow']), db.run(mark, ['with it'])]);
  await eventually(() => rowsOf(own.database, waitsForLock)).toHaveLength(1);
  vi.advanceTimersByTime(1_200);
  await release();
  await late;
  const before = batches.length;
  await Promise.all(Array.from({ length: 20 }, (_, n) => db.run(mark, [`after ${n}`])));
  expect(batches.slice(before).map(([, size]) => size)).toEqual([6, 12, 2]);
});

test('a statement that has waited for a second runs alone, however short the batches are that it waited for', async () => {
  useRealLimits();
  const { db, batches } = open();
  // It takes longer than a second, so the batches after it are small.
  await inOneBatch(db, () => [db.run(slow, [0.6]), db.run(slow, [0.6])]);
  const before = batches.length;
  await Promise.all(Array.from({ length: 40 }, () => db.run(slow, [0.07])));
  const sizes = batches.slice(before).map(([, size]) => size);
  // Six and twelve take 1.3 seconds, and none of the two batches a whole one.
  expect(sizes[0]).toBe(6);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(18);
});

test('a caller that has gone is dropped before its statement enters a batch', async () => {
  const { db, batches } = open();
  let gone = false;
  const results = await inOneBatch(db, () => {
    const left = onBehalfOf(
      'token',
      () => gone,
      () => db.run(mark, ['left']),
    );
    const stayed = onBehalfOf(
      'token',
      () => false,
      () => db.run(mark, ['stayed']),
    );
    gone = true;
    return [left, stayed];
  });
  expect(results[0]).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } });
  expect(batches.at(-1)).toEqual(['write', 1]);
  expect(await trail()).toEqual(['connected', 'stayed']);
});

test('a caller that has gone is served to the end once its statement was in a batch, and not if the batch was rolled back', async () => {
  const { db } = open();
  let gone = false;
  const leaves = () => gone;
  await onBehalfOf('token', leaves, async () => {
    await db.run(mark, ['half']);
    gone = true;
    await db.run(mark, ['whole']);
  });
  expect(await trail()).toEqual(['half', 'whole']);
  gone = false;
  const release = await hold('held');
  db.onBatch((_kind, _size, failure) => {
    gone ||= failure !== undefined;
  });
  const dropped = onBehalfOf('token', leaves, () => db.run(touch, ['held']));
  await expect(dropped).rejects.toMatchObject({ kind: 'unavailable' });
  await release();
});

test('statements of a transaction are never in a batch', async () => {
  const { db, batches } = open();
  await db.transaction(async (trx) => {
    await trx.run(mark, ['in']);
    await trx.run(one, [1]);
  });
  expect(batches).toEqual([]);
});

test('every statement of a batch is seen by those who count statements', async () => {
  const { db } = open();
  await db.run(mark, ['connected']);
  const seen: string[] = [];
  db.onStatement((text) => seen.push(text));
  await inOneBatch(db, () => [db.run(mark, ['a']), db.run(count, ['b'])]);
  expect(seen).toEqual([mark.text, mark.text, count.text]);
});

test('closing finishes the batch that is under way and those that wait for it', async () => {
  const db = openDatabase({ url: own.url, poolSize: 6 });
  await db.run(mark, ['connected']);
  const pending = ['a', 'b', 'c'].map((id) => db.run(mark, [id]));
  const closed = db.close();
  expect(await Promise.all(pending)).toHaveLength(3);
  await closed;
  await expect(db.run(mark, ['late'])).rejects.toThrow('after calling end on the pool');
  expect(await trail()).toEqual(['connected', 'a', 'b', 'c']);
});

test('closing lets the statements of a batch that falls apart run alone', async () => {
  const db = openDatabase({ url: own.url, poolSize: 6 });
  const results = await inOneBatch(db, () => {
    const pending = [db.run(mark, ['a']), db.run(failing, ['40001', 1]), db.run(mark, ['b'])];
    db.close();
    return pending;
  });
  expect(results.map(outcomeOf)).toEqual([[{ id: 'a' }], [{ fail: 'done' }], [{ id: 'b' }]]);
});

test('without a connection for batches, statements run alone on the others', async () => {
  const { db, batches } = open();
  await db.transaction((trx) => trx.run(one, [1]));
  const admin = openDatabase({ url: inject('adminUrl'), poolSize: 1 });
  const name = new URL(own.url).pathname.slice(1);
  onTestFinished(async () => {
    await admin.script(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.close();
  });
  await admin.script(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  expect(await db.run(mark, ['alone'])).toEqual([{ id: 'alone' }]);
  expect(batches).toEqual([]);
});

test('what was prepared on the connection stays usable after a batch fell apart while it was prepared', async () => {
  const { db, batches } = open();
  const release = await hold('held');
  const fresh = ['fresh-1', 'fresh-2'].map((name) => write(name, `INSERT INTO trail VALUES ('${name}' || $1)`));
  const blocked: Promise<unknown>[] = [];
  await inOneBatch(db, () => {
    blocked.push(db.run(touch, ['held']));
    return fresh.map((statement) => db.run(statement, ['']));
  });
  for (const statement of fresh) await db.run(statement, [' again']);
  expect(batches).toEqual([
    ['write', 1],
    ['write', 3, '55P03'],
    ['write', 1],
    ['write', 1],
  ]);
  await release();
  await Promise.all(blocked);
  const expected = ['fresh-1', 'fresh-2'].flatMap((name) => [name, `${name} again`]);
  expect(await trail()).toEqual(expect.arrayContaining(expected));
});

test('behind a pooler in transaction mode, a batch is one transaction', async () => {
  const pooler = await transactionPooler(own.url);
  const nodes = [open(pooler), open(pooler)];
  const results = await Promise.all(
    nodes.map(async ({ db }, index) => {
      const pooled = write(`pooled-${index}`, `INSERT INTO trail VALUES ('${index}') RETURNING id`);
      await db.run(pooled, []);
      return Promise.all(Array.from({ length: 10 }, () => db.run(pooled, [])));
    }),
  );
  expect(results.flat()).toHaveLength(20);
  const shared = `SELECT count(*)::int AS n FROM trail GROUP BY id, xid ORDER BY 1`;
  expect((await rowsOf(own.database, shared)).map(({ n }) => n)).toEqual([1, 1, 10, 10]);
});

test('the messages are written by the same pg-protocol as the driver’s, in the version that it asks for', () => {
  const ours = createRequire(import.meta.url);
  const drivers = createRequire(ours.resolve('pg'));
  expect(ours.resolve('pg-protocol')).toBe(drivers.resolve('pg-protocol'));
});

/** Statements that name a batch, with their text as it is written in the source. */
function listed(): { path: string; name: string; kind: string; text: string }[] {
  const statement = /name: '([\w-]+)',\s*batch: '(read|write)',\s*(?:rowAt: \d,\s*)?text:([\s\S]*?)(?: \};|\n\};)/g;
  const sources = readSources(new URL('../../', import.meta.url)).filter(({ path }) => path.startsWith('src/'));
  return sources.flatMap(({ path, text: source }) =>
    [...source.matchAll(statement)].map(([, name = '', kind = '', text = '']) => ({ path, name, kind, text })),
  );
}

/** Statements whose text is composed. flows/one-statement sees them run. */
const composed = [
  ...['accounts', 'authorization-codes', 'interactions', 'interactions', 'interactions', 'sessions'],
  'sign-in-attempts',
].map((name) => `src/store/${name}.ts`);

test('every statement that names a batch is found, and a file outside of the store names none', () => {
  const named = readSources(new URL('../../', import.meta.url)).flatMap(({ path, text }) =>
    [...text.matchAll(/\bbatch: '(?:read|write)'/g)].map(() => path),
  );
  expect(named.toSorted()).toEqual(
    listed()
      .map(({ path }) => path)
      .concat(composed)
      .toSorted(),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !path.startsWith('src/store/'))).toEqual([]);
});

test('statements of a batch take no cluster-wide lock, and those that only read lock no row', () => {
  const wide = (text: string) => /advisory|pg_notify|NOTIFY|LOCK TABLE/.test(text) || callsWide.test(text);
  // An audit event is inserted without a lock that others wait for, and so is a mail that has no limit.
  const callsWide = new RegExp(writingFunctions.source.replace('append_audit|', '').replace('queue_mail|', ''), 'i');
  const changes = /\b(INSERT|UPDATE|DELETE|FOR (KEY )?SHARE)\b/;
  const wrongOnes = listed().filter(
    ({ kind, text }) => wide(text) || (kind === 'read' && (changes.test(text) || /append_audit/.test(text))),
  );
  expect(wrongOnes.map(({ name }) => name)).toEqual([]);
  expect(wide('SELECT revoke_token($1)')).toBe(true);
  // Alone, they do not count as changes of their caller either.
  const counted = listed().filter(
    ({ kind, text }) => kind === 'read' && /^\s*[`']\w/.test(text) && !onlyReads(text.replace(/[`']/, '')),
  );
  expect(counted.map(({ name }) => name)).toEqual([]);
  expect(onlyReads('WITH g AS (SELECT 1 AS n) SELECT n FROM g')).toBe(true);
  expect(onlyReads('WITH g AS (DELETE FROM grants RETURNING id) SELECT id FROM g')).toBe(false);
});

test('with group commit turned off, each statement commits alone', async () => {
  groupCommit.isOn = false;
  const { db, batches } = open();
  await Promise.all(['a', 'b', 'c'].map((id) => db.run(mark, [id])));
  expect(batches).toEqual([]);
  const xids = `SELECT DISTINCT xid FROM trail`;
  expect(await rowsOf(own.database, xids)).toHaveLength(3);
});
