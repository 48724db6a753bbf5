/**
 * The program, started where it cannot run: on a port that is taken, or on a database that somebody else holds locked.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { checkSecrets } from '../../src/store/secrets.ts';
import { startNode } from '../cli/vcauth.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';

const run = promisify(execFile);

let database: { url: string; drop(): Promise<void> };
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

/** Holds a loopback port until the end of the test. */
async function takePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => void holder.close());
  return (holder.address() as { port: number }).port;
}

/** Another connection that holds a lock until it releases it, or until the end of the test. */
async function holdLock(sql: string): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: database.url, application_name: 'a backup' });
  holder.on('error', () => {});
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query(sql);
  return holder;
}

/** Runs a vcauth command. */
function command(words: string[], env: Record<string, string>) {
  const program = startNode(['src/cli.ts', ...words], env);
  onTestFinished(() => void program.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk) => (stdout += chunk));
  program.stderr.on('data', (chunk) => (stderr += chunk));
  return { said: () => stderr, ended: once(program, 'close').then(([code]) => ({ code, stdout })) };
}

function tablesOf(): Promise<object[]> {
  return query(`SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
}

async function start(env: Record<string, string>, user: { uid?: number; gid?: number } = {}) {
  const port = await freePort();
  const settings = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    SECRETS: 'the first secret which is long enough to be one',
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '0',
    ...env,
  };
  const program = startNode(['src/main.ts'], settings, user);
  onTestFinished(() => void program.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk) => (stdout += chunk));
  program.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(program, 'close').then(([code]) => ({ code, stderr }));
  return { program, ended, said: () => stdout };
}

const isReadyAt = (port: string) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function query<Row>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a start whose port is taken', () => {
  it.each([
    ['PORT', '1'],
    ['PORT', '2'],
    ['METRICS_PORT', '1'],
    ['METRICS_PORT', '2'],
  ])('with %s and %s processes says so and leaves the database as it was', async (setting, WORKERS) => {
    const taken = await takePort();
    const { ended } = await start({ [setting]: String(taken), WORKERS });
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${taken} of 127.0.0.1 is taken by another process.`);
    expect(stderr).toContain(setting);
    expect(await tablesOf()).toEqual([]);
  });
});

it('a start that takes long holds its port and is live but not ready, and no other start gets in between', async () => {
  const holder = await holdLock('SELECT pg_advisory_lock(7205)');
  const PORT = String(await freePort());
  const first = await start({ PORT });
  const answer = (path: string) => fetch(`http://127.0.0.1:${PORT}${path}`);
  const status = (path: string) =>
    answer(path).then(
      (response) => response.status,
      () => 0,
    );
  await expect.poll(() => status('/healthz')).toBe(200);
  const notReady = await answer('/readyz');
  expect([notReady.status, notReady.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await (await answer('/oauth/token')).json()).toMatchObject({ error: 'temporarily_unavailable' });
  const second = await start({ PORT, SECRETS: 'another secret which is long enough to be one' });
  expect(await second.ended).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${PORT}`) });
  await holder.query('SELECT pg_advisory_unlock(7205)');
  await expect.poll(() => status('/readyz')).toBe(200);
  first.program.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ code: 0 });
});

it('one of two starts at the same moment on one port and one empty database serves, and the database is bound to its secret', async () => {
  const PORT = String(await freePort());
  const secrets = ['one secret that is long enough to be one', 'two secrets that are long enough to be two'];
  const starts = await Promise.all(secrets.map((SECRETS) => start({ PORT, SECRETS })));
  const loser = await Promise.race(starts.map(({ ended }, index) => ended.then((end) => ({ ...end, index }))));
  expect(loser).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${PORT}`) });
  await expect.poll(() => isReadyAt(PORT)).toBe(true);
  const db = openDatabase({ url: database.url, poolSize: 1 });
  onTestFinished(() => db.close());
  const check = (index: number) => checkSecrets(db, createSealer([secrets[index] as string]));
  await check(1 - loser.index);
  await expect(check(loser.index)).rejects.toThrow('SECRETS do not include');
});

it('an embedded database is not prepared if the port is taken', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'vcauth-start-'));
  onTestFinished(() => rm(DATA_DIR, { recursive: true, force: true }));
  const { ended } = await start({ PORT: String(await takePort()), DATABASE_URL: '', SECRETS: '', DATA_DIR });
  expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('is taken by another process') });
  // Neither a database nor secrets; the cache of compiled code is there before anything is decided.
  expect(await readdir(DATA_DIR)).toEqual(['compile-cache']);
});

