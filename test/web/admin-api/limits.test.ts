/** A maximum of requests per minute: for each client, and for each machine without a token. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminLimit } from '../../../src/policy/admin-api.ts';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMITS: 'on' } });
  await addAdmin(server, 'admin');
  await addAdmin(server, 'other-admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

const remaining = ({ headers }: { headers: Headers }) => Number(headers.get('x-ratelimit-remaining'));
const spend = (points: number) =>
  rowsOf(server.db, `UPDATE rate_limits SET points = ${points} WHERE key LIKE 'admin-api:%'`);

it('every answer, whatever its status, shows the count', async () => {
  const before = Date.now() / 1000;
  const first = await call(server, '/clients', { token });
  const counted = Date.now() / 1000;
  const second = await call(server, '/clients/nobody', { token });
  expect([remaining(first), remaining(second)]).toEqual([adminLimit.requests - 1, adminLimit.requests - 2]);
  // The window begins with the first request.
  const reset = Number(second.headers.get('x-ratelimit-reset')) - adminLimit.windowSeconds;
  expect(reset).toBeGreaterThan(before - 2);
  expect(reset).toBeLessThan(counted + 2);
  for (const path of ['/clients', '/openapi.json', '/docs', '/nothing']) {
    expect((await call(server, path, {})).headers.get('x-ratelimit-limit')).toBe(String(adminLimit.requests));
  }
});

it('requests beyond the limit are refused with the time to wait, and do nothing', async () => {
  await call(server, '/clients', { token });
  await spend(adminLimit.requests - 1);
  const last = await call(server, '/clients', { token });
  expect([last.status, remaining(last)]).toEqual([200, 0]);
  const reply = await call(server, '/clients/spa/disable', { body: { reason: 'Fraud' }, token });
  expect([reply.status, reply.body.error.code, remaining(reply)]).toEqual([429, 'RATE_LIMITED', 0]);
  const wait = Number(reply.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(adminLimit.windowSeconds);
  expect(await rowsOf(server.db, `SELECT status FROM clients WHERE client_id = 'spa'`)).toEqual([{ status: 'active' }]);
});

it('another client is not limited by it, and callers without a token share a count by machine', async () => {
  await call(server, '/clients', {});
  await spend(adminLimit.requests);
  expect((await call(server, '/clients', { token: await adminToken(server, 'other-admin') })).status).toBe(200);
  expect((await call(server, '/clients', {})).status).toBe(429);
  expect((await call(server, '/clients', { token: 'a.b.c' })).status).toBe(429);
  expect((await call(server, '/openapi.json', {})).status).toBe(429);
});
