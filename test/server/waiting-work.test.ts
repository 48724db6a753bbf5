/** What an idle node looks for: events that wait for their seal, and webhooks that are due. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { startWebhookDelivery } from '../../src/server/webhook-worker.ts';
import { listen } from '../../src/store/notifications.ts';
import { type WaitingWork, waitingWork } from '../../src/store/waiting-work.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/receiver.ts';
import { startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { actor, addWebhook, deliveriesOf, sealer, sendDue } from '../support/webhooks.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
});
afterAll(() => server.stop());

const look = async () => (await server.db.run<WaitingWork>(waitingWork, []))[0];
const unsealed = async () => (await server.db.pgPool.query('SELECT FROM audit_unsealed')).rowCount;

it('an event of the audit log is seen and sealed by itself', async () => {
  await eventually(unsealed).toBe(0);
  expect(await look()).toMatchObject({ unsealed: false });
  await server.db.script(`BEGIN; SELECT append_audit('test', 'test.done', 'test', '{}', NULL); COMMIT`);
  await eventually(unsealed).toBe(0);
  expect(await look()).toMatchObject({ unsealed: false });
});

it('a webhook is seen from the moment when an attempt is due', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.stop());
  receiver.answer((response) => void response.writeHead(204).end());
  await addWebhook(server, 'web', { url: receiver.url });
  expect(await look()).toMatchObject({ webhooks: false });
  await sendTestEvent(server.db, 'web', actor);
  expect(await look()).toMatchObject({ webhooks: true });
  await server.db.script("UPDATE webhook_deliveries SET due_at = now() + interval '1 hour'");
  expect(await look()).toMatchObject({ webhooks: false });
  await server.db.script('UPDATE webhook_deliveries SET due_at = now()');
  await sendDue(server);
  expect(await look()).toMatchObject({ webhooks: false });
});

it('the queue of webhooks runs from the first attempt that is due until nothing has been due for a while', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.stop());
  receiver.answer((response) => void response.writeHead(204).end());
  await addWebhook(server, 'other', { url: receiver.url });
  const config = readConfig({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
  const log = createLogger({ level: 'silent' });
  const deps = {
    config: { ...config, issuer: 'http://localhost:1' },
    db: server.db,
    sealer,
    outbound: createOutbound(),
    log,
  };
  const work = startWebhookDelivery(deps, { lingerMs: 1_500, retryMs: 10 });
  onTestFinished(() => work.stop());
  const looking = setInterval(async () => work.look((await look())?.webhooks ?? false), 50);
  onTestFinished(() => clearInterval(looking));
  for (const round of [1, 2]) {
    await eventually(() => work.running).toBe(false);
    await sendTestEvent(server.db, 'other', actor);
    await receiver.waitFor(round);
    expect(work.running).toBe(true);
    await eventually(async () => (await deliveriesOf(server, 'other')).map(({ status }) => status)).toEqual(
      Array.from({ length: round }, () => 'delivered'),
    );
  }
  await work.stop();
  work.look(true);
  expect(work.running).toBe(false);
});

it('an error of the statement that looks is reported, and the connection stays', async () => {
  const [errors, rows, heard]: [string[], unknown[], string[]] = [[], [], []];
  const events = {
    onError: (error: Error) => errors.push(error.message),
    onSilence: () => errors.push('silence'),
    onReconnect: () => errors.push('reconnect'),
  };
  let text = 'SELECT 1 / 0';
  const statement = {
    get name() {
      return `look ${text}`;
    },
    get text() {
      return text;
    },
  };
  const channel = { heard: (payload: string) => heard.push(payload) };
  const subscription = await listen(server.databaseUrl, channel, events, {
    statement,
    onRow: (row: { n: number }) => rows.push(row),
  });
  onTestFinished(() => subscription.close());
  await eventually(() => errors).toContain('division by zero');
  text = 'SELECT 7 AS n';
  await eventually(() => rows).toContainEqual({ n: 7 });
  await server.db.notify('heard', 'a call');
  await eventually(() => heard).toEqual(['a call']);
  expect(new Set(errors)).toEqual(new Set(['division by zero']));
});