it.skipIf(process.getuid?.() !== 0)(
  'a port that this user may not listen on is reported, and leaves the database as it was',
  async ({ skip }) => {
    const nobody = { uid: 65_534, gid: 65_534 };
    const tries = `require('net').createServer().on('error', (e) => console.log(e.code)).listen(1, '127.0.0.1', () => process.exit())`;
    const { stdout } = await run(process.execPath, ['-e', tries], nobody).catch(() => ({ stdout: '' }));
    if (stdout.trim() !== 'EACCES') skip('Here every user may listen on every port, or may not run Node');
    const { ended } = await start({ PORT: '1' }, nobody);
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Choose one above 1023: PORT.') });
    expect(await tablesOf()).toEqual([]);
  },
);

it.each<[string, string, (env: Record<string, string>) => Promise<() => string>]>([
  [
    'a start, whose migrations are done',
    'signing_keys',
    async () => {
      const { said } = await start({});
      return said;
    },
  ],
  ['a command', 'clients', async (env) => command(['clients', 'show', 'web', '--json'], env).said],
])('%s says who holds a lock that it waits for', async (_, table, begin) => {
  await migrate(database.url);
  const holder = await holdLock(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const said = await begin({ DATABASE_URL: database.url, SECRETS: 'the first secret which is long enough to be one' });
  await expect.poll(said).toContain('Waiting for a lock in the database that is held by process');
  expect(said()).toContain('“a backup”');
  await holder.query('ROLLBACK');
});

it('a start that waits for a lock says who holds it, even if the log has only warnings', async () => {
  const holder = await holdLock('SELECT pg_advisory_lock(7205)');
  const [row] = (await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
  const { said, program, ended } = await start({ LOG_LEVEL: 'warn' });
  const expected = `Waiting for a lock in the database that is held by process ${row?.pid} (“a backup”`;
  await expect.poll(said).toContain(expected);
  await holder.query('SELECT pg_advisory_unlock(7205)');
  await expect
    .poll(async () => (await holder.query(`SELECT to_regclass('signing_keys') AS t`)).rows[0]?.t)
    .toBe('signing_keys');
  program.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0 });
});

it('a lock that another role holds is reported too, with fewer details', async () => {
  await migrate(database.url);
  const role = `role_${Date.now()}`;
  await query(
    `CREATE ROLE ${role} LOGIN PASSWORD 'a password of a role'; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`,
  );
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'a password of a role'];
  const holder = await holdLock('BEGIN; LOCK TABLE clients IN ACCESS EXCLUSIVE MODE');
  const listing = command(['clients', 'show', 'web', '--json'], {
    DATABASE_URL: url.href,
    SECRETS: 'the first secret which is long enough to be one',
  });
  await expect.poll(listing.said).toMatch(/held by process \d+ \(“a backup”, of another role/);
  await holder.query('ROLLBACK');
  await listing.ended;
  await query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

it('vcauth migrate reports the lock too, beside its document', async () => {
  const holder = await holdLock('SELECT pg_advisory_lock(7205)');
  const migrating = command(['migrate', '--json'], {
    DATABASE_URL: database.url,
    SECRETS: 'the first secret which is long enough to be one',
  });
  await expect.poll(migrating.said).toContain('(“a backup”');
  await holder.query('SELECT pg_advisory_unlock(7205)');
  const { code, stdout } = await migrating.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout).applied).toContain('0001_initial.sql');
});

describe('a start whose DATABASE_DIRECT_URL is wrong', () => {
  const wrong = (change: Partial<Pick<URL, 'username' | 'pathname' | 'search'>>) =>
    Object.assign(new URL(database.url), change).href;

  it.each<[string, Parameters<typeof wrong>[0], RegExp]>([
    ['its login', { username: 'nobody' }, /^The database at \S+ refused the login of nobody: /],
    [
      'TLS',
      { search: 'sslmode=require' },
      /^Cannot use the database at \S+: The server does not support SSL connections$/,
    ],
    [
      'a file',
      { search: 'sslrootcert=/nowhere/ca.pem' },
      /^A database address has sslrootcert=\/nowhere\/ca\.pem, and this file cannot be read: ENOENT$/,
    ],
  ])('in %s ends with one sentence', async (_what, change, says) => {
    const { ended } = await start({ DATABASE_DIRECT_URL: wrong(change) });
    const { code, stderr } = await ended;
    expect([code, stderr.trimEnd().split('\n')]).toEqual([1, [expect.stringMatching(says)]]);
    expect(await tablesOf()).toEqual([]);
  });

  it('in the name of the database waits for one, and says which setting to correct', async () => {
    const { program, said } = await start({ DATABASE_DIRECT_URL: wrong({ pathname: '/nowhere' }) });
    await expect
      .poll(said)
      .toMatch(/There is no database nowhere at \S+: create it, or correct DATABASE_DIRECT_URL; trying again/);
    expect(program.exitCode).toBe(null);
  });
});
