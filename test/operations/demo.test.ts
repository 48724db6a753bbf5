import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendBackClient, verifyClient } from '../../src/operations/client-review.ts';
import { disableClient, rotateSecret } from '../../src/operations/clients.ts';
import { ensureDemoData } from '../../src/operations/demo.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { demo } from '../../src/policy/demo.ts';
import { findClient, findClientForEngine } from '../../src/store/clients.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const deps = {
  passwords: createPasswords({ maxWaitMs: 600_000 }),
  sealer: createSealer(['a secret for the tests of the demo data']),
};
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const startOn = (port: number) =>
  ensureDemoData(test.database, deps, {
    issuer: `http://localhost:${port}`,
    apiResource: 'https://api.vibecaas.com',
  });
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const app = () => findClient(test.database, demo.client);

it('the demo app works on every port that the server was started on, and stays as verified as it was', async () => {
  await startOn(3000);
  expect(await app()).toMatchObject({ verified_at: expect.any(Date) });
  await startOn(4000);
  expect(await app()).toMatchObject({
    verified_at: expect.any(Date),
    redirect_uris: ['http://localhost:4000/playground/callback', 'http://localhost:3000/playground/callback'],
  });
});

it('the demo app does not get back what an admin took from it, and a suspended one does not stop a start', async () => {
  await sendBackClient(test.database, demo.client, { id: 'cli' }, 'Looked at again');
  await startOn(5000);
  expect(await app()).toMatchObject({ status: 'active', verified_at: null });

  await verifyClient(test.database, demo.client, { id: 'cli' }, 'Tried');
  await disableClient(test.database, demo.client, { id: 'cli' }, 'Tried');
  await startOn(6000);
  expect(await app()).toMatchObject({ status: 'disabled' });
});

it('the demo gateway keeps its secret however often the server starts', async () => {
  const secrets = [];
  for (let start = 0; start < 4; start += 1) secrets.push((await startOn(3000)).gatewaySecret);
  expect(new Set(secrets).size).toBe(1);
  const client = await findClientForEngine(test.database, demo.gateway);
  expect(client?.secrets.map(({ hash }) => hash)).toContain(hashOf(secrets[0] as string));
});

it('servers that start at once agree on it', async () => {
  await test.database.run({ name: 'forget', text: 'DELETE FROM client_secrets' }, []);
  const starts = await Promise.all(Array.from({ length: 8 }, () => startOn(3000)));
  const secrets = new Set(starts.map(({ gatewaySecret }) => gatewaySecret));
  const client = await findClientForEngine(test.database, demo.gateway);
  expect(client?.secrets.map(({ hash }) => hash)).toEqual([...secrets].map(hashOf));
});

it('the secret that replaced the demo secret gives way to it again, and works for another day', async () => {
  const { gatewaySecret } = await startOn(3000);
  const { clientSecret } = await rotateSecret(test.database, demo.gateway, { keepOldForDays: 1 }, { id: 'cli' });
  await startOn(3000);
  const secrets = (await findClientForEngine(test.database, demo.gateway))?.secrets ?? [];
  const endOf = (secret: string) => secrets.find(({ hash }) => hash === hashOf(secret))?.expires_at;
  expect(endOf(gatewaySecret)).toBeNull();
  expect(Date.parse(endOf(clientSecret) ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000);
});
