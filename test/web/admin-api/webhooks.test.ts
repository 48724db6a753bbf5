/** Webhooks by REST: problems are named, nothing is written, and secrets are shown once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { deliveriesOf } from '../../support/webhooks.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off', WEBHOOK_PORTS: '443,8443' } });
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

const path = '/clients/web/webhook';
/** Every webhook, and the number of lines in the audit log. */
const written = async () =>
  (
    await rowsOf(
      server.db,
      `SELECT (SELECT json_agg(w ORDER BY client_id) FROM webhooks w) AS webhooks,
        (SELECT count(*) FROM webhook_secrets) AS secrets, (SELECT count(*) FROM audit_events) AS events`,
    )
  )[0];

describe('a webhook is refused, and nothing is written', () => {
  const wrong: [object, string, RegExp][] = [
    [{ url: 7 }, 'url', /must be a string/],
    [{ url: 'http://app.example/' }, 'url', /begin with https/],
    [{ url: 'https://10.0.0.1/' }, 'url', /public address/],
    [{ url: 'https://app.example:25/' }, 'url', /port 443 or 8443/],
    [{ url: 'https://app.example/', events: [] }, 'events', /at least one/],
    [{ url: 'https://app.example/', events: ['grant.created'] }, 'events.0', /must be grant\.revoked/],
    [{ url: 'https://app.example/', enabled: 'yes' }, 'enabled', /true or false/],
    [{ url: 'https://app.example/', secret: 'whsec_mine' }, 'secret', /not a field/],
  ];
  const refused = async (method: string, address: string, body: object, field: string, problem: RegExp) => {
    const before = await written();
    const reply = await call(server, address, { token, method, body });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(Object.keys(reply.body.error.details)).toEqual([field]);
    expect(reply.body.error.details[field]).toMatch(problem);
    expect(await written()).toEqual(before);
  };

  it.each([[{}, 'url', /is missing/] as const, ...wrong])('%j', (body, field, problem) =>
    refused('POST', path, body, field, problem),
  );

  it.each(wrong)('when it is changed: %j', async (body, field, problem) => {
    // There must be one to change: the first of these tests makes it.
    await call(server, '/clients/picky/webhook', { token, body: { url: 'https://picky.example/' } });
    await refused('PATCH', '/clients/picky/webhook', body, field, problem);
  });

  it.each<[string, string, object | undefined]>([
    ['GET', path, undefined],
    ['PATCH', path, { enabled: true }],
    ['DELETE', `${path}?reason=Old`, undefined],
    ['POST', `${path}/secrets`, { keep_old_hours: 1 }],
    ['POST', `${path}/test`, undefined],
    ['GET', `${path}/deliveries`, undefined],
    ['GET', `${path}/deliveries/msg_1`, undefined],
    ['POST', `${path}/deliveries/msg_1/replay`, undefined],
    ['POST', `${path}/replay`, { failed_since: '2026-11-01T00:00:00Z' }],
    ['POST', '/clients/nobody/webhook', { url: 'https://app.example/' }],
  ])('an unknown webhook is not found: %s %s', async (method, address, body) => {
    const before = await written();
    expect((await call(server, address, { token, method, body })).status).toBe(404);
    expect(await written()).toEqual(before);
  });
});

it('a repeated request gets the same secret, another one a conflict, and reading shows none', async () => {
  const body = { url: 'https://app.example/webhooks' };
  const headers = { 'idempotency-key': 'set-up' };
  const first = await call(server, path, { token, body, headers });
  expect(first.status).toBe(201);
  expect(first.body.data.secret).toMatch(/^whsec_/);
  expect(first.body.data.events).toEqual([
    'grant.revoked',
    'client.secret_rotated',
    'client.secret_removed',
    'client.suspended',
    'client.resumed',
  ]);
  expect((await call(server, path, { token, body, headers })).body.data.secret).toBe(first.body.data.secret);
  expect((await call(server, path, { token, body })).status).toBe(409);
  expect((await call(server, path, { token })).body.data).not.toHaveProperty('secret');
  const events = await rowsOf(server.db, `SELECT details::text FROM audit_events WHERE action LIKE 'webhook.%'`);
  expect(JSON.stringify(events)).not.toContain('whsec_');
});

it('a webhook that is off sends nothing, and an event of another client is not found', async () => {
  await call(server, '/clients/other/webhook', { token, body: { url: 'https://other.example/' } });
  await call(server, '/clients/other/webhook/test', { token, method: 'POST' });
  const [foreign] = await deliveriesOf(server, 'other');
  expect((await call(server, `${path}/deliveries/${foreign?.id}`, { token })).status).toBe(404);
  expect((await call(server, `${path}/deliveries/${foreign?.id}/replay`, { token, method: 'POST' })).status).toBe(404);
  await call(server, path, { token, method: 'PATCH', body: { enabled: false } });
  const refused = await call(server, `${path}/test`, { token, method: 'POST' });
  expect([refused.status, refused.body.error.message]).toEqual([400, 'The webhook is off: turn it on first']);
  expect(await deliveriesOf(server, 'web')).toEqual([]);
  await call(server, '/clients/other/webhook', { token, method: 'PATCH', body: { enabled: false } });
  const own = `/clients/other/webhook/deliveries/${foreign?.id}/replay`;
  for (const [address, body] of [
    [own],
    ['/clients/other/webhook/replay', { failed_since: '2026-11-01T00:00:00Z' }],
  ] as const) {
    expect((await call(server, address, { token, method: 'POST', body })).status).toBe(400);
  }
});

it('a webhook has at most two secrets, which overlap for at most thirty days', async () => {
  for (let i = 0; i < 3; i++) {
    expect((await call(server, `${path}/secrets`, { token, body: { keep_old_hours: 720 } })).status).toBe(201);
  }
  const rows = await rowsOf(server.db, `SELECT expires_at FROM webhook_secrets WHERE client_id = 'web' ORDER BY id`);
  expect(rows).toEqual([{ expires_at: expect.any(Date) }, { expires_at: null }]);
  expect((await call(server, `${path}/secrets`, { token, body: { keep_old_hours: 721 } })).status).toBe(400);
});
