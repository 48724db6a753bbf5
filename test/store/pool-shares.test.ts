/** The shares of the pool, on a real database whose statements wait for a lock that the test holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { isCallerGone, onBehalfOf, type WorkKind, writingFunctions } from '../../src/store/pool-shares.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { deadPort } from '../support/server.ts';

const here = () => false;
const lockedRead = { name: 'test-locked', text: 'SELECT pg_advisory_xact_lock(4711)' };
const freeRead = { name: 'test-free', text: 'SELECT 1 AS one' };

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, poolSize: 6 });
  await test.database.script('CREATE TABLE marks (mark text)');
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

/** Runs `work` while statements of `lockedRead` wait. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  return test.database.transaction(async (trx) => {
    await trx.run({ name: 'test-lock', text: 'SELECT pg_advisory_xact_lock(4711)' }, []);
    return work();
  });
}

const locked = (kind: WorkKind) => onBehalfOf(kind, here, () => db.run(lockedRead, []));
const inUse = () => db.pool.total - db.pool.idle;

describe('a kind of work whose statements wait', () => {
  it('leaves a connection to every other kind, and to the work of the server itself', async () => {
    let stuck: Promise<unknown>[] = [];
    await whileLocked(async () => {
      stuck = Array.from({ length: 10 }, () => locked('token'));
      // Four of six connections are kept for others.
      await eventually(inUse).toBe(2);
      expect(db.pool.waiting).toBe(8);
      for (const kind of ['page', 'password', 'admin'] as const) {
        const rows = await onBehalfOf(kind, here, () => db.transaction((trx) => trx.run(freeRead, [])));
        expect(rows).toEqual([{ one: 1 }]);
      }
      expect(await db.run(freeRead, [])).toEqual([{ one: 1 }]);
      expect(await db.builder.selectNoFrom((eb) => eb.lit(1).as('one')).execute()).toEqual([{ one: 1 }]);
    });
    expect(await Promise.all(stuck)).toHaveLength(10);
    expect([db.pool.waiting, inUse()]).toEqual([0, 0]);
  });

  it('lets others pass that may have a connection when one is given back', async () => {
    const hold = { name: 'test-hold', text: 'SELECT pg_advisory_xact_lock(4712)' };
    let tokens: Promise<unknown>[] = [];
    await whileLocked(async () => {
      let release: (() => void) | undefined;
      const held = test.database.transaction(async (trx) => {
        await trx.run({ name: 'test-lock-other', text: 'SELECT pg_advisory_xact_lock(4712)' }, []);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      });
      await eventually(() => release !== undefined).toBe(true);
      tokens = Array.from({ length: 5 }, () => locked('token'));
      await eventually(inUse).toBe(2);
      const first = onBehalfOf('page', here, () => db.run(hold, []));
      await eventually(inUse).toBe(3);
      // It waits behind the tokens, whose connections are not given back.
      const second = onBehalfOf('page', here, () => db.run(freeRead, []));
      await eventually(() => db.pool.waiting).toBe(4);
      release?.();
      await held;
      await first;
      expect(await second).toEqual([{ one: 1 }]);
      expect(db.pool.waiting).toBe(3);
    });
    await Promise.all(tokens);
  });

  it('is refused after its time, and nobody waits in its place', async () => {
    const timeouts = { ...patientTimeouts, connectionWaitMs: 300 };
    const hurried = openDatabase({ url: test.url, poolSize: 6, timeouts });
    const waits = () => onBehalfOf('token', here, () => hurried.run(lockedRead, []));
    let stuck: Promise<unknown>[] = [];
    await whileLocked(async () => {
      stuck = [waits(), waits()];
      await eventually(() => hurried.pool.total).toBe(2);
      const error = await waits().catch((cause: unknown) => cause);
      expect([isUnavailable(error), String(error)]).toEqual([true, expect.stringContaining('timeout exceeded')]);
      expect(hurried.pool.waiting).toBe(0);
    });
    await Promise.all(stuck);
    await hurried.close();
  });

  it('waits for no connection that could not be opened', async () => {
    const nowhere = openDatabase({ url: `postgres://nobody@127.0.0.1:${deadPort}/none`, poolSize: 6 });
    for (let n = 0; n < 4; n += 1) {
      const failed = onBehalfOf('token', here, () => nowhere.run(freeRead, []));
      await expect(failed).rejects.toThrow('ECONNREFUSED');
    }
    await nowhere.close();
  });

  it('gets another connection after one on which a statement failed', async () => {
    const one = openDatabase({ url: test.url, poolSize: 1 });
    const pid = { name: 'test-pid', text: 'SELECT pg_backend_pid() AS pid' };
    const before = await one.run(pid, []);
    expect(await one.run(pid, [])).toEqual(before);
    await expect(one.run({ name: 'test-wrong', text: 'SELECT nothing' }, [])).rejects.toThrow('nothing');
    expect(await one.run(pid, [])).not.toEqual(before);
    await one.close();
  });

  it('gives its connections back when statements fail', async () => {
    const wrong = { name: 'test-wrong', text: 'SELECT nothing' };
    const failed = await Promise.allSettled(
      Array.from({ length: 30 }, () => onBehalfOf('page', here, () => db.run(wrong, []))),
    );
    expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await onBehalfOf('page', here, () => db.run(freeRead, []))).toEqual([{ one: 1 }]);
    expect([db.pool.waiting, inUse()]).toEqual([0, 0]);
  });
});

describe('a caller that has gone', () => {
  const mark = { name: 'test-mark', text: 'INSERT INTO marks VALUES ($1)' };
  const marks = async () =>
    (await test.database.run<{ mark: string }>({ name: 'test-marks', text: 'SELECT mark FROM marks' }, [])).map(
      (row) => row.mark,
    );

  it('writes nothing after its turn has come', async () => {
    let gone = false;
    let stuck: Promise<unknown>[] = [];
    let asked: Promise<unknown[]> = Promise.resolve([]);
    await whileLocked(async () => {
      stuck = [locked('token'), locked('token')];
      await eventually(inUse).toBe(2);
      const left = () => gone;
      asked = Promise.all([
        onBehalfOf('token', left, () => db.run(mark, ['statement'])).catch((error) => error),
        onBehalfOf('token', left, () => db.transaction((trx) => trx.run(mark, ['transaction']))).catch(
          (error) => error,
        ),
        onBehalfOf('token', here, () => db.run(mark, ['stayed'])),
      ]);
      await eventually(() => db.pool.waiting).toBe(3);
      gone = true;
    });
    await Promise.all(stuck);
    expect((await asked).slice(0, 2)).toMatchObject([{ kind: 'unavailable' }, { kind: 'unavailable' }]);
    expect(await marks()).toEqual(['stayed']);
    expect(db.pool.waiting).toBe(0);
  });

  it('is served to the end once something was written for it, because half of it would be worse', async () => {
    let gone = false;
    await onBehalfOf(
      'token',
      () => gone,
      async () => {
        await db.run(mark, ['first']);
        gone = true;
        await db.run(mark, ['second']);
      },
    );
    expect(await marks()).toEqual(['stayed', 'first', 'second']);
  });

  it('is served to the end once a transaction began for it', async () => {
    let gone = false;
    await onBehalfOf(
      'token',
      () => gone,
      async () => {
        await db.transaction((trx) => trx.run(mark, ['in a transaction']));
        gone = true;
        await db.run(mark, ['after it']);
      },
    );
    expect(await marks()).toEqual(expect.arrayContaining(['in a transaction', 'after it']));
  });

  it('is recognised in an error that was caused by its leaving', async () => {
    const left = onBehalfOf(
      'token',
      () => true,
      () => db.run(mark, ['never']),
    );
    const error = await left.catch((cause: Error) => cause);
    expect(isCallerGone(error)).toBe(true);
    expect(isCallerGone(new Error('outer', { cause: error }))).toBe(true);
    expect(isCallerGone(new Error('outer', { cause: new Error('inner') }))).toBe(false);
  });

  it('is dropped between reading and writing', async () => {
    let gone = false;
    const work = onBehalfOf(
      'token',
      () => gone,
      async () => {
        await db.run(freeRead, []);
        gone = true;
        await db.run(mark, ['third']);
      },
    );
    await expect(work).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await marks()).not.toContain('third');
  });
});

it('every SQL function of ours that writes is known as one', () => {
  const folder = new URL('../../migrations/', import.meta.url);
  const sql = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const functions = [...sql.matchAll(/CREATE (?:OR REPLACE )?FUNCTION (\w+)([\s\S]*?)\$\$([\s\S]*?)\$\$/g)];
  expect(functions.length).toBeGreaterThan(5);
  const writing = functions.filter(
    ([, , head = '', body = '']) =>
      !/RETURNS trigger/i.test(head) && /\b(INSERT|UPDATE|DELETE|pg_notify|PERFORM)\b/i.test(body),
  );
  const unknown = writing.map(([, name = '']) => name).filter((name) => !writingFunctions.test(name));
  expect(unknown).toEqual([]);
});
