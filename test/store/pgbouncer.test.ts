/** A real PgBouncer in transaction mode: it is recognised, nothing is left in its sessions, and what was given up is not done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { connectDatabase } from '../../src/store/connect.ts';
import { sharesSessions } from '../../src/store/connection.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { listen } from '../../src/store/notifications.ts';
import { requestTimeouts, type Timeouts } from '../../src/store/timeouts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { noPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { rowsOf } from '../support/rows.ts';

describe.skipIf(noPgBouncer)(`PgBouncer (${noPgBouncer ?? 'found'})`, () => {
  let own: TestDatabase;
  let pooler: PgBouncer;
  let shared: string;
  beforeAll(async () => {
    own = await createTestDatabase();
    await own.database.script('CREATE TABLE notes (text text PRIMARY KEY)');
    pooler = await startPgBouncer(own.url, { size: 3 });
    const found = await connectDatabase({ url: pooler.url, poolSize: 1 });
    shared = found.url;
    await found.close();
  });
  afterAll(async () => {
    await pooler.stop();
    await own.drop();
  });

  const addNote = { name: 'add-note', text: 'INSERT INTO notes VALUES ($1) RETURNING text' };
  const addInBatch = { ...addNote, name: 'add-in-batch', batch: 'write' as const };
  const settings = {
    name: 'settings',
    text: `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
      current_setting('transaction_isolation') AS isolation, current_setting('TimeZone') AS zone`,
  };
  const notes = async () => (await rowsOf(own.database, 'SELECT text FROM notes ORDER BY 1')).map(({ text }) => text);

  function open(timeouts: Timeouts = requestTimeouts, url = shared): Database {
    const db = openDatabase({ url, poolSize: 6, timeouts });
    onTestFinished(() => db.close());
    return db;
  }

  async function refusalOf(url: string): Promise<string> {
    const outcome = await connectDatabase({ url, poolSize: 1, timeoutMs: 500 }).catch((error: Error) => error);
    if (!(outcome instanceof Error)) await outcome.close();
    return outcome instanceof Error ? outcome.message : 'none';
  }

  it('is recognised in transaction mode, and not in session mode', async () => {
    expect(sharesSessions(shared)).toBe(true);
    const session = await startPgBouncer(own.url, { poolMode: 'session' });
    onTestFinished(session.stop);
    const found = await connectDatabase({ url: session.url, poolSize: 1 });
    expect([found.url, await found.run(settings, [])]).toMatchObject([session.url, [{ statement: '5s' }]]);
    await found.close();
  });

  it('is refused in statement mode, with the mode that works', async () => {
    const statements = await startPgBouncer(own.url, { poolMode: 'statement' });
    onTestFinished(statements.stop);
    expect(await refusalOf(statements.url)).toMatch(
      /^The pooler at 127\.0\.0\.1:\d+ lets no .*pool_mode = transaction$/,
    );
  });

  it('is refused if transactions begin with another isolation, with the statement that helps', async () => {
    const strict = await startPgBouncer(own.url, {
      database: `connect_query='SET default_transaction_isolation = serializable'`,
    });
    onTestFinished(strict.stop);
    expect(await refusalOf(strict.url)).toMatch(
      /begins transactions as serializable.*ALTER ROLE vcauth IN DATABASE test_\w+ SET default_transaction_isolation/,
    );
    // A role that is changed later: no statement runs with another isolation than ours.
    const db = open(requestTimeouts, strict.url.replace(/$/, '?pooling=transaction'));
    await expect(db.run(addNote, ['serializable'])).rejects.toThrow('ISOLATION LEVEL');
    expect(await notes()).not.toContain('serializable');
  });

  it.each([
    ['refuses', {}],
    ['ignores', { ignore_startup_parameters: 'options' }],
  ])('has options of the address although it %s them', async (_name, given) => {
    await own.database.script('CREATE SCHEMA IF NOT EXISTS mine');
    const strict = await startPgBouncer(own.url, { settings: given });
    onTestFinished(strict.stop);
    const options = encodeURIComponent('-c search_path=mine,public -c work_mem=7MB -c statement_timeout=1h');
    const db = await connectDatabase({ url: `${strict.url}?options=${options}`, poolSize: 1 });
    onTestFinished(() => db.close());
    const text = `SELECT current_schema() AS schema, current_setting('work_mem') AS memory, current_setting('statement_timeout') AS limit`;
    expect(await db.run({ name: 'options', text }, [])).toEqual([{ schema: 'mine', memory: '7MB', limit: '5s' }]);
  });

  it('gives each kind of statement our settings, and nobody else any of them', async () => {
    const db = open();
    const ours = { statement: '5s', lock: '2s', isolation: 'read committed', zone: 'UTC' };
    expect(await db.run(settings, [])).toEqual([ours]);
    expect(await db.run({ ...settings, batch: 'read' }, [])).toEqual([{ ...ours, statement: '1s', lock: '50ms' }]);
    const inTransaction = (timeouts?: Timeouts) =>
      db.transaction((trx) => trx.run(settings, []), { ...(timeouts && { timeouts }) });
    expect(await inTransaction()).toEqual([ours]);
    expect(await inTransaction(patientTimeouts)).toEqual([{ ...ours, statement: '3min', lock: '2min' }]);
    expect((await db.pgPool.query(settings.text)).rows).toEqual([ours]);
    expect((await db.pgPool.query('SELECT $1::int AS one; '.slice(0, -2), [1])).rows).toEqual([{ one: 1 }]);
    await db.script("INSERT INTO notes VALUES ('one'); INSERT INTO notes VALUES ('two')");
    expect(await notes()).toEqual(expect.arrayContaining(['one', 'two']));
    // A stranger with the same server processes sees them as PostgreSQL began them.
    const { default: pg } = await import('pg');
    const stranger = new pg.Client({ connectionString: pooler.url });
    await stranger.connect();
    for (let round = 0; round < 5; round += 1) {
      expect((await stranger.query(settings.text)).rows[0]).toMatchObject({ statement: '0', lock: '0' });
      expect((await stranger.query('SELECT name FROM pg_prepared_statements')).rows).toEqual([]);
    }
    await stranger.end();
  });

  it('runs a hundred statements of one name and of many at the same time, each with its own answer', async () => {
    const db = open(patientTimeouts);
    const ids = Array.from({ length: 100 }, (_, index) => `many-${index}`);
    const answers = await Promise.all(
      ids.map((id, index) => {
        if (index % 4 === 0) return db.transaction((trx) => trx.run(addNote, [id]));
        return db.run(index % 2 ? addInBatch : { ...addNote, name: `add-${index}` }, [id]);
      }),
    );
    expect(answers).toEqual(ids.map((text) => [{ text }]));
    const twice = await Promise.allSettled([db.run(addInBatch, ['once']), db.run(addInBatch, ['once'])]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('keeps the limits of statements and locks: what was given up is not done', async () => {
    const db = open({ ...requestTimeouts, lockTimeoutMs: 200, statementTimeoutMs: 600 });
    const slow = { name: 'slow', text: 'WITH s AS (SELECT pg_sleep(30)) INSERT INTO notes SELECT $1 FROM s' };
    await expect(db.run(slow, ['slow'])).rejects.toThrow('statement timeout');
    await expect(db.run({ ...slow, batch: 'write' as const }, ['slow'])).rejects.toThrow('statement timeout');
    const holder = await own.database.pgPool.connect();
    await holder.query("BEGIN; INSERT INTO notes VALUES ('held')");
    await expect(db.run(addNote, ['held'])).rejects.toThrow('lock timeout');
    await holder.query('ROLLBACK');
    holder.release();
    expect(await notes()).not.toContain('held');
    expect(await notes()).not.toContain('slow');
  });

  it('is not taken for silent while its server processes are busy, and is when it is frozen', async () => {
    const small = await startPgBouncer(own.url, { size: 1 });
    onTestFinished(small.stop);
    const url = `${small.url}?pooling=transaction`;
    const said: string[] = [];
    let looks = 0;
    const onRow = () => {
      looks += 1;
    };
    const events = {
      onError: (error: Error) => said.push(error.message),
      onSilence: () => said.push('silence'),
      onReconnect: () => said.push('back'),
    };
    const look = { statement: { name: 'look', text: 'SELECT 1' }, onRow };
    const channel = await listen(url, {}, events, look);
    onTestFinished(() => channel.close());
    const busy = openDatabase({ url, poolSize: 1, timeouts: patientTimeouts });
    onTestFinished(() => busy.close());
    const before = looks;
    await busy.run({ name: 'busy', text: 'SELECT pg_sleep(0.7)' }, []);
    await eventually(() => looks).toBeGreaterThan(before + 1);
    expect(said).toEqual([]);
    const began = performance.now();
    process.kill(small.pid, 'SIGSTOP');
    await eventually(() => said).toContain('silence');
    expect(performance.now() - began).toBeLessThan(20_000);
    process.kill(small.pid, 'SIGCONT');
    await eventually(() => said).toContain('back');
  });

  it('does nothing later for a statement that was given up while it waited for a server process, or ran', async () => {
    const small = await startPgBouncer(own.url, { size: 1 });
    onTestFinished(small.stop);
    const url = `${small.url}?pooling=transaction`;
    const busy = openDatabase({ url, poolSize: 1, timeouts: patientTimeouts });
    const db = open({ ...requestTimeouts, queryTimeoutMs: 400, statementTimeoutMs: 60_000 }, url);
    const sleeping = busy.run({ name: 'busy', text: 'SELECT pg_sleep(5)' }, []);
    await eventually(() =>
      rowsOf(own.database, `SELECT 1 FROM pg_stat_activity WHERE query ~ 'pg_sleep.5' AND wait_event = 'PgSleep'`),
    ).toHaveLength(1);
    await expect(db.run(addNote, ['queued'])).rejects.toThrow(/timeout/);
    await sleeping;
    const running = { name: 'running', text: 'WITH s AS (SELECT pg_sleep(3)) INSERT INTO notes SELECT $1 FROM s' };
    await expect(db.run(running, ['cut off'])).rejects.toThrow(/timeout/);
    await sleep(100);
    expect(await busy.run(addNote, ['after'])).toEqual([{ text: 'after' }]);
    await busy.close();
    await eventually(() =>
      rowsOf(
        own.database,
        `SELECT 1 FROM pg_stat_activity WHERE query ~ 'pg_sleep.3' AND state = 'active' AND pid <> pg_backend_pid()`,
      ),
    ).toEqual([]);
    expect(await notes()).not.toContain('queued');
    expect(await notes()).not.toContain('cut off');
  });

  it('is noticed at an address of PostgreSQL itself that says otherwise', async () => {
    const db = await connectDatabase({ url: `${inject('adminUrl')}?pooling=transaction`, poolSize: 1 });
    expect(await db.run(settings, [])).toMatchObject([{ statement: '5s' }]);
    await db.close();
  });
});
