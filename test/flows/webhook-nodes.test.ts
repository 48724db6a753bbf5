/** Several nodes share the queue: one crashes, one is stopped, and twenty start at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { deliverWebhook } from '../../src/operations/webhook-delivery.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startWebhookWorkers } from '../../src/store/work-queue.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { processEnv } from '../support/process-env.ts';
import { startReceiver, until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { actor, addWebhook, attemptsOf, deliveriesOf, makeDue, rules, sealer } from '../support/webhooks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
});
afterAll(() => server.stop());

/** A node in a process of its own, so that it can be killed. */
async function startProcess(): Promise<{ process: ChildProcess; ready(): Promise<boolean> }> {
  const port = String(await freePort());
  const env = { ...processEnv(), PORT: port, HOST: '127.0.0.1', DATABASE_URL: server.databaseUrl };
  const settings = { SECRETS: 'a test secret that is long enough to be one', METRICS_PORT: 'off', DRAIN_SECONDS: '0' };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: root, env: { ...env, ...settings }, stdio: 'ignore' });
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  onTestFinished(() => void child.kill('SIGKILL'));
  await until(ready);
  return { process: child, ready };
}

it('an event that a node was sending when it crashed is sent by another', async () => {
  const receiver = await startReceiver();
  receiver.answer(() => {});
  await addWebhook(server, 'web', { url: receiver.url });
  const doomed = await startProcess();
  await sendTestEvent(server.db, 'web', actor);
  await receiver.waitFor(1);
  doomed.process.kill('SIGKILL');
  await once(doomed.process, 'exit');
  expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'pending', attempts: 0 }]);
  receiver.answer((response) => void response.writeHead(204).end());
  // As if 45 seconds had passed, and half a minute since a node looked.
  await server.db.script(`UPDATE vcauth_queue.job SET started_on = started_on - interval '46 s' WHERE state = 'active';
    UPDATE vcauth_queue.queue SET monitor_on = NULL`);
  const deps = { db: server.db, sealer, rules, outbound: createOutbound() };
  const errors: Error[] = [];
  // It looks every second for jobs that a crashed node has left.
  const heir = await startWebhookWorkers(
    server.databaseUrl,
    { webhooks: async (job) => void (await deliverWebhook(deps, job)), logouts: async () => {} },
    (error) => errors.push(error),
    1,
  );
  // A job that is taken back waits a little before it is tried again.
  const waits = `SELECT 1 FROM vcauth_queue.job WHERE group_id = 'web' AND state = 'retry'`;
  await until(async () => (await rowsOf(server.db, waits)).length === 1);
  await makeDue(server, 'web');
  const [first, second] = await receiver.waitFor(2);
  expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
  await until(async () => (await deliveriesOf(server, 'web'))[0]?.status === 'delivered');
  expect(await attemptsOf(server, 'web')).toMatchObject([{ number: 1, status: 204 }]);
  await heir.stop(1_000);
  expect(errors).toEqual([]);
  await receiver.stop();
});

it('a node that is stopped finishes what it is sending and takes nothing new', async () => {
  const receiver = await startReceiver();
  const answered = Promise.withResolvers<void>();
  receiver.answer((response) => void answered.promise.then(() => response.writeHead(204).end()));
  await addWebhook(server, 'other', { url: receiver.url });
  const node = await startProcess();
  await sendTestEvent(server.db, 'other', actor);
  await receiver.waitFor(1);
  const exited = once(node.process, 'exit');
  node.process.kill('SIGTERM');
  // It stops taking webhooks before it stops listening.
  await until(async () => !(await node.ready()));
  await sendTestEvent(server.db, 'other', actor);
  answered.resolve();
  expect(await exited).toEqual([0, null]);
  const told = await deliveriesOf(server, 'other');
  expect(told.map(({ status }) => status)).toEqual(['delivered', 'pending']);
  expect(receiver.received).toHaveLength(1);
  await receiver.stop();
});

it('an attempt that two nodes make at once is recorded once, and a later one is not made', async () => {
  const receiver = await startReceiver();
  // No attempt is answered before both have arrived.
  const both = Promise.withResolvers<void>();
  receiver.answer((response) => {
    if (receiver.received.length === 2) both.resolve();
    void both.promise.then(() => response.writeHead(500).end());
  });
  await addWebhook(server, 'picky', { url: receiver.url });
  await sendTestEvent(server.db, 'picky', actor);
  const [waiting] = await deliveriesOf(server, 'picky');
  const deps = { db: server.db, sealer, rules, outbound: createOutbound() };
  const job = { delivery: String(waiting?.seq), attempt: 0 };
  const outcomes = await Promise.all([deliverWebhook(deps, job), deliverWebhook(deps, job)]);
  expect(outcomes.filter((outcome) => outcome === 'retry')).toHaveLength(1);
  expect(receiver.received).toHaveLength(2);
  expect(await attemptsOf(server, 'picky')).toHaveLength(1);
  expect(await deliverWebhook(deps, job)).toBeUndefined();
  expect(receiver.received).toHaveLength(2);
  await receiver.stop();
});

it('two nodes deliver each event once', async () => {
  const receiver = await startReceiver();
  await addWebhook(server, 'spa', { url: receiver.url });
  const nodes = await Promise.all([startTestServer({ beside: server }), startTestServer({ beside: server })]);
  for (let i = 0; i < 40; i++) await sendTestEvent(server.db, 'spa', actor);
  await receiver.waitFor(40);
  await until(async () => (await deliveriesOf(server, 'spa')).every(({ status }) => status === 'delivered'));
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(40);
  expect(receiver.received).toHaveLength(40);
  await Promise.all(nodes.map((node) => node.stop()));
  await receiver.stop();
});

it('twenty nodes that start at once install the queue once', async () => {
  const empty = await createEmptyDatabase();
  const done = await Promise.all(Array.from({ length: 20 }, () => migrate(empty.url)));
  expect(done.filter(({ applied }) => applied.includes('0007_webhooks.sql'))).toHaveLength(1);
  await empty.drop();
});
