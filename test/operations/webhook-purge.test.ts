/** The log of webhooks is bounded in time and, for each client, in number. Deliveries that wait are kept. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { purge } from '../../src/operations/purge.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  for (const client_id of ['loud', 'quiet']) {
    const input = { client_id, client_name: client_id, type: 'spa', redirect_uris: ['https://a.example/cb'] };
    await createClient(own.database, input as never, { id: 'test' });
    await own.database.script(
      `INSERT INTO webhooks (client_id, url, events) VALUES ('${client_id}', 'https://a.example/', '{}')`,
    );
  }
});
afterAll(() => own.drop());

const add = (client: string, count: number, status: string, age: string, type = 'webhook.test') =>
  own.database.script(`INSERT INTO webhook_deliveries (id, client_id, type, body, status, created_at)
    SELECT gen_random_uuid()::text, '${client}', '${type}', '{}', '${status}', now() - interval '${age}'
    FROM generate_series(1, ${count})`);

it('deliveries are deleted after 30 days, and beyond the newest 1,000 that are done', async () => {
  await add('quiet', 3, 'delivered', '31 days');
  await add('quiet', 2, 'delivered', '29 days');
  await add('loud', 7, 'failed', '2 hours');
  await add('loud', 1000, 'delivered', '1 hour');
  await add('loud', 50, 'pending', '1 hour');
  expect(await purge(own.database)).toMatchObject({ webhook_deliveries: 10 });
  const left = `SELECT client_id, status, count(*)::integer FROM webhook_deliveries GROUP BY 1, 2 ORDER BY 1, 2`;
  expect(await rowsOf(own.database, left)).toEqual([
    { client_id: 'loud', status: 'delivered', count: 1000 },
    { client_id: 'loud', status: 'pending', count: 50 },
    { client_id: 'quiet', status: 'delivered', count: 2 },
  ]);
  expect(await purge(own.database)).toMatchObject({ webhook_deliveries: 0 });
});

it('many logout tokens do not push events out of the log', async () => {
  await own.database.script('DELETE FROM webhook_deliveries');
  await add('loud', 5, 'failed', '2 hours');
  await add('loud', 1003, 'delivered', '1 hour', 'backchannel_logout');
  expect(await purge(own.database)).toMatchObject({ webhook_deliveries: 3 });
  const left = 'SELECT type, count(*)::integer FROM webhook_deliveries GROUP BY 1 ORDER BY 1';
  expect(await rowsOf(own.database, left)).toEqual([
    { type: 'backchannel_logout', count: 1000 },
    { type: 'webhook.test', count: 5 },
  ]);
});
