/** The revocation list while transactions hang, entries are purged, and after a restore. No server reads it meanwhile. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endOfFeed, readFeed } from '../../src/store/revocation-feed.ts';
import { purgeTokenRevocations } from '../../src/store/token-revocations.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const revokeSql = (value: string, expires = "now() + interval '1 hour'") =>
  `SELECT revoke_token('jti', ARRAY['${value}'], ${expires})`;
const revoke = (value: string) => test.database.script(revokeSql(value));

/** Another process, in a transaction that hangs. */
async function hanging(sql: string) {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query(`BEGIN; ${sql}`);
  return async (how: 'COMMIT' | 'ROLLBACK') => {
    await client.query(how);
    await client.end();
  };
}

/** A reader, now at the end of the list. Each call returns the values that it gets next. */
async function reader(): Promise<() => Promise<string[]>> {
  let { position } = await readFeed(test.database, endOfFeed, 1);
  return async () => {
    const page = await readFeed(test.database, position, 100);
    position = page.position;
    return page.entries.map(({ value }) => value);
  };
}

it('an entry that commits late and has ended is not purged before readers could get it', async () => {
  const end = await hanging(revokeSql('lifts', "now() - interval '1 second'"));
  await revoke('newer');
  const next = await reader();
  await end('COMMIT');
  expect(await purgeTokenRevocations(test.database, 100)).toBe(0);
  expect(await next()).toEqual(['lifts']);
  expect(await purgeTokenRevocations(test.database, 100)).toBe(1);
});

it('an entry that lifts a revocation is not purged while another node settles the list without it', async () => {
  const next = await reader();
  const end = await hanging(revokeSql('lifts late', "now() - interval '1 second'"));
  await revoke('later');
  const endSettling = await hanging('SELECT settle_revocations()');
  await end('COMMIT');
  // The purge still sees the list as it was, and commits after a reader has got the list as it is.
  const [purged, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const purging = test.database.transaction(async (trx) => {
    await purgeTokenRevocations(trx, 100);
    purged.resolve();
    await read.promise;
  });
  await purged.promise;
  await endSettling('COMMIT');
  const meanwhile = await next();
  read.resolve();
  await purging;
  expect([...meanwhile, ...(await next())].toSorted()).toEqual(['later', 'lifts late']);
});

it('an entry that another transaction is deleting stops nobody who reads', async () => {
  const end = await hanging(revokeSql('being deleted'));
  await revoke('settled');
  const next = await reader();
  await end('COMMIT');
  const endDeleting = await hanging("DELETE FROM token_revocation WHERE value = 'being deleted'");
  await revoke('another');
  expect(await next()).toEqual(['another']);
  // Also one that comes while it is being deleted.
  await revoke('one more');
  expect(await next()).toEqual(['one more']);
  await endDeleting('ROLLBACK');
  expect(await next()).toEqual(['being deleted']);
});

it('the list goes on in a cluster whose transactions have lower numbers, after a dump was restored there', async () => {
  await test.database.script(`UPDATE revocation_list SET as_of = '9000000000:9000000000:';
    UPDATE token_revocation SET written_by = '8999999999' WHERE value IN ('newer', 'settled')`);
  const { entries, position } = await readFeed(test.database, 0, 100);
  expect(entries.map(({ value }) => value)).toEqual(expect.arrayContaining(['newer', 'settled']));
  await revoke('restored');
  const { entries: more } = await readFeed(test.database, position, 100);
  expect(more.map(({ value }) => value)).toEqual(['restored']);
  const unsettled = 'SELECT FROM token_revocation, revocation_list WHERE is_unsettled(written_by, as_of)';
  expect(await rowsOf(test.database, unsettled)).toEqual([]);
});

it('a reader gets what was written in a restored cluster before its transactions reached those of the dump', async () => {
  const next = await reader();
  // The dump’s snapshot is a little ahead of this cluster, and nobody reads the list until the cluster has passed it.
  await test.database.script(`UPDATE revocation_list SET as_of = (SELECT format('%s:%s:', x, x)
    FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 3 AS x) ahead)::pg_snapshot`);
  await revoke('soon after');
  for (let i = 0; i < 5; i += 1) await test.database.script('SELECT pg_current_xact_id()');
  expect(await next()).toEqual(['soon after']);
});
