/** The program, started where it can't: on a port that is taken, or on a database that somebody else holds. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from './cli/vcauth.ts';
import { createEmptyDatabase } from './support/database.ts';
import { freePort } from './support/server.ts';

let database: { url: string; drop(): Promise<void> };
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

/** Holds a port of loopback until the test is over. */
async function takePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => void holder.close());
  return (holder.address() as { port: number }).port;
}

async function start(env: Record<string, string>) {
  const port = await freePort();
  const program = startNode(['src/main.ts'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    SECRETS: 'the first secret which is long enough to be one',
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '0',
    ...env,
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk) => (stdout += chunk));
  program.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(program, 'close').then(([code]) => ({ code, stderr }));
  const ready = () =>
    fetch(`http://localhost:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const isReady = () => expect.poll(ready, { timeout: 60_000 }).toBe(true);
  return { program, ended, isReady, said: () => stdout };
}

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
  ])('%s, %s processes: says so and leaves the database as it was', { timeout: 120_000 }, async (setting, WORKERS) => {
    const taken = await takePort();
    const { ended } = await start({ [setting]: String(taken), WORKERS });
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${taken} of 127.0.0.1 is taken by another process.`);
    expect(stderr).toContain(setting);
    const tables = await query(
      `SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables).toEqual([]);
    // Nothing was bound to the first secret.
    const other = await start({ SECRETS: 'another secret which is long enough to be one' });
    await other.isReady();
    other.program.kill('SIGTERM');
    expect(await other.ended).toMatchObject({ code: 0 });
  });
});

it.each(['info', 'warn'])(
  'a start that waits for a lock says who holds it, at level %s',
  { timeout: 120_000 },
  async (LOG_LEVEL) => {
    const holder = new pg.Client({ connectionString: database.url, application_name: 'a backup' });
    holder.on('error', () => {});
    await holder.connect();
    onTestFinished(async () => holder.end());
    await holder.query('SELECT pg_advisory_lock(7205)');
    const [row] = (await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    const { said, program, ended } = await start({ LOG_LEVEL });
    const expected = `Waiting for a lock in the database that is held by process ${row?.pid} (“a backup”`;
    await expect.poll(said, { timeout: 60_000 }).toContain(expected);
    await holder.query('SELECT pg_advisory_unlock(7205)');
    await expect
      .poll(async () => (await holder.query(`SELECT to_regclass('signing_keys') AS t`)).rows[0]?.t, { timeout: 60_000 })
      .toBe('signing_keys');
    program.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
  },
);

it('vcauth migrate says it too, beside its document', { timeout: 120_000 }, async () => {
  const holder = new pg.Client({ connectionString: database.url, application_name: 'a backup' });
  holder.on('error', () => {});
  await holder.connect();
  onTestFinished(async () => holder.end());
  await holder.query('SELECT pg_advisory_lock(7205)');
  const command = startNode(['src/cli.ts', 'migrate', '--json'], {
    DATABASE_URL: database.url,
    SECRETS: 'the first secret which is long enough to be one',
  });
  onTestFinished(() => void command.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  command.stdout.on('data', (chunk) => (stdout += chunk));
  command.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(command, 'close');
  await expect.poll(() => stderr, { timeout: 60_000 }).toContain('(“a backup”');
  await holder.query('SELECT pg_advisory_unlock(7205)');
  expect((await ended)[0]).toBe(0);
  expect(JSON.parse(stdout).applied).toContain('0001_initial.sql');
});
