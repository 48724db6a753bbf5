/** Several nodes share the queue: one that dies, one that is stopped, and twenty that start at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliverWebhook } from '../../src/operations/webhook-delivery.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { startReceiver, until } from '../support/receiver.ts';
import { freePort, startTestServer, type TestServer } from '../support/server.ts';
import { actor, addWebhook, attemptsOf, deliveriesOf, rules, vault } from '../support/webhooks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
});
afterAll(() => server.stop());

/** A node in a process of its own, so that it can be killed. */
async function startProcess() {
  const port = String(await freePort());
  const env = { PATH: process.env.PATH, PORT: port, HOST: '127.0.0.1', DATABASE_URL: server.databaseUrl };
  const settings = { SECRETS: 'a test secret that is long enough to be one', METRICS_PORT: 'off', DRAIN_SECONDS: '0' };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: root, env: { ...env, ...settings }, stdio: 'ignore' });
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(ready, 30_000);
  return child;
}

it('what a node was sending when it died, another sends', { timeout: 90_000 }, async () => {
  const receiver = await startReceiver();
  receiver.answer(() => {});
  await addWebhook(server, 'web', { url: receiver.url });
  const doomed = await startProcess();
  await sendTestEvent(server.db, 'web', actor);
  await receiver.waitFor(1);
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'pending', attempts: 0 }]);
  receiver.answer((response) => void response.writeHead(204).end());
  // As if 45 seconds had gone by, and half a minute since somebody looked.
  await server.db.script(`UPDATE vcauth_queue.job SET started_on = started_on - interval '46 s' WHERE state = 'active';
    UPDATE vcauth_queue.queue SET monitor_on = NULL`);
  const heir = await startTestServer({ beside: server });
  const [first, second] = await receiver.waitFor(2, 60_000);
  expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
  await until(async () => (await deliveriesOf(server, 'web'))[0]?.status === 'delivered');
  expect(await attemptsOf(server, 'web')).toMatchObject([{ number: 1, status: 204 }]);
  await heir.stop();
  await receiver.stop();
});

it('a node that is stopped finishes what it is sending, and takes nothing new', { timeout: 60_000 }, async () => {
  const receiver = await startReceiver();
  receiver.answer((response) => void setTimeout(() => response.writeHead(204).end(), 2_000));
  await addWebhook(server, 'other', { url: receiver.url });
  const node = await startProcess();
  await sendTestEvent(server.db, 'other', actor);
  await receiver.waitFor(1);
  node.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await sendTestEvent(server.db, 'other', actor);
  const [code] = await once(node, 'exit');
  expect(code).toBe(0);
  const told = await deliveriesOf(server, 'other');
  expect(told.map(({ status }) => status)).toEqual(['delivered', 'pending']);
  expect(receiver.received).toHaveLength(1);
  await receiver.stop();
});

it('an attempt that comes twice at once is noted once; one that comes later is not made', async () => {
  const receiver = await startReceiver();
  receiver.answer((response) => void setTimeout(() => response.writeHead(500).end(), 200));
  await addWebhook(server, 'picky', { url: receiver.url });
  await sendTestEvent(server.db, 'picky', actor);
  const [waiting] = await deliveriesOf(server, 'picky');
  const deps = { db: server.db, vault, rules, outbound: createOutbound() };
  const job = { delivery: String(waiting?.seq), attempt: 0 };
  const outcomes = await Promise.all([deliverWebhook(deps, job), deliverWebhook(deps, job)]);
  expect(outcomes.filter((outcome) => outcome === 'retry')).toHaveLength(1);
  expect(receiver.received).toHaveLength(2);
  expect(await attemptsOf(server, 'picky')).toHaveLength(1);
  expect(await deliverWebhook(deps, job)).toBeUndefined();
  expect(receiver.received).toHaveLength(2);
  await receiver.stop();
});

it('two nodes deliver each event once', { timeout: 60_000 }, async () => {
  const receiver = await startReceiver();
  await addWebhook(server, 'spa', { url: receiver.url });
  const nodes = await Promise.all([startTestServer({ beside: server }), startTestServer({ beside: server })]);
  for (let i = 0; i < 40; i++) await sendTestEvent(server.db, 'spa', actor);
  await receiver.waitFor(40, 30_000);
  await until(async () => (await deliveriesOf(server, 'spa')).every(({ status }) => status === 'delivered'));
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(40);
  expect(receiver.received).toHaveLength(40);
  await Promise.all(nodes.map((node) => node.stop()));
  await receiver.stop();
});

it('twenty that start at once install the queue once', { timeout: 60_000 }, async () => {
  const empty = await createEmptyDatabase();
  const done = await Promise.all(Array.from({ length: 20 }, () => migrate(empty.url)));
  expect(done.filter(({ applied }) => applied.includes('0007_webhooks.sql'))).toHaveLength(1);
  await empty.drop();
});
