/**
 * A year at ten million people: sizes of rows, statements and WAL of each operation are measured on a real database, and multiplied.
 * It needs no Citus.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  authorizeUrl,
  callback,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  type Tokens,
} from '../support/oauth.ts';
import { newPerson, signIn } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { statementsOf } from '../support/statements.ts';
import { type Cost, type Costs, type RowBytes, simulate } from './year.ts';

const copies = Number(process.env.YEAR_ROWS ?? 20_000);
const rounds = Number(process.env.YEAR_ROUNDS ?? 20);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const one = async <Row>(sql: string) => (await server.db.pgPool.query(sql)).rows[0] as Row;

/** Statements: the fewest of all rounds, since the background adds some. WAL: the median. */
async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const seen: Cost[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const { lsn } = await one<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn');
    const statements = await statementsOf(server, work);
    const { bytes } = await one<{ bytes: string }>(`SELECT pg_current_wal_insert_lsn() - '${lsn}'::pg_lsn AS bytes`);
    seen.push({ statements, walBytes: Number(bytes) });
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  return {
    statements: Math.min(...seen.map(({ statements }) => statements)),
    walBytes: middle(seen.map(({ walBytes }) => walBytes)),
  };
}

async function measureOperations(): Promise<Costs> {
  const email = server.person.email;
  let tokens: Tokens = await obtainTokens(server);
  const next = async () => {
    tokens = (await refresh(server, tokens.refresh_token as string)).body as unknown as Tokens;
  };
  const person = newPerson(server.issuer);
  await obtainCode(server, {}, person);
  const kept = { refresh: [] as string[] };
  for (let n = 0; n < rounds; n += 1) kept.refresh.push((await obtainTokens(server)).refresh_token as string);
  return {
    'sign-in': await costOf(async () => {
      const visitor = newPerson(server.issuer);
      await signIn(visitor, await visitor.visit('/sign-in'), email);
    }),
    'authorization with sign-in': await costOf(() => obtainTokens(server)),
    authorization: await costOf(async () => callback(await person.request(authorizeUrl(server))).get('code')),
    refresh: await costOf(next),
    introspection: await costOf(() => introspect(server, tokens.access_token)),
    revocation: await costOf(() => post(server, '/oauth/revoke', { token: kept.refresh.pop() as string })),
  };
}

/** Copies real rows with new keys, and divides what the table grew by. */
async function measureRows(): Promise<RowBytes> {
  const series = `generate_series(1, ${copies}) n`;
  const key = "translate(encode(sha256((n || '%')::bytea), 'base64'), '+/=', '-_')";
  const named = (kind: string) => `left(${key.replace('%', kind)}, 22)`;
  const columns = async (table: string, replaced: Record<string, string>) => {
    const { rows } = await server.db.pgPool.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped`,
    );
    const names = rows.map(({ name }) => name);
    return { names, values: names.map((name) => replaced[name] ?? `x.${name}`) };
  };
  const grown = async (table: string, from: string, replaced: Record<string, string>, sizes = [table]) => {
    const size = sizes.map((name) => `pg_total_relation_size('${name}')`).join(' + ');
    const before = await one<{ bytes: string }>(`SELECT ${size} AS bytes`);
    const { names, values } = await columns(table, replaced);
    await server.db.script(
      `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${series}, LATERAL (${from}) x`,
    );
    const after = await one<{ bytes: string }>(`SELECT ${size} AS bytes`);
    return (Number(after.bytes) - Number(before.bytes)) / copies;
  };
  const account = `'acc_' || ${named('account')}`;
  const accounts = await grown('accounts', 'SELECT * FROM accounts LIMIT 1', {
    id: account,
    email: "n || '@example.com'",
  });
  const consents = await grown('consents', 'SELECT * FROM consents LIMIT 1', { account_id: account });
  const grants = await grown('grants', 'SELECT * FROM grants WHERE handle_hash IS NOT NULL LIMIT 1', {
    id: named('grant'),
    account_id: account,
    handle_hash: "sha256((n || 'handle')::bytea)",
  });
  const sessions = await grown('sessions', 'SELECT * FROM sessions WHERE account_id IS NOT NULL LIMIT 1', {
    uid: named('session'),
    id_hash: "sha256((n || 'session')::bytea)",
    account_id: account,
  });
  const seal = await grown(
    'audit_seals',
    "SELECT 1::bigint AS sealed_seq, 1::bigint AS event, sha256('a') AS prev_hash, sha256('b') AS hash, sha256('c') AS key_id, sha256('d') AS mac",
    {
      sealed_seq: '1000000 + n',
      event: '1000000 + n',
    },
  );
  const events = await grown(
    'audit_events',
    'SELECT * FROM audit_events ORDER BY length(details::text) LIMIT 1 OFFSET (SELECT count(*) / 2 FROM audit_events)',
    {},
    ['audit_events'],
  );
  return { accounts, consents, grants, sessions, 'audit events': events + seal };
}

it('a year of ten million people, from what one of each takes here', async () => {
  const costs = await measureOperations();
  const bytes = await measureRows();
  const { tables, load, total } = simulate(bytes, costs);
  console.table(tables);
  console.table(load);
  console.log(total);
  for (const value of Object.values(bytes)) expect(value).toBeGreaterThan(100);
  expect(costs.refresh.statements).toBe(2);
  expect(costs.refresh.walBytes).toBeGreaterThan(100);
  expect(total.statementsPerSecond).toBeGreaterThan(0);
});
