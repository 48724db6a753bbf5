/** Migrations run in order, once, by one process at a time, and never on a database that does not fit. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { planMigrations } from '../../src/store/migration-plan.ts';
import { pendingMigrations, refusePending } from '../../src/store/pending-migrations.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const landed = (await readdir(new URL('../../migrations/', import.meta.url))).sort();
const quiet = () => {};

test('missing migrations are applied in order, and then nothing', async () => {
  const { url, folder, query } = await setup();
  const log: string[] = [];
  expect(await migrate(url, (line) => log.push(line), folder.url)).toEqual({ applied: landed });
  expect(log).toEqual(landed.map((name) => `Migrating the database: ${name}`));
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: [] });
  await folder.write('9001_one.sql', 'CREATE TABLE one (id int)');
  await folder.write('9002_two.sql', 'ALTER TABLE one ADD COLUMN more int; INSERT INTO one VALUES (1, 2)');
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: ['9001_one.sql', '9002_two.sql'] });
  expect(await query('SELECT * FROM one')).toEqual([{ id: 1, more: 2 }]);
  expect(await query('SELECT name FROM schema_migrations WHERE applied_at IS NOT NULL ORDER BY version')).toEqual(
    [...landed, '9001_one.sql', '9002_two.sql'].map((name) => ({ name })),
  );
});

test('each file is applied by one of twenty processes at once', async () => {
  const { url } = await setup();
  const runs = await Promise.all(Array.from({ length: 20 }, () => migrate(url)));
  expect(runs.flatMap(({ applied }) => applied).toSorted()).toEqual(landed);
});

test('a file that fails leaves nothing behind, and the files before it stay applied', async () => {
  const { url, folder, query } = await setup();
  await folder.write('9001_good.sql', 'CREATE TABLE good (id int)');
  await folder.write('9002_bad.sql', 'CREATE TABLE bad (id int); SELECT 1/0');
  await expect(migrate(url, quiet, folder.url)).rejects.toThrow('9002_bad.sql failed: division by zero');
  expect(await query("SELECT to_regclass('good') IS NOT NULL AS good, to_regclass('bad') AS bad")).toEqual([
    { good: true, bad: null },
  ]);
  await folder.write('9002_bad.sql', 'CREATE TABLE bad (id int)');
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: ['9002_bad.sql'] });
});

/** Waits until one statement of this form waits for a lock. */
async function untilWaits(query: (sql: string) => Promise<unknown[]>, form: string): Promise<void> {
  const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ '${form}'`;
  await eventually(async () => (await query(waits)).length).toBe(1);
}

test('a migration that waits for a table lets running nodes pass, and is applied in the end', async () => {
  const { url, folder, query } = await setup();
  await folder.write('9001_one.sql', 'CREATE TABLE one (id int)');
  await migrate(url, quiet, folder.url);
  await folder.write('9002_more.sql', 'ALTER TABLE one ADD COLUMN more int');
  const reader = new pg.Client({ connectionString: url });
  await reader.connect();
  onTestFinished(() => reader.end());
  // A backup, or a person with psql: it only reads, and for long.
  await reader.query('BEGIN; SELECT FROM one');
  const migrating = migrate(url, quiet, folder.url);
  const node = openDatabase({ url, poolSize: 1 });
  onTestFinished(() => node.close());
  const retried: string[] = [];
  node.onRetry((code) => retried.push(code));
  await untilWaits(query, '^ALTER');
  expect(await node.run({ name: 'read-one', text: 'SELECT id FROM one' }, [])).toEqual([]);
  expect(retried).toEqual([]);
  await reader.query('COMMIT');
  expect(await migrating).toEqual({ applied: ['9002_more.sql'] });
});

test.each([
  ['in a transaction', 'ALTER TABLE one ADD COLUMN more int; ALTER TABLE two ADD COLUMN more int', '^ALTER'],
  [
    'outside of one',
    '-- Not in a transaction: …\n\nDROP INDEX CONCURRENTLY IF EXISTS one_id;\n\nCREATE INDEX CONCURRENTLY one_id ON one (id);\n',
    'CREATE INDEX',
  ],
])('a migration %s that was chosen to end a deadlock is tried again', async (_where, sql, waiting) => {
  const { url, folder, query } = await setup();
  await folder.write('9001_two.sql', 'CREATE TABLE one (id int); CREATE TABLE two (id int)');
  await migrate(url, quiet, folder.url);
  await folder.write('9002_both.sql', sql);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  onTestFinished(() => other.end());
  // It looks for deadlocks much later, so the migration finds this one.
  await other.query(`SET deadlock_timeout = '1h'; BEGIN; INSERT INTO two VALUES (1)`);
  if (waiting === 'CREATE INDEX') await other.query('INSERT INTO one VALUES (1)');
  const migrating = migrate(url, quiet, folder.url);
  await untilWaits(query, waiting);
  await other.query('LOCK TABLE one IN SHARE ROW EXCLUSIVE MODE');
  await other.query('COMMIT');
  expect(await migrating).toEqual({ applied: ['9002_both.sql'] });
});

test('a file that does not run in a transaction lets others write, and one of several processes applies it', async () => {
  const { url, folder, query } = await setup();
  await folder.write('9001_one.sql', 'CREATE TABLE one (id int)');
  await migrate(url, quiet, folder.url);
  // A build that was interrupted has left this.
  await query(
    `CREATE INDEX one_id ON one (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'one_id'::regclass`,
  );
  await folder.write(
    '9002_index.sql',
    '-- Not in a transaction: …\n\nDROP INDEX CONCURRENTLY IF EXISTS one_id;\n\nCREATE INDEX CONCURRENTLY one_id ON one (id);\n',
  );
  await folder.write('9003_more.sql', 'ALTER TABLE one ADD COLUMN more int');
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  onTestFinished(() => writer.end());
  await writer.query('BEGIN; INSERT INTO one VALUES (1)');
  const log: string[] = [];
  const migrating = [1, 2, 3].map(() => migrate(url, (line) => log.push(line), folder.url));
  await untilWaits(query, 'CONCURRENTLY');
  await query(`SET lock_timeout = 100; INSERT INTO one VALUES (2)`);
  await writer.query('COMMIT');
  const applied = (await Promise.all(migrating)).flatMap((run) => run.applied);
  expect(applied.toSorted()).toEqual(['9002_index.sql', '9003_more.sql']);
  expect(log.toSorted()).toEqual(applied.toSorted().map((name) => `Migrating the database: ${name}`));
  expect(await query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_id'::regclass`)).toEqual([
    { indisvalid: true },
  ]);
});

