/**
 * Applies the files of migrations/: plain SQL, numbered, never changed once released, forward only. Many processes may
 * call it at the same time: one does the work, the others wait and then find nothing left to do.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '../errors.ts';
import { newClient } from './connection.ts';
import { type Database, type Db, processIdOf, type Statement } from './database.ts';
import { watchLocks } from './lock-watch.ts';
import { queueNames } from './queue-names.ts';
import { migrationTimeouts, requestTimeouts } from './timeouts.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

/** Number of the advisory lock; the first migration lists all such numbers. */
const lockNumber = 7205;
interface LandedTable {
  readonly exists: boolean;
  /** The schema that has our tables, if it is not in the search path. */
  readonly elsewhere: string | null;
}
const landedTable: Statement = {
  name: 'migrations-table',
  text: `SELECT to_regclass('schema_migrations') IS NOT NULL AS exists,
    (SELECT min(n.nspname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = 'token_revocation' AND c.relkind = 'r' AND n.nspname <> ALL (current_schemas(false))) AS elsewhere`,
};
const createTable = `CREATE TABLE schema_migrations (
  version integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`;
const landedRows: Statement = {
  name: 'migrations-landed',
  text: 'SELECT version, name, checksum FROM schema_migrations',
};
const landed = new URL('../../migrations/', import.meta.url);

/**
 * Applies the missing migrations, each in a transaction of its own.
 * @param database a pool or a connection string; the work uses a connection of its own
 * @param folder for tests
 * @param onWait called with the holder of a lock that this waits for
 * @returns the names of the applied files, in order
 * @throws AppError conflict: an applied file was changed, or the database is newer than these files
 */
export async function migrate(
  database: Pick<Database, 'url'> | string,
  onLog: (line: string) => void = () => {},
  folder: URL = landed,
  onWait: (line: string) => void = onLog,
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = newClient(urlOf(database), { application_name: 'vibecaas-auth migrate' }, migrationTimeouts);
  client.on('error', () => {});
  await client.connect();
  const stopWatching = watchLocks(urlOf(database), () => [processIdOf(client)], onWait);
  try {
    // A session lock: it spans all transactions and is released with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber]);
    const applied = await applyMissing(client, migrations, onLog);
    if (folder === landed) await bringQueuesUp(client);
    return { applied };
  } finally {
    stopWatching();
    await client.end();
  }
}

function urlOf(database: Pick<Database, 'url'> | string): string {
  return typeof database === 'string' ? database : database.url;
}

/**
 * Returns the names of the files that migrate() would apply. Changes nothing.
 * @throws AppError conflict, as migrate() does
 */
export async function pendingMigrations(db: Db, folder: URL = landed): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const [table] = await db.run<LandedTable>(landedTable, []);
  if (!isThere(table)) return migrations.map(({ name }) => name);
  const done = await db.run<Migration>(landedRows, []);
  checkLanded(migrations, done);
  return missingFrom(migrations, done).map(({ name }) => name);
}

/** A second set of tables, beside those that a role's search_path led to before, would be an empty server. */
function isThere(table: LandedTable | undefined): boolean {
  if (table?.exists || !table?.elsewhere) return table?.exists === true;
  const { elsewhere } = table;
  throw new AppError(
    'conflict',
    `The tables of this server are in the schema ${elsewhere}, which only the address can choose: ` +
      `add options=-c%20search_path%3D${encodeURIComponent(elsewhere)} to DATABASE_URL`,
  );
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.+\.sql$/.test(name));
  const migrations = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      // The checksum must not depend on the line endings of a checkout.
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { version: Number.parseInt(name, 10), name, checksum, sql };
    }),
  );
  migrations.sort((a, b) => a.version - b.version);
  const twice = migrations.find(({ version }, index) => version === migrations[index + 1]?.version);
  if (twice) throw new Error(`two migrations have the number ${twice.version}`);
  return migrations;
}

async function applyMissing(
  client: pg.Client,
  migrations: Migration[],
  onLog: (line: string) => void,
): Promise<string[]> {
  const { rows } = await client.query<LandedTable>(landedTable.text);
  // A role without CREATE can start a server whose database is up to date.
  if (!isThere(rows[0])) await client.query(createTable);
  const { rows: done } = await client.query<Migration>(landedRows.text);
  checkLanded(migrations, done);
  const missing = missingFrom(migrations, done);
  for (const migration of missing) {
    onLog(`Migrating the database: ${migration.name}`);
    await apply(client, migration);
  }
  return missing.map(({ name }) => name);
}

/** Migrates the queues, which have migrations of their own. Their library is loaded only if needed, so that commands start quickly. */
async function bringQueuesUp(client: pg.Client): Promise<void> {
  const version = `${packageJson.dependencies['pg-boss']} ${queueNames.join(' ')}`;
  const { rows } = await client.query(`SELECT 1 FROM settings WHERE name = 'queue' AND value = $1`, [version]);
  if (rows.length > 0) return;
  const { installQueues } = await import('./work-queue.ts');
  await installQueues(client);
  const note = `INSERT INTO settings VALUES ('queue', $1) ON CONFLICT (name) DO UPDATE SET value = $1`;
  await client.query(note, [version]);
}

function missingFrom(migrations: Migration[], done: Pick<Migration, 'version'>[]): Migration[] {
  return migrations.filter(({ version }) => !done.some((row) => row.version === version));
}

function checkLanded(migrations: Migration[], done: Pick<Migration, 'version' | 'name' | 'checksum'>[]): void {
  const newest = Math.max(0, ...migrations.map(({ version }) => version));
  for (const row of done) {
    const file = migrations.find(({ version }) => version === row.version);
    if (!file && row.version > newest) {
      throw new AppError('conflict', `this database was migrated by a newer version (${row.name}): update the server`);
    }
    if (!file) throw new AppError('conflict', `the migration ${row.name} is in the database, but its file is gone`);
    if (file.checksum !== row.checksum) {
      throw new AppError(
        'conflict',
        `${file.name} was changed after it was applied: put it back and write a new migration`,
      );
    }
  }
}

/**
 * A statement that waits for the lock of a table makes all others wait that come after it. So it waits shorter than requests
 * do, lets them pass, and tries again.
 */
const tableLockTimeoutMs = requestTimeouts.lockTimeoutMs * 0.75;
const pauseMs = 1_000;

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (;;) {
    try {
      return await applyOnce(client, migration);
    } catch (error) {
      const { code } = (error as { cause?: { code?: string } }).cause ?? {};
      if (code !== lockNotAvailable) throw error;
      await sleep(pauseMs * (1 + Math.random()));
    }
  }
}

const lockNotAvailable = '55P03';

async function applyOnce(client: pg.Client, { version, name, checksum, sql }: Migration): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${tableLockTimeoutMs}`);
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new Error(`${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
