/** Fills the tables by SQL: accounts with a session and consents, and their grants. */
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { unpin } from '../pin.ts';
import { emailOf } from '../scenario.ts';
import { apps, type Batch, grantColumns } from './shape.ts';

/** What a grant takes with its part of the other rows, all indexes and the write-ahead log, generously. */
const bytesPerGrant = 3_000;
const reserveBytes = 2 ** 31;
/** One transaction each, so that there is one flush to disk for as many rows. */
const rowsPerStatement = 250_000;
const workers = 2;
const tables = ['accounts', 'consents', 'sessions', 'grants'];

/** @throws if the temporary folder has no room for so many grants */
export async function checkDisk(grants: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const needed = grants * bytesPerGrant + reserveBytes;
  if (bavail * bsize < needed) {
    const gb = (bytes: number) => (bytes / 2 ** 30).toFixed(0);
    throw new Error(`${grants} grants need ${gb(needed)} GB in ${tmpdir()}, which has ${gb(bavail * bsize)} GB`);
  }
}

/** Registers the apps of the grants as copies of `app`. */
export async function addApps(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'clients' AND column_name NOT IN ('client_id', 'revision') AND is_generated = 'NEVER'",
    );
    const columns = rows.map(({ column_name: name }) => `"${name}"`).join(', ');
    await client.query(
      `INSERT INTO clients (client_id, ${columns}) SELECT 'app-' || n, ${columns} FROM clients, generate_series(0, $1::int - 1) n
        WHERE client_id = 'app'`,
      [apps],
    );
  });
}

/** Adds a batch, with payloads like those of the existing grant `templateId`. Secondary indexes are built afterwards. */
export async function fill(databaseUrl: string, batch: Batch, templateId: string): Promise<void> {
  const indexes = await withClient(databaseUrl, dropIndexes);
  const { firstAccount, lastAccount, first, last } = batch;
  const accounts = lastAccount - firstAccount + 1;
  const ofAccounts = (text: string, ...values: unknown[]) => split(firstAccount, lastAccount, text, values);
  await runAll(databaseUrl, [
    ...ofAccounts(addAccounts, emailOf(0)),
    ...ofAccounts(addConsents),
    ...ofAccounts(addSessions),
    ...split(first, last, addGrants(first), [firstAccount, accounts, templateId]),
  ]);
  await runAll(
    databaseUrl,
    indexes.map((text) => ({ text, values: [] })),
  );
  await runAll(
    databaseUrl,
    tables.map((name) => ({ text: `VACUUM (ANALYZE) ${name}`, values: [] })),
  );
  await withClient(databaseUrl, (client) => client.query('CHECKPOINT'));
}

export async function databaseBytes(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query('SELECT pg_database_size(current_database())::float8 AS bytes');
    return rows[0].bytes;
  });
}

/** In the following, the last two parameters are the first and the last number to add. */
const addAccounts = `INSERT INTO accounts (id, email, name, password_hash)
  SELECT 'acc_bench' || n, replace($1, '0', n::text), 'Person ' || n,
    (SELECT password_hash FROM accounts WHERE id = 'acc_bench1') FROM generate_series($2::bigint, $3::bigint) n`;

const addConsents = `INSERT INTO consents (account_id, client_id, granted)
  SELECT 'acc_bench' || n, 'app-' || ((n + app) % ${apps}), '{projects:read}'
  FROM generate_series($1::bigint, $2::bigint) n, generate_series(0, 1) app`;

const addSessions = `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
  SELECT translate(encode(sha256(convert_to('session ' || n, 'UTF8')), 'base64'), '+/=', '-_'),
    sha256(convert_to('session id ' || n, 'UTF8')), decode(repeat(md5(n::text), 25), 'hex'), 'acc_bench' || n,
    now() - n % 14 * interval '1 day', now() + (1 + n % 14) * interval '1 day'
  FROM generate_series($1::bigint, $2::bigint) n`;

/** Families are at different generations, and were refreshed within the last 29 days, as apps do. */
function addGrants(first: number): string {
  const { id, account, app, handleHash, generation } = grantColumns;
  return `INSERT INTO grants (id, account_id, client_id, payload, handle_hash, generation, refresh_payload, issued_at, rotated_at,
      refresh_expires_at, expires_at, expires_on, current_used)
    SELECT ${id}, ${account}, ${app}, t.payload, ${handleHash}, ${generation}, t.refresh_payload, now() - (30 + n % 270) * interval '1 day',
      now() - age, now() - age + interval '30 days', now() - age + interval '30 days', (now() - age + interval '30 days')::date, true
    FROM (SELECT n, n - ${first} AS k, n % 696 * interval '1 hour' AS age FROM generate_series($4::bigint, $5::bigint) n) numbers,
      (SELECT payload, refresh_payload FROM grants WHERE id = $3) t`;
}

interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

function split(first: number, last: number, text: string, values: readonly unknown[]): Query[] {
  const parts: Query[] = [];
  for (let from = first; from <= last; from += rowsPerStatement) {
    parts.push({ text, values: [...values, from, Math.min(last, from + rowsPerStatement - 1)] });
  }
  return parts;
}

/** Drops the indexes that no constraint needs. Returns the statements that create them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
      WHERE i.indrelid = ANY ($1::regclass[]) AND NOT i.indisunique`,
    [tables],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** Runs the statements in their order on a few connections. Foreign keys are not checked: all rows have what they refer to. */
async function runAll(databaseUrl: string, queries: readonly Query[]): Promise<void> {
  const waiting = [...queries];
  const work = () =>
    withClient(databaseUrl, async (client) => {
      await client.query("SET session_replication_role = 'replica'; SET statement_timeout = 0");
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await client.query(next.text, [...next.values]);
      }
    });
  await Promise.all(Array.from({ length: workers }, work));
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    unpin(rows[0].pid);
    return await work(client);
  } finally {
    await client.end();
  }
}