test('a file that does not run in a transaction and fails is named, and is repeated from its first statement', async () => {
  const { url, folder, query } = await setup();
  const made = 'CREATE TABLE IF NOT EXISTS one (id int)';
  await folder.write('9001_one.sql', `-- Not in a transaction\n\n${made};\n\nSELECT 1/0;\n`);
  await expect(migrate(url, quiet, folder.url)).rejects.toThrow('9001_one.sql failed: division by zero');
  expect(await query(`SELECT to_regclass('one') IS NOT NULL AS made`)).toEqual([{ made: true }]);
  await folder.write('9001_one.sql', `-- Not in a transaction\n\n${made};\n`);
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: ['9001_one.sql'] });
});

const sinceRelease = await Promise.all(
  landed
    .filter((name) => name > '0032')
    .map(async (name) => ({
      name,
      sql: (await readFile(new URL(`../../migrations/${name}`, import.meta.url), 'utf8')).replace(/--.*$/gm, ''),
    })),
);
const newTables = sinceRelease.flatMap(({ sql }) => [...sql.matchAll(/CREATE TABLE (\w+)/g)].map(([, table]) => table));

// A table of the version before may have many rows, and its requests wait for a lock for two seconds.
test.each(sinceRelease)('$name scans no table of the version before', ({ sql }) => {
  const statements = sql.split(/;\s*$/m).map((statement) => statement.trim());
  const scans = statements.filter((statement) => {
    const [, indexed] = /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\w+ ON (\w+)/.exec(statement) ?? [];
    if (indexed !== undefined) return !newTables.includes(indexed);
    const [, altered] = /^ALTER TABLE (\w+)/.exec(statement) ?? [];
    if (altered === undefined || newTables.includes(altered)) return false;
    return /\b(CHECK|(?<!DROP )NOT NULL|REFERENCES|UNIQUE)\b(?!.*\bNOT VALID)/s.test(statement);
  });
  expect(scans).toEqual([]);
});

test('tables in another schema are found, not made a second time, unless the address chooses it', async () => {
  const { url, query } = await setup();
  await query('CREATE SCHEMA own');
  const chosen = `${url}?options=-c%20search_path%3Down`;
  await migrate(chosen);
  await expect(migrate(url)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining('add options=-c%20search_path%3Down to DATABASE_URL'),
  });
  expect(await query(`SELECT to_regclass('public.schema_migrations') AS made`)).toEqual([{ made: null }]);
  expect(await migrate(chosen)).toEqual({ applied: [] });
});

