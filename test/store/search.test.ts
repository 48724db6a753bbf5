/** One way to search for clients and accounts: among 100,000 of each, every search uses an index. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageOfAccounts, searchAccounts } from '../../src/store/account-search.ts';
import { type ClientFilter, listClients, pageOfClients, searchClients } from '../../src/store/client-search.ts';
import type { Database } from '../../src/store/database.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../support/database.ts';

const many = 100_000;
let own: TestDatabase;
let db: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  db = own.database;
  await db.pgPool.query(`INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type,
      redirect_uris, status, verified_at)
    SELECT 'client-' || n, 'Name' || n || ' App', '{}', 'none', '', CASE WHEN n % 1000 = 0 THEN 'service' ELSE 'spa' END,
      ARRAY['https://host' || n || '.example/callback'], CASE WHEN n % 1000 = 1 THEN 'disabled' ELSE 'active' END,
      CASE WHEN n % 1000 = 2 THEN now() END
    FROM generate_series(1, ${many}) n`);
  await db.pgPool.query(`INSERT INTO accounts (id, email, name, status, role)
    SELECT 'acc_' || n, 'person' || n || '@mail.example', 'Person Number' || n,
      CASE WHEN n % 1000 = 0 THEN 'suspended' ELSE 'active' END, CASE WHEN n % 1000 = 1 THEN 'admin' ELSE 'user' END
    FROM generate_series(1, ${many}) n`);
  await db.pgPool.query('VACUUM ANALYZE clients, accounts');
});
afterAll(() => own.drop());

/** The plans of the queries of `work`, made as the server's connections make them: without the values. */
async function plansOf<T>(work: () => Promise<T>): Promise<{ result: T; plans: string[] }> {
  const { result, statements } = await countStatements(db, work);
  const plans: string[] = [];
  for (const text of statements) {
    const { rows } = await db.pgPool.query(`EXPLAIN (GENERIC_PLAN) ${text}`);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return { result, plans };
}

const page = { page: 1, per_page: 20 };
const byName = { by: 'name', descending: false } as const;
const filters: [ClientFilter, number][] = [
  [{ search: 'name47111' }, 1],
  [{ search: 'HOST47111' }, 1],
  [{ search: 'client 47111 app' }, 1],
  [{ search: 'name47111', status: 'active', type: 'spa' }, 1],
  [{ search: '%_%' }, 0],
  [{ type: 'service' }, 100],
  [{ status: 'disabled' }, 100],
  [{ state: 'verified' }, 100],
];

it.each(filters)('a search finds clients by %j', async (filter, found) => {
  const { result, plans } = await plansOf(() => pageOfClients(db, page, filter));
  expect(result.total).toBe(found);
  expect(result.rows).toHaveLength(Math.min(found, 20));
  const cursor = await plansOf(() => searchClients(db, filter, byName, { limit: 20 }));
  expect(cursor.result.rows.map((row) => row.client_id)).toEqual(result.rows.map((row) => row.client_id));
  expect(cursor.result.rows).toHaveLength(Math.min(found, 20));
  const listed = await plansOf(() => listClients(db, { limit: 200 }, filter));
  expect(listed.result).toHaveLength(found);
  for (const plan of [...plans, ...cursor.plans]) expect(plan).not.toContain('Seq Scan');
  if (filter.search) for (const plan of listed.plans) expect(plan).not.toContain('Seq Scan');
});

// A text that begins like a number (an exponent, a decimal) is several words to PostgreSQL.
it.each(['4e07408562bedb8b60ce05c1', '86e50149658661312a9e0b35', '1e5', '0x1f', '12345678901234567890abcd'])(
  'a search finds a client whose id ends with %s, by the whole and by each beginning',
  async (ending) => {
    const id = `vcs_client_${ending}`;
    await db.pgPool.query(
      `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type)
        VALUES ($1, 'Numbered', '{}', 'none', '', 'spa')`,
      [id],
    );
    const missed: string[] = [];
    for (let length = 1; length <= ending.length; length += 1) {
      const search = `vcs_client_${ending.slice(0, length)}`;
      const { rows } = await pageOfClients(db, page, { search });
      if (!rows.some((row) => row.client_id === id)) missed.push(search);
    }
    await db.pgPool.query('DELETE FROM clients WHERE client_id = $1', [id]);
    expect(missed).toEqual([]);
  },
);

it.each(['name47111\x01', 'name47111\x1bapp', '\x7fname47111', 'name47111\u0085app', 'acc_1\x01'])(
  'a search with a control character finds nothing: %j',
  async (search) => {
    const { rows, total } = await pageOfClients(db, page, { search });
    expect([rows, total]).toEqual([[], 0]);
    expect((await searchClients(db, { search }, byName, { limit: 20 })).rows).toEqual([]);
    expect(await listClients(db, { limit: 20 }, { search })).toEqual([]);
    const accounts = search.replace('name47111', 'person47111');
    expect((await pageOfAccounts(db, page, { search: accounts })).total).toBe(0);
    expect((await searchAccounts(db, { search: accounts }, { limit: 20 })).rows).toEqual([]);
  },
);

it('words may be separated by a tab or a line end, as pasted words are', async () => {
  expect((await pageOfClients(db, page, { search: 'name47111\tapp\r\n' })).total).toBe(1);
});

/** The number of 8 kB pages that a statement reads when every word in it is `word`. */
async function pagesRead(text: string, word: string): Promise<number> {
  const values = [...new Set(text.match(/\$\d+/g))].map((parameter) =>
    text.includes(`${parameter}::tsquery`) ? `'''${word}'':*'` : '20',
  );
  const client = await db.pgPool.connect();
  try {
    await client.query(`PREPARE asked AS ${text}`);
    const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked (${values})`);
    await client.query('DEALLOCATE asked');
    const { Plan: plan } = rows[0]['QUERY PLAN'][0];
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  } finally {
    client.release();
  }
}

it.each([
  ['app', 100_000],
  ['name9', 11_111],
  ['name47111', 1],
])('a search for a word of many clients does not look up each by its id: %s', async (word, total) => {
  const { rows } = await db.pgPool.query(`SELECT pg_relation_size('clients') / 8192 AS pages`);
  // Each page of the table once, the same again for indexes, and what a new connection reads of the catalog. Looking up each client would take four pages a client.
  const maxPages = 200 + 2 * Math.min(Number(rows[0].pages), 8 * total);
  const filter = { search: word };
  const cursor = await countStatements(db, () => searchClients(db, filter, byName, { limit: 20 }));
  const { result, statements } = await countStatements(db, () => pageOfClients(db, page, filter));
  expect(result.total).toBe(total);
  for (const text of [...cursor.statements, ...statements]) {
    expect(await pagesRead(text, word), text).toBeLessThan(maxPages);
  }
});

it('a client that matches by its own words and its owner’s is found once', async () => {
  await db.pgPool.query(`UPDATE clients SET owner_account_id = 'acc_7', client_name = 'Person of mine'
    WHERE client_id = 'client-7'`);
  await db.pgPool.query(`UPDATE clients SET owner_account_id = 'acc_7' WHERE client_id = 'client-8'`);
  const found = await pageOfClients(db, page, { search: 'person' });
  expect(found.rows.map((row) => row.client_id).sort()).toEqual(['client-7', 'client-8']);
  expect(found.total).toBe(2);
});

it.each([
  [{ search: 'person47111' }, 1],
  [{ search: 'number47111' }, 1],
  [{ search: 'acc_4711' }, 1],
  [{ email: 'PERSON4711@mail.example' }, 1],
  [{ status: 'suspended' as const }, 100],
  [{ role: 'admin' as const }, 100],
])('a search finds accounts by %j', async (filter, found) => {
  const { result, plans } = await plansOf(() => pageOfAccounts(db, page, filter));
  expect(result.total).toBe(found);
  const cursor = await plansOf(() => searchAccounts(db, filter, { limit: 20 }));
  expect(cursor.result.rows).toEqual(result.rows.map((row) => expect.objectContaining({ ...row })));
  for (const plan of [...plans, ...cursor.plans]) expect(plan).not.toContain('Seq Scan');
});

it('a page far back is read, and one beyond the end is empty', async () => {
  const { result, plans } = await plansOf(() => pageOfClients(db, { page: 4000, per_page: 20 }, {}));
  expect([result.rows.length, result.total]).toEqual([20, many]);
  expect(plans[0]).toContain('clients_by_name');
  expect((await pageOfClients(db, { page: 1_000_000, per_page: 100 }, {})).rows).toEqual([]);
});
