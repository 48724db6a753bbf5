/** Databases for tests. Each test file gets its own clone of the migrated template. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { groupCommit } from '../../src/store/batcher.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { templateName, urlOf } from './database-names.ts';
import { patientTimeouts } from './patient-timeouts.ts';

// With GROUP_COMMIT=off, each statement commits alone: races must end in the same way.
if (process.env.GROUP_COMMIT === 'off') groupCommit.isOn = false;

export interface TestDatabase {
  /** Its address by TCP. */
  readonly url: string;
  /** Connects by the socket file, which takes less work. */
  readonly database: Database;
  /** Closes the pool and drops the database, even if others are connected. */
  drop(): Promise<void>;
}

/** Clones a template, by default the empty one. Call drop() in afterAll or afterEach. */
export async function createTestDatabase(template = templateName): Promise<TestDatabase> {
  const url = await create(template);
  const database = openDatabase({ url: throughSocket(url), poolSize: 10, timeouts: patientTimeouts });
  return {
    url,
    database,
    async drop() {
      await database.close();
      await asAdmin(`DROP DATABASE ${nameOf(url)} WITH (FORCE)`);
    },
  };
}

/** Copies a database as it is now, as a backup does. Its connections are closed; a pool opens others. */
export async function copyOf({ url }: Pick<TestDatabase, 'url'>): Promise<TestDatabase> {
  await asAdmin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${nameOf(url)}'`);
  return createTestDatabase(nameOf(url));
}

/** Creates a database without tables. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const url = await create('template0');
  return { url, drop: () => asAdmin(`DROP DATABASE ${nameOf(url)} WITH (FORCE)`) };
}

/**
 * Runs `work` and returns the text of each statement that `database` ran meanwhile, in order, without BEGIN, COMMIT and
 * ROLLBACK. Statements of others on the same pool at that time are included.
 */
export async function countStatements<T>(
  database: Database,
  work: () => Promise<T>,
): Promise<{ result: T; statements: string[] }> {
  const statements: string[] = [];
  let counting = true;
  database.onStatement((text) => {
    if (counting) statements.push(text);
  });
  try {
    return { result: await work(), statements };
  } finally {
    counting = false;
  }
}

async function create(template: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying files is faster here than the default, which writes everything to the log.
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return urlOf(inject('adminUrl'), name);
}

/** One connection for all files of a worker. It keeps neither the process nor the cluster from ending. */
const admin = new pg.Pool({
  connectionString: inject('adminUrl'),
  max: 2,
  idleTimeoutMillis: 0,
  allowExitOnIdle: true,
});
admin.on('error', () => {});

async function asAdmin(sql: string): Promise<void> {
  await admin.query(sql);
}

/** The same database by the socket file of PostgreSQL. */
function throughSocket(url: string): string {
  const { protocol, username, password, port, pathname } = new URL(url);
  return `${protocol}//${username}:${password}@${pathname}?host=${encodeURIComponent(inject('socketFolder'))}&port=${port}`;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
