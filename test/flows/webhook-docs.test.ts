/** The receiver of docs/webhooks.md, run as printed: it accepts what we send and refuses what we did not. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { startNode } from '../cli/vcauth.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/receiver.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { actor, addWebhook, deliveriesOf } from '../support/webhooks.ts';

const docs = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const code = /```js\n([\s\S]*?)```/.exec(docs)?.[1] as string;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('the receiver accepts a test event and answers 400 to a forged one', async () => {
  const port = String(await freePort());
  const url = `http://localhost:${port}/webhooks`;
  const secret = await addWebhook(server, 'web', { url });
  const app = startNode(['--input-type=module', '-e', code], { WEBHOOK_SECRET: secret, PORT: port });
  let printed = '';
  app.stdout.on('data', (chunk) => (printed += chunk));
  const answers = () =>
    fetch(url, { method: 'POST', body: '{}' }).then(
      ({ status }) => status,
      () => 0,
    );
  await until(async () => (await answers()) > 0);
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
  const forged = { ...headers, 'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=' };
  expect((await fetch(url, { method: 'POST', body: '{}', headers: forged })).status).toBe(400);
  await sendTestEvent(server.db, 'web', actor);
  await until(async () => (await deliveriesOf(server, 'web'))[0]?.status === 'delivered');
  expect(printed).toMatch(/^msg_[0-9a-f]{32} webhook\.test \{"client_id":"web"\}\n$/);
  app.kill();
  await once(app, 'exit');
});

it('the document describes every event and reason', async () => {
  const { webhookEvents } = await import('../../src/policy/webhook-events.ts');
  for (const event of [...webhookEvents, 'webhook.test']) expect(docs).toContain(`| \`${event}\` |`);
  for (const reason of ['user', 'admin', 'reuse_detected']) expect(docs).toContain(`| \`${reason}\` |`);
});
