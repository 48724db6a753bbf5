/** Settings of connections: ours hold, whatever the role, the database and the address say. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOptions, newClient } from '../../src/store/connection.ts';
import { openDatabase } from '../../src/store/database.ts';
import {
  answerTimeoutMs,
  backgroundTimeouts,
  migrationTimeouts,
  requestTimeouts,
  type Timeouts,
} from '../../src/store/timeouts.ts';
import { readSources } from '../support/architecture.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { applySettings, hostileSettings } from '../support/hostile-settings.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await applySettings(own.database, hostileSettings);
});
afterAll(() => own.drop());

const settings = `SELECT name, setting FROM pg_settings WHERE name IN (${Object.keys(hostileSettings)
  .map((name) => `'${name}'`)
  .join(', ')})`;
type Row = { name: string; setting: string };
const byName = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));

const meaning = {
  default_transaction_isolation: 'read committed',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  search_path: '"$user", public',
  exit_on_error: 'off',
  gin_fuzzy_search_limit: '0',
  idle_session_timeout: '0',
};
const limits = (timeouts: Timeouts) => ({
  idle_in_transaction_session_timeout: String(timeouts.idleInTransactionTimeoutMs),
  statement_timeout: String(timeouts.statementTimeoutMs),
  lock_timeout: String(timeouts.lockTimeoutMs),
});

async function settingsOf(url: string, timeouts?: Timeouts) {
  const client = newClient(url, {}, timeouts);
  await client.connect();
  const { rows } = await client.query<Row>(settings);
  await client.end();
  return byName(rows);
}

test('the role’s settings do not change what our statements mean, on any kind of connection', async () => {
  expect(await settingsOf(own.url)).toEqual({ ...meaning, ...limits(requestTimeouts) });
  expect(await settingsOf(own.url, backgroundTimeouts)).toEqual({ ...meaning, ...limits(backgroundTimeouts) });
  expect(await settingsOf(own.url, migrationTimeouts)).toEqual({ ...meaning, ...limits(migrationTimeouts) });
  const pool = openDatabase({ url: own.url, poolSize: 1 });
  const rows = await pool.run<Row>({ name: 'settings', text: settings }, []);
  await pool.close();
  expect(byName(rows)).toEqual({ ...meaning, ...limits(requestTimeouts) });
});

test('options of the address are kept, except those that would override ours', async () => {
  const options = encodeURIComponent('-c work_mem=7MB -c DateStyle=German -c statement_timeout=1h -c search_path=mine');
  const client = newClient(`${own.url}?options=${options}`);
  await client.connect();
  const { rows } = await client.query<Row>(`${settings} OR name = 'work_mem'`);
  await client.end();
  expect(byName(rows)).toEqual({
    ...meaning,
    ...limits(requestTimeouts),
    work_mem: String(7 * 1024),
    search_path: 'mine',
  });
});

test('the server notices within seconds that a client is gone, where its system can', async () => {
  const client = newClient(own.url);
  await client.connect();
  const { rows } = await client.query<Row>(
    `SELECT name, setting FROM pg_settings WHERE name ~ '^tcp_' OR name = 'client_connection_check_interval'`,
  );
  await client.end();
  const linux = process.platform === 'linux';
  expect(byName(rows)).toMatchObject({
    client_connection_check_interval: linux ? '1000' : expect.any(String),
    tcp_keepalives_idle: '5',
    tcp_keepalives_interval: '2',
    tcp_keepalives_count: '3',
    tcp_user_timeout: '10000',
  });
});

test('each limit is shorter than the one that follows it: lock, statement, driver, answer', () => {
  const { lockTimeoutMs, statementTimeoutMs, queryTimeoutMs, idleInTransactionTimeoutMs, retryWithinMs } =
    requestTimeouts;
  const inOrder = [0, lockTimeoutMs, statementTimeoutMs, queryTimeoutMs, answerTimeoutMs];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
  expect(new Set(inOrder).size).toBe(inOrder.length);
  // A second to send the statement and its answer, at least.
  expect(queryTimeoutMs - statementTimeoutMs).toBeGreaterThanOrEqual(1_000);
  expect(retryWithinMs + queryTimeoutMs).toBeLessThanOrEqual(answerTimeoutMs);
  expect(idleInTransactionTimeoutMs).toBeLessThan(answerTimeoutMs);
  // The client may have gone by then. So what a process that stood still did not do is not done later.
  expect(idleInTransactionTimeoutMs).toBeGreaterThan(retryWithinMs);
  expect(backgroundTimeouts.statementTimeoutMs).toBeLessThan(backgroundTimeouts.queryTimeoutMs);
});

test('every connection is made in one place', () => {
  const made = /\bnew\s+(?:pg\.)?(?:Client|Pool|DatabaseClient)\s*\(/g;
  const found = readSources(new URL('../../', import.meta.url))
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) => Array.from(text.matchAll(made), ([call]) => `${path}: ${call}`));
  expect(found).toEqual([
    // It only tells the driver's default host and port.
    'src/store/connect.ts: new pg.Client(',
    'src/store/connection.ts: new DatabaseClient(',
    'src/store/pool.ts: new pg.Pool(',
  ]);
});

test('a connection that gets no settings is closed and reported, not used', async () => {
  const refusing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => refusing.once('listening', resolve));
  const url = new URL(own.url);
  url.port = String((refusing.address() as { port: number }).port);
  await expect(newClient(url.href).connect()).rejects.toThrow();
  refusing.close();
  const invalid = { ...requestTimeouts, statementTimeoutMs: -5 };
  const pool = openDatabase({ url: own.url, poolSize: 1, timeouts: invalid });
  await expect(pool.run({ name: 'one', text: 'SELECT 1' }, [])).rejects.toThrow('statement_timeout');
  expect(pool.pool.total).toBe(0);
  await pool.close();
  const open = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name = 'vibecaas-auth' AND query ~ 'set_config'`;
  await expect.poll(async () => (await own.database.pgPool.query(open)).rows[0].n).toBe(0);
});

test('the pool’s statements and the queue’s connections come from the same options', () => {
  expect(connectionOptions(own.url)).toMatchObject({ query_timeout: requestTimeouts.queryTimeoutMs, keepAlive: true });
  expect(connectionOptions(own.url, migrationTimeouts)).not.toHaveProperty('query_timeout');
});