test('a changed migration that had landed is named, and other line ends do not count as a change', async () => {
  const { url, folder } = await setup();
  await folder.write('9001_one.sql', 'CREATE TABLE one (\n  id int)\n');
  await migrate(url, quiet, folder.url);
  await folder.write('9001_one.sql', 'CREATE TABLE one (\r\n  id int)\r\n');
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: [] });
  await folder.write('9001_one.sql', 'CREATE TABLE one (\n  id bigint)\n');
  await folder.write('9002_two.sql', 'CREATE TABLE two (id int)');
  await expect(migrate(url, quiet, folder.url)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringMatching(/^9001_one\.sql was changed/),
  });
});

test('a migration may name the checksum with which it landed before, and no other', async () => {
  const { url, folder, query } = await setup();
  await folder.write('9001_one.sql', 'CREATE TABLE one (id int)');
  await migrate(url, quiet, folder.url);
  const [row] = await query('SELECT checksum FROM schema_migrations WHERE version = 9001');
  await folder.write('9001_one.sql', `-- Landed before as ${row.checksum}.\nCREATE TABLE one ()`);
  expect(await migrate(url, quiet, folder.url)).toEqual({ applied: [] });
  await folder.write('9001_one.sql', `-- Landed before as ${'0'.repeat(64)}.\nCREATE TABLE one ()`);
  await expect(migrate(url, quiet, folder.url)).rejects.toThrow('9001_one.sql was changed');
});

test('a database of a newer version is refused, unless that version says that ours may go on', async () => {
  const { url, query } = await setup();
  await migrate(url);
  await query("INSERT INTO schema_migrations (version, name, checksum) VALUES (9001, '9001_future.sql', 'x')");
  const newest = Number.parseInt(landed.at(-1) as string, 10);
  const rows = () => query("SELECT name, value FROM settings WHERE name IN ('oldest_server', 'queue') ORDER BY 1");
  await query(`UPDATE settings SET value = CASE name WHEN 'queue' THEN 'newer' ELSE '${newest}' END
    WHERE name IN ('oldest_server', 'queue')`);
  const before = await rows();
  expect(await migrate(url)).toEqual({ applied: [] });
  // What the newer version has installed and noted stays.
  expect(await rows()).toEqual(before);
  await query(`UPDATE settings SET value = '${newest + 1}' WHERE name = 'oldest_server'`);
  await expect(migrate(url)).rejects.toMatchObject({
    kind: 'conflict',
    message: 'this database was migrated by a newer version (9001_future.sql): update the server',
  });
});

test('older servers are refused before the first migration, and the mark is never lowered', async () => {
  const { url, query } = await setup();
  await migrate(url);
  const newest = landed.at(-1) as string;
  const oldest = async () => (await query("SELECT value FROM settings WHERE name = 'oldest_server'"))[0].value;
  const ours = await oldest();
  await query("UPDATE settings SET value = '1' WHERE name = 'oldest_server'");
  await query(`DELETE FROM schema_migrations WHERE name = '${newest}'`);
  // It is there already, so to apply it again fails, as a migration may.
  await expect(migrate(url)).rejects.toThrow(`${newest} failed`);
  expect(await oldest()).toBe(ours);
  await query("UPDATE settings SET value = '9999' WHERE name = 'oldest_server'");
  await expect(migrate(url)).rejects.toThrow(`${newest} failed`);
  expect(await oldest()).toBe('9999');
});

test('the queues, which have migrations of their own, are missing by name until they are migrated', async () => {
  const { url, query } = await setup();
  await migrate(url);
  const db = openDatabase({ url, poolSize: 1 });
  onTestFinished(() => db.close());
  expect(await pendingMigrations(db)).toEqual([]);
  await query("UPDATE settings SET value = 'older' WHERE name = 'queue'");
  const [pending] = await pendingMigrations(db);
  expect(pending).toMatch(/^the queues of pg-boss \d/);
  expect(await planMigrations(db)).toEqual([{ name: pending, how: 'transaction', locks: [] }]);
  await expect(refusePending(db, false)).rejects.toThrow(`lacks ${pending}. AUTO_MIGRATE is off`);
  await migrate(url);
  expect(await pendingMigrations(db)).toEqual([]);
});

/** An empty database, and a copy of migrations/ to add to. */
async function setup() {
  const { url, drop } = await createEmptyDatabase();
  const path = await mkdtemp(join(tmpdir(), 'vcauth-migrations-'));
  await cp(new URL('../../migrations/', import.meta.url), path, { recursive: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await drop();
    await rm(path, { recursive: true });
  });
  return {
    url,
    folder: { url: pathToFileURL(`${path}/`), write: (name: string, sql: string) => writeFile(join(path, name), sql) },
    query: async (sql: string) => (await client.query(sql)).rows,
  };
}
