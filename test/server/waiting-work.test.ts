/** What an idle node looks for: events that wait for their seal, and webhooks that are due. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { startWebhookDelivery } from '../../src/server/webhook-worker.ts';
import { listen } from '../../src/store/notifications.ts';
import { type WaitingWork, waitingWork } from '../../src/store/waiting-work.ts';
import { startWebhookWorkers } from '../../src/store/work-queue.ts';
import { createTestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { stallingProxy } from '../support/stalling-proxy.ts';
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

it('a stream of signals is seen while it is pushed and due, and its receiver lacks something', async () => {
  expect(await look()).toMatchObject({ signals: false });
  await server.db.script(`INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq)
    SELECT 's', 'gateway', '{}', sealed_seq - 1 FROM audit_head()`);
  expect(await look()).toMatchObject({ signals: false });
  await server.db.script("UPDATE signal_streams SET push_url = 'https://receiver.example/'");
  expect(await look()).toMatchObject({ signals: true });
  const set = (columns: string) => server.db.script(`UPDATE signal_streams SET ${columns}`);
  for (const [held, given] of [
    ["due_at = now() + interval '1 hour'", 'due_at = NULL'],
    ["held_until = now() + interval '1 hour'", 'held_until = NULL'],
    ["status = 'paused'", "status = 'enabled'"],
  ] as const) {
    await set(held);
    expect(await look()).toMatchObject({ signals: false });
    await set(given);
    expect(await look()).toMatchObject({ signals: true });
  }
  await server.db.script('DELETE FROM signal_streams');
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
    keys: () => [],
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

/** A machine that is late with an answer has not lost the connection. */
const silenceMs = { timeout: 30_000, timeoutBehindPooler: 30_000 };

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
  const onRow = (row: { n: number }) => rows.push(row);
  const subscription = await listen(server.databaseUrl, channel, events, { statement, onRow }, silenceMs);
  onTestFinished(() => subscription.close());
  await eventually(() => errors).toContain('division by zero');
  text = 'SELECT 7 AS n';
  await eventually(() => rows).toContainEqual({ n: 7 });
  await server.db.notify('heard', 'a call');
  await eventually(() => heard).toEqual(['a call']);
  expect(new Set(errors)).toEqual(new Set(['division by zero']));
});

it('a table that is locked is reported once, is not taken for silence, and is read again when it is free', async () => {
  const [errors, rows, lost]: [string[], unknown[], string[]] = [[], [], []];
  const events = {
    onError: (error: Error) => errors.push(error.message),
    onSilence: () => lost.push('silence'),
    onReconnect: () => lost.push('reconnect'),
  };
  const onRow = (row: WaitingWork) => rows.push(row);
  const subscription = await listen(server.databaseUrl, {}, events, { statement: waitingWork, onRow }, silenceMs);
  onTestFinished(() => subscription.close());
  await eventually(() => rows.length).toBeGreaterThan(0);
  await server.db.transaction(async (trx) => {
    await trx.script('LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  });
  const before = rows.length;
  await eventually(() => rows.length).toBeGreaterThan(before);
  expect(lost).toEqual([]);
  expect(errors).toEqual(['canceling statement due to statement timeout']);
});

it('a node whose channel is stalled, or finds a table locked, goes on to seal the audit log and to send webhooks', async () => {
  const own = await createTestDatabase(standardName);
  onTestFinished(() => own.drop());
  const proxy = await stallingProxy(own.url, 'vibecaas-auth listen');
  const beside = { ...server, db: own.database, databaseUrl: proxy.url };
  const node = await startTestServer({ beside });
  onTestFinished(async () => {
    proxy.release();
    await node.stop();
    proxy.close();
  });
  const receiver = await startReceiver();
  onTestFinished(() => receiver.stop());
  receiver.answer((response) => void response.writeHead(204).end());
  await addWebhook(node, 'web', { url: receiver.url });
  const waiting = async () => (await rowsOf(own.database, 'SELECT event FROM audit_unsealed')).length;
  const append = "SELECT append_audit('test', 'test.done', 'test', '{}', NULL)";
  await eventually(waiting).toBe(0);
  await own.database.transaction(async (trx) => {
    await trx.script('LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE');
    await own.database.script(`BEGIN; ${append}; COMMIT`);
    await eventually(waiting).toBe(0);
  });
  proxy.stall();
  await eventually(() => node.logged()).toContain('no answer on the notification channel');
  await sendTestEvent(own.database, 'web', actor);
  await receiver.waitFor(1);
  await eventually(waiting).toBe(0);
});

it('a queue that cannot be started leaves no connection', async () => {
  const own = await createTestDatabase();
  onTestFinished(() => own.drop());
  await own.database.script('ALTER SCHEMA vcauth_queue RENAME TO elsewhere');
  await expect(
    startWebhookWorkers(own.url, { webhooks: async () => {}, logouts: async () => {} }, () => {}),
  ).rejects.toThrow('not installed');
  const open =
    "SELECT FROM pg_stat_activity WHERE application_name = 'vibecaas-auth queue' AND datname = current_database()";
  // By itself an idle connection would end after ten seconds.
  await expect.poll(() => rowsOf(own.database, open), { timeout: 8_000 }).toEqual([]);
});
