/** How the clean-up goes over the tables. What it deletes is tested with the tables. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../support/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

/** Purges, and returns what it deleted with the number of its transactions, each of which takes the lock. */
async function purged() {
  const { result = {}, statements } = await countStatements(own.database, () => purge(own.database));
  const deleted = Object.entries(result).filter(([, count]) => count > 0);
  return { deleted, transactions: statements.filter((text) => text.includes('pg_try_advisory_xact_lock')).length };
}

it('a minute in which nothing expired takes one transaction', async () => {
  expect(await purged()).toEqual({ deleted: [], transactions: 1 });
});

it('a transaction deletes from one table alone, and at most 5,000 rows', async () => {
  await own.database.script(`INSERT INTO rate_limits (key, expire) SELECT 'k' || n, 0 FROM generate_series(1, 5001) n;
    INSERT INTO idempotent_requests (client_id, key_hash, request_mac, expires_at) VALUES ('x', 'x', 'x', now())`);
  const deleted = [
    ['rate_limits', 5_001],
    ['idempotent_requests', 1],
  ];
  expect(await purged()).toEqual({ deleted, transactions: 4 });
});
