import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendBackClient, verifyClient } from '../../src/operations/client-review.ts';
import { disableClient } from '../../src/operations/clients.ts';
import { demo, ensureDemoData } from '../../src/operations/demo.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { findClient, findClientForEngine } from '../../src/store/clients.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const passwords = createPasswords();
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const startOn = (port: number) =>
  ensureDemoData(test.database, passwords, {
    issuer: `http://localhost:${port}`,
    apiResource: 'https://api.vibecaas.com',
  });
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const app = () => findClient(test.database, demo.client);

it('the demo app comes back to every port that the server was started on, and stays as verified as it was', async () => {
  await startOn(3000);
  expect(await app()).toMatchObject({ verified_at: expect.any(Date) });
  await startOn(4000);
  expect(await app()).toMatchObject({
    verified_at: expect.any(Date),
    redirect_uris: ['http://localhost:4000/playground/callback', 'http://localhost:3000/playground/callback'],
  });
});

it('what an admin took from the demo app stays taken, and a suspended one stops no start', async () => {
  await sendBackClient(test.database, demo.client, { id: 'cli' }, 'Looked at again');
  await startOn(5000);
  expect(await app()).toMatchObject({ status: 'active', verified_at: null });

  await verifyClient(test.database, demo.client, { id: 'cli' }, 'Tried');
  await disableClient(test.database, demo.client, { id: 'cli' }, 'Tried');
  await startOn(6000);
  expect(await app()).toMatchObject({ status: 'disabled' });
});

it('a gateway goes on with its secret when the server starts again', async () => {
  const { gatewaySecret: before } = await startOn(3000);
  const { gatewaySecret: after } = await startOn(3000);
  expect(after).not.toBe(before);
  const client = await findClientForEngine(test.database, demo.gateway);
  expect(client?.secrets.map(({ hash }) => hash).sort()).toEqual([hashOf(before), hashOf(after)].sort());
});
