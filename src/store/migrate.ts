/**
 * Applies the files of migrations/: plain SQL, numbered, never changed once released, forward only. Many processes may
 * call it at the same time: one does the work, the others wait and then find nothing left to do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '../errors.ts';
import { newClient, sharesSessions } from './connection.ts';
import { type Database, processIdOf, type Statement } from './database.ts';
import { watchLocks } from './lock-watch.ts';
import { checkLanded, isNewer, type Migration, missingFrom, readMigrations, statementsOf } from './migration-files.ts';
import { queueIsUp, queueVersion } from './queue-names.ts';
import { migrationTimeouts } from './timeouts.ts';
import { pauseMs, tableLockTimeoutMs, untilFree } from './until-free.ts';

/** Numbers of advisory locks; the first migration lists others. The second one is for files that do not run in a transaction. */
const [lockNumber, aloneLockNumber] = [7205, 7243];
export interface LandedTable {
  readonly exists: boolean;
  /** The schema that has our tables, if it is not in the search path. */
  readonly elsewhere: string | null;
}
export const landedTable: Statement = {
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
export const landedRows: Statement = {
  name: 'migrations-landed',
  text: 'SELECT version, name, checksum FROM schema_migrations',
};
export const landed = new URL('../../migrations/', import.meta.url);

/**
 * The newest migration of the oldest servers that may run on a database with these migrations: that of the release before.
 * Servers read it in a database that is newer than they are, and go on or exit.
 */
const oldestServer = 70;
export const oldestServerRow: Statement = {
  name: 'migrations-oldest-server',
  text: "SELECT value::integer AS version FROM settings WHERE name = 'oldest_server'",
};

/**
 * Applies the missing migrations, each in a transaction of its own unless it says otherwise.
 * @param database a pool or a connection string; the work uses a connection of its own
 * @param folder for tests
 * @param onWait called with the holder of a lock that this waits for
 * @param onApplied called with the name of each applied file, and how long it took in milliseconds, waiting included
 * @returns the names of the applied files, in order
 * @throws AppError conflict: an applied file was changed, or the database is newer than these files
 */
export async function migrate(
  database: Pick<Database, 'url'> | string,
  onLog: (line: string) => void = () => {},
  folder: URL = landed,
  onWait: (line: string) => void = onLog,
  onApplied: (name: string, ms: number) => void = () => {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  if (sharesSessions(urlOf(database))) throw needsSession();
  const client = newClient(urlOf(database), { application_name: 'vibecaas-auth migrate' }, migrationTimeouts);
  client.on('error', () => {});
  await client.connect();
  const stopWatching = watchLocks(urlOf(database), () => [processIdOf(client)], onWait);
  try {
    const applied: string[] = [];
    const apply = async (migration: Migration, how: typeof applyInTransaction) => {
      onLog(`Migrating the database: ${migration.name}`);
      const beganMs = performance.now();
      await how(client, migration);
      onApplied(migration.name, performance.now() - beganMs);
      applied.push(migration.name);
    };
    const prepare = folder === landed ? refuseOlderServers : async () => {};
    while (!(await applyMissing(client, migrations, { apply, prepare }))) {}
    if (folder === landed) await bringQueuesUp(client, migrations);
    return { applied };
  } finally {
    stopWatching();
    await client.end();
  }
}

function needsSession(): AppError {
  return new AppError(
    'invalid',
    'Migrations need a connection that a pooler in transaction mode does not give: set DATABASE_DIRECT_URL to the address of PostgreSQL itself',
  );
}

function urlOf(database: Pick<Database, 'url'> | string): string {
  return typeof database === 'string' ? database : database.url;
}

/** A second set of tables, beside those that a role's search_path led to before, would be an empty server. */
export function isThere(table: LandedTable | undefined): boolean {
  if (table?.exists || !table?.elsewhere) return table?.exists === true;
  const { elsewhere } = table;
  throw new AppError(
    'conflict',
    `The tables of this server are in the schema ${elsewhere}, which only the address can choose: ` +
      `add options=-c%20search_path%3D${encodeURIComponent(elsewhere)} to DATABASE_URL`,
  );
}

interface Applying {
  readonly apply: (migration: Migration, how: typeof applyInTransaction) => Promise<void>;
  /** Called before the first missing migration, under the lock. */
  readonly prepare: (client: pg.Client) => Promise<void>;
}

/** Applies what is missing, up to a file that runs alone. Returns true if nothing is left, and then has the lock. */
async function applyMissing(
  client: pg.Client,
  migrations: Migration[],
  { apply, prepare }: Applying,
): Promise<boolean> {
  // A session lock: it spans all transactions and is released with the connection.
  await client.query('SELECT pg_advisory_lock($1)', [lockNumber]);
  const { rows } = await client.query<LandedTable>(landedTable.text);
  // A role without CREATE can start a server whose database is up to date.
  if (!isThere(rows[0])) await client.query(createTable);
  const lacking = await missing(client, migrations);
  if (lacking.length > 0) await prepare(client);
  for (const migration of lacking) {
    if (!statementsOf(migration)) await apply(migration, applyInTransaction);
    else {
      await applyAlone(client, migration, migrations, apply);
      return false;
    }
  }
  return true;
}

async function missing(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<Migration>(landedRows.text);
  const oldest = isNewer(migrations, rows) ? await client.query<{ version: number }>(oldestServerRow.text) : undefined;
  checkLanded(migrations, rows, oldest?.rows[0]?.version);
  return missingFrom(migrations, rows);
}

/**
 * Applies a file whose statements wait until all others that run now have ended. Processes that wait for the lock are among
 * those, so it is released meanwhile, and the second one is never waited for.
 */
async function applyAlone(
  client: pg.Client,
  migration: Migration,
  migrations: Migration[],
  apply: Applying['apply'],
): Promise<void> {
  const tryLock = async () =>
    (await client.query(`SELECT pg_try_advisory_lock(${aloneLockNumber}) AS mine`)).rows[0].mine as boolean;
  let mine = await tryLock();
  await client.query('SELECT pg_advisory_unlock($1)', [lockNumber]);
  for (; !mine; mine = await tryLock()) await sleep(pauseMs * Math.random());
  if ((await missing(client, migrations)).includes(migration)) {
    await apply(migration, async () => {
      await untilFree(async () => {
        for (const statement of statementsOf(migration) ?? []) await client.query(statement).catch(failed(migration));
      });
      await note(client, migration);
    });
  }
  await client.query('SELECT pg_advisory_unlock($1)', [aloneLockNumber]);
}

/** Migrates the queues, which have migrations of their own. Their library is loaded only if needed, so that commands start quickly. */
async function bringQueuesUp(client: pg.Client, migrations: Migration[]): Promise<void> {
  const { rows: done } = await client.query<Migration>(landedRows.text);
  // Those of a newer version stay, and what it says of older servers too.
  if (isNewer(migrations, done)) return;
  await refuseOlderServers(client);
  if ((await client.query(queueIsUp.text, [queueVersion])).rows.length > 0) return;
  const { installQueues } = await import('./work-queue.ts');
  await installQueues(client);
  await setting(client, 'queue', queueVersion);
}

/**
 * From now on, servers that are older than the release before do not start here. It is said before the first migration: one that starts between
 * two of them would go on. It is never lowered. A database without tables has no servers.
 */
async function refuseOlderServers(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('settings') IS NOT NULL AS exists");
  if (!rows[0].exists) return;
  await client.query(
    `INSERT INTO settings AS s VALUES ('oldest_server', $1::text)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE s.value::integer < $1::integer`,
    [oldestServer],
  );
}

async function setting(client: pg.Client, name: string, value: string): Promise<void> {
  const text = `INSERT INTO settings AS s VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2 WHERE s.value <> $2`;
  await client.query(text, [name, value]);
}

const applyInTransaction = (client: pg.Client, migration: Migration): Promise<void> =>
  untilFree(() => applyOnce(client, migration));

async function applyOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${tableLockTimeoutMs}`);
    await client.query(migration.sql);
    await note(client, migration);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    failed(migration)(error as Error);
  }
}

async function note(client: pg.Client, { version, name, checksum }: Migration): Promise<void> {
  const text = 'INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)';
  await client.query(text, [version, name, checksum]);
}

function failed({ name }: Migration): (error: Error) => never {
  return (error) => {
    throw new Error(`${name} failed: ${error.message}`, { cause: error });
  };
}
