/** The plan of a migration: the locks that it names are those that PostgreSQL takes. */
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { locksOf } from '../../src/store/migration-plan.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, testSecret } from '../support/server.ts';

const folder = new URL('../../migrations/', import.meta.url);

/** They drop an index or a foreign key, whose other table the SQL does not name. */
const notNamed = ['0021_admin_home.sql', '0047_upstream_state.sql', '0057_backchannel_logout.sql'];

/** Locks that stop others, of tables that were there before. */
const held = `SELECT c.relname AS table, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND n.nspname = 'public' AND c.oid = ANY ($1)
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')`;
const wordsOf = (mode: string) =>
  mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();

it('names the locks that each file takes on tables that were there before', async () => {
  const { url, drop } = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await drop();
  });
  const order = ['SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
    const sql = await readFile(new URL(name, folder), 'utf8');
    const { rows: before } = await client.query(
      "SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    if (sql.startsWith('-- Not in a transaction')) {
      for (const statement of sql.split(/\n\s*\n/)) await client.query(statement);
      continue;
    }
    await client.query('BEGIN');
    await client.query(sql);
    const { rows } = await client.query<{ table: string; mode: string }>(held, [before.map(({ oid }) => oid)]);
    await client.query('COMMIT');
    const strongest: Record<string, string> = {};
    for (const { table, mode } of rows) {
      const words = wordsOf(mode);
      if (order.indexOf(words) > order.indexOf(strongest[table] ?? '')) strongest[table] = words;
    }
    const planned = locksOf(sql).filter(({ mode }) => mode !== 'ROW EXCLUSIVE');
    if (notNamed.includes(name)) continue;
    expect.soft(Object.fromEntries(planned.map(({ table, mode }) => [table, mode])), name).toEqual(strongest);
  }
});

it.each([
  ['ALTER TABLE a ADD COLUMN b int; CREATE INDEX i ON a (b)', [{ table: 'a', mode: 'ACCESS EXCLUSIVE' }]],
  ['CREATE TABLE a (b text REFERENCES c); ALTER TABLE a ADD d int', [{ table: 'c', mode: 'SHARE ROW EXCLUSIVE' }]],
  [
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM a; DROP TABLE b $$; UPDATE c SET d = ''",
    [{ table: 'c', mode: 'ROW EXCLUSIVE' }],
  ],
  ['-- ALTER TABLE a\nDROP INDEX CONCURRENTLY i', []],
])('%s', (sql, locks) => {
  expect(locksOf(sql)).toEqual(locks);
});

it('lists what is missing with the size of each table, changes nothing, and a start without AUTO_MIGRATE names it too', async () => {
  const own = await createTestDatabase();
  onTestFinished(() => own.drop());
  const vcauth = vcauthIn({ DATABASE_URL: own.url, SECRETS: testSecret, ISSUER: 'http://localhost:1' });
  expect(await vcauth.json(['migrate', '--plan'])).toEqual({ pending: [] });
  await own.database.script(`DELETE FROM schema_migrations WHERE version IN (70, 75); ANALYZE clients`);
  const { pending } = await vcauth.json<{ pending: object[] }>(['migrate', '--plan']);
  expect(pending).toEqual([
    {
      name: '0070_failing_logouts.sql',
      how: 'beside_writers',
      locks: [
        { table: 'clients', mode: 'SHARE UPDATE EXCLUSIVE', rows: 0, bytes: expect.any(Number) },
        { table: 'webhook_deliveries', mode: 'SHARE UPDATE EXCLUSIVE', rows: null, bytes: expect.any(Number) },
      ],
    },
    { name: '0075_node_changes.sql', how: 'transaction', locks: [] },
  ]);
  const { stdout } = await vcauth(['migrate', '--plan']);
  expect(stdout).toMatch(
    /0070_failing_logouts\.sql .*beside writers[\s\S]* clients .*SHARE UPDATE EXCLUSIVE: .*about 0 rows/,
  );
  const start = () => startTestServer({ beside: { databaseUrl: own.url } as never, env: { AUTO_MIGRATE: 'off' } });
  await expect(start()).rejects.toThrow(
    'This database lacks 0070_failing_logouts.sql, 0075_node_changes.sql. AUTO_MIGRATE is off: run vcauth migrate first.',
  );
  await own.database.script('DROP TABLE node_changes; DROP FUNCTION tell_nodes');
  expect(await vcauth.json(['migrate'])).toMatchObject({
    applied: ['0070_failing_logouts.sql', '0075_node_changes.sql'],
  });
  const applied = await rowsOf(own.database, 'SELECT version FROM schema_migrations WHERE version IN (70, 75)');
  expect(applied).toHaveLength(2);
});
