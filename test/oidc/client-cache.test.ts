/** A client that was read before the channel of notifications fell silent may have changed meanwhile. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClientCache } from '../../src/oidc/client-cache.ts';
import { createClient } from '../../src/operations/clients.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { waitingForLocks } from '../support/rows.ts';

let test: TestDatabase;
let reads = 0;
beforeAll(async () => {
  test = await createTestDatabase();
  const input = { client_id: 'robot', client_name: 'Robot', type: 'service', scope: 'projects:read' } as const;
  await createClient(test.database, input, { id: 'test' });
  test.database.onStatement((text) => {
    if (/FROM clients c WHERE/.test(text)) reads += 1;
  });
});
afterAll(() => test.drop());

it.each([
  [
    'before the silence and ends after it',
    (cache: ReturnType<typeof createClientCache>) => [cache.suspend, cache.resume],
  ],
  ['before a change is announced', (cache: ReturnType<typeof createClientCache>) => [() => cache.forget('robot')]],
])('a read of a client that begins %s is not kept', async (_when, between) => {
  const cache = createClientCache(test.database, 'allow');
  const holder = new pg.Client({ connectionString: test.url });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE clients');
  const reading = cache.find('robot');
  await eventually(() => waitingForLocks(test.database)).toBe(1);
  for (const step of between(cache)) step();
  await holder.query('COMMIT');
  await holder.end();
  expect(await reading).toMatchObject({ client_id: 'robot' });
  const before = reads;
  await cache.find('robot');
  await cache.find('robot');
  expect(reads - before).toBe(1);
});
