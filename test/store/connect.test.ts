/**
 * Connecting: it waits where waiting helps, reports at once where it does not, never shows the password, and
 * reconnects.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { connectDatabase } from '../../src/store/connect.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { migrate } from '../../src/store/migrate.ts';
import { connectTimeoutMs, migrationTimeouts } from '../../src/store/timeouts.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { createTestDatabase } from '../support/database.ts';
import { urlOf } from '../support/database-names.ts';
import { createPreparedPlace, startProgram } from '../support/embedded.ts';
import { eventuallyTimeoutMs } from '../support/eventually.ts';
import { transactionPooler } from '../support/transaction-pooler.ts';

const admin = new URL(inject('adminUrl'));
const server = admin.host;
const answer = { name: 'answer', text: 'SELECT 42 AS answer' };

test('connecting returns a database that answers', async () => {
  const database = await connectDatabase({ url: admin.href, poolSize: 1 });
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
  await database.close();
});

test('a migration gives up a server that accepts its connection and says nothing', async () => {
  const silent = createServer((socket) => void socket.on('error', () => {}));
  const accepted = once(silent, 'connection');
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void silent.close());
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const migrated = migrate(`postgres://a:b@127.0.0.1:${(silent.address() as AddressInfo).port}/none`);
  await accepted;
  vi.advanceTimersByTime(migrationTimeouts.connectMs);
  await expect(migrated).rejects.toThrow('timeout expired');
});

test('the end of a connection is reported, unless the pool is closing', async () => {
  const told: string[] = [];
  const onError = ({ message }: Error) => void told.push(message);
  const database = openDatabase({ url: admin.href, poolSize: 1, onError });
  await database.run(answer, []);
  database.pgPool.emit('error', new Error('cut off'), {} as never);
  const closed = database.close();
  database.pgPool.emit('error', new Error('terminating connection'), {} as never);
  await closed;
  expect(told).toEqual(['cut off']);
});

test('a wrong password is reported at once, without showing it', async () => {
  const url = new URL(admin);
  url.password = 'a-secret-that-is-wrong';
  const { error, log, took } = await failure(url.href);
  expect(error).toMatchObject({
    kind: 'unauthenticated',
    message: expect.stringContaining(`${server} refused the login of vcauth`),
  });
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('a-secret');
  expect(log).toEqual([]);
  // The server tries a database that is down for thirty seconds.
  expect(took).toBeLessThan(20_000);
});

test('a missing password is reported as a refused login too', async () => {
  const url = new URL(admin);
  url.password = '';
  expect((await failure(url.href)).error).toMatchObject({ kind: 'unauthenticated' });
});

test('a PostgreSQL that is too old is reported at once, with its version', async () => {
  const { url, database, drop } = await createTestDatabase();
  onTestFinished(drop);
  // The database reports a false version: this current_setting is found before PostgreSQL's own.
  await database.pgPool.query(`CREATE SCHEMA lies;
    CREATE FUNCTION lies.current_setting(text) RETURNS text LANGUAGE sql
      AS $$ SELECT CASE $1 WHEN 'server_version' THEN '13.22' ELSE '130022' END
        $$`);
  const options = encodeURIComponent('-c search_path=lies,pg_catalog');
  const { error, log } = await failure(`${url}?options=${options}`);
  expect(error).toMatchObject({
    kind: 'invalid',
    message: `The database at ${server} is PostgreSQL 13.22: 14 or later is needed`,
  });
  expect(log).toEqual([]);
});

test('a database that does not exist is named, after waiting for it', async () => {
  const { error, log } = await failure(urlOf(admin.href, 'nowhere'), 3_000);
  expect(error).toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/^There is no database nowhere at/),
  });
  expect(log.length).toBeGreaterThan(0);
});

test('a server that cannot be reached is tried until the timeout, and each try is logged with host and port', async () => {
  const port = await unusedPort();
  const { error, log, took } = await failure(`postgresql://u:hidden-word@127.0.0.1:${port}/db`, 1_000);
  expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(`127.0.0.1:${port}`) });
  expect(log.length).toBeGreaterThan(1);
  expect(took).toBeGreaterThan(250);
  expect([...log, error.message].join()).not.toContain('hidden-word');
});

test('an address that says nothing to the first attempt is tried again, however short the wait', async () => {
  const silent = Promise.withResolvers<void>();
  let connections = 0;
  const proxy = createServer((near) => {
    near.on('error', () => {});
    connections += 1;
    if (connections === 1) return silent.resolve();
    const far = connect(Number(admin.port), admin.hostname);
    near.pipe(far).pipe(near);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void proxy.close());
  const url = new URL(admin);
  url.port = String((proxy.address() as AddressInfo).port);
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const connecting = connectDatabase({ url: url.href, poolSize: 1, timeoutMs: 1_000 });
  await silent.promise;
  vi.advanceTimersByTime(connectTimeoutMs);
  const database = await connecting;
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
  await database.close();
});

test('the clock of the machine may be set while it waits', async () => {
  const port = await unusedPort();
  onTestFinished(() => void vi.useRealTimers());
  const tries: string[] = [];
  const stop = new AbortController();
  const onLog = (line: string) => {
    tries.push(line);
    // As when a machine that starts gets the right time.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    if (tries.length === 2) stop.abort();
  };
  const url = `postgresql://u:w@127.0.0.1:${port}/db`;
  await expect(connectDatabase({ url, poolSize: 1, onLog, stopSignal: stop.signal })).rejects.toThrow('Cannot use');
  expect(tries).toHaveLength(2);
});

test('a malformed address is reported without showing it', async () => {
  const { error } = await failure('postgresql://u:hid#den@host:port/db');
  expect(error.kind).toBe('invalid');
  expect(error.message).not.toContain('hid');
});

test.each([
  ['', 0],
  ['that gives each connection a process of its own for a while ', 6],
])('a pooler in transaction mode %sis recognised, and its address says so to every connection', async (_, inStep) => {
  const url = await transactionPooler(admin.href, { inStep });
  const database = await connectDatabase({ url, poolSize: 1 });
  expect(database.url).toBe(`${url}?pooling=transaction`);
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
  await database.close();
});

test('a database that comes up later is waited for', async () => {
  const place = await createPreparedPlace();
  const first = await startProgram(place);
  await first.kill('SIGTERM');
  const { port } = new URL(first.url);
  const connecting = connectDatabase({ url: first.url, poolSize: 1, timeoutMs: 20_000 });
  const later = await startEmbeddedPostgres({ ...place, onLog: () => {}, settings: { port } });
  const database = await connecting;
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
  await database.close();
  await later.stop();
});

test('a restart of PostgreSQL makes statements fail, and then they work again', async () => {
  const place = await createPreparedPlace();
  const first = await startEmbeddedPostgres({ ...place, onLog: () => {} });
  const errors: Error[] = [];
  const database = openDatabase({ url: first.url, poolSize: 3, onError: (error) => errors.push(error) });
  const open = database.transaction(async (trx) => {
    await trx.run(answer, []);
    await first.stop();
    await trx.run(answer, []);
  });
  await expect(open).rejects.toThrow();
  await expect(database.run(answer, [])).rejects.toThrow(/ECONNREFUSED/);
  const { port } = new URL(first.url);
  const second = await startEmbeddedPostgres({ ...place, onLog: () => {}, settings: { port } });
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
  expect(await database.transaction((trx) => trx.run(answer, []))).toEqual([{ answer: 42 }]);
  expect(database.pool.waiting).toBe(0);
  await database.close();
  await second.stop();
});

test('the end of an idle connection is reported once, and of one in use by its statement', async () => {
  const errors: Error[] = [];
  const database = openDatabase({ url: admin.href, poolSize: 2, onError: (error) => errors.push(error) });
  onTestFinished(() => database.close());
  const backend = { name: 'backend', text: 'SELECT pg_backend_pid() AS pid' };
  const kill = { name: 'kill', text: 'SELECT pg_terminate_backend($1, 5000)' };
  const [idle] = await database.run<{ pid: number }>(backend, []);
  const other = await connectDatabase({ url: admin.href, poolSize: 1 });
  onTestFinished(() => other.close());
  await other.run(kill, [idle?.pid]);
  await vi.waitFor(() => expect(errors).toHaveLength(1), eventuallyTimeoutMs);
  expect(errors[0]).not.toHaveProperty('client');
  const cut = database.transaction(async (trx) => {
    const [used] = await trx.run<{ pid: number }>(backend, []);
    await other.run(kill, [used?.pid]);
    return trx.run(answer, []);
  });
  await expect(cut).rejects.toThrow();
  expect(errors).toHaveLength(1);
  expect(await database.run(answer, [])).toEqual([{ answer: 42 }]);
});

test('a database that refuses all logins counts as down', async () => {
  const refused = new URL(admin);
  refused.password = 'wrong';
  const shut = await createTestDatabase();
  onTestFinished(shut.drop);
  const other = await connectDatabase({ url: admin.href, poolSize: 1 });
  onTestFinished(() => other.close());
  await other.script(`ALTER DATABASE ${new URL(shut.url).pathname.slice(1)} ALLOW_CONNECTIONS false`);
  for (const url of [refused.href, urlOf(admin.href, 'nowhere'), shut.url]) {
    const database = openDatabase({ url, poolSize: 1 });
    const error = await database.run(answer, []).catch((error: unknown) => error);
    expect([url, isUnavailable(error)]).toEqual([url, true]);
    await database.close();
  }
});

async function failure(url: string, timeoutMs = 10_000) {
  const log: string[] = [];
  const began = performance.now();
  const error = await connectDatabase({ url, poolSize: 1, timeoutMs, onLog: (line) => log.push(line) }).then(
    () => expect.unreachable('it connected'),
    (error) => error,
  );
  return { error: error as Error & { kind: string }, log, took: performance.now() - began };
}

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
