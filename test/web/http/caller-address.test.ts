/** Behind a trusted proxy, the caller's address is parsed before it is used, stored or shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, newPerson } from '../../support/person.ts';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let untrusting: TestServer;
beforeAll(async () => {
  const env = { RATE_LIMITS: 'on' };
  server = await startTestServer({ env: { ...env, TRUST_PROXY: 'true' } });
  untrusting = await startTestServer({ env, beside: server });
  await addAdmin(server, 'robot');
});
afterAll(async () => {
  await untrusting.stop();
  await server.stop();
});

const own = '127.0.0.1';
const forms: [sent: string, address: string][] = [
  ['203.0.113.78:4711', '203.0.113.78'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['::ffff:203.0.113.78', '203.0.113.78'],
  ['192.0.2.1, 203.0.113.78', '203.0.113.78'],
  ['unknown', own],
  ['<script>alert(1)</script>', own],
  ['', own],
];

/** The address in the log line of a request. */
async function loggedIp({ issuer, logged }: TestServer, path: string, forwarded: string): Promise<unknown> {
  const response = await fetch(`${issuer}${path}`, { headers: { 'X-Forwarded-For': forwarded } });
  const id = response.headers.get('x-request-id') as string;
  const line = logged()
    .split('\n')
    .find((one) => one.includes(id));
  return JSON.parse(line as string).ip;
}

describe.each(['/', '/healthz', '/admin/v1/clients', '/oauth/jwks', '/nowhere'])('the log of %s', (path) => {
  it.each(forms)('reads %j as %s', async (sent, address) => {
    expect(await loggedIp(server, path, sent)).toBe(address);
  });

  it('names the socket’s address if no proxy is trusted', async () => {
    expect(await loggedIp(untrusting, path, '203.0.113.78')).toBe(own);
  });
});

it.each(forms)('the audit log reads %j as %s', async (sent, address) => {
  const token = await adminToken(server, 'robot');
  await call(server, '/clients/other/verify', {
    token,
    body: { reason: 'Looked' },
    headers: { 'x-forwarded-for': sent },
  });
  const [last] = await rowsOf(
    server.db,
    `SELECT details->>'ip' AS ip FROM audit_events WHERE action = 'client.verified' ORDER BY seq DESC LIMIT 1`,
  );
  expect(last).toEqual({ ip: address });
});

it('a machine that changes its port with every try counts as one machine', async () => {
  const tryFrom = async (forwarded: string) => {
    const person = newPerson(server.issuer);
    const { action, hidden } = formOf(await person.visit('/sign-in'), '/sign-in');
    const body = new URLSearchParams([...hidden, ['email', 'nobody@example.com'], ['password', 'not the right one']]);
    const headers = { 'x-forwarded-for': forwarded };
    expect((await person.request(action, { method: 'POST', body, headers })).status).toBe(422);
  };
  // One row for the account and one for the machine, each counting every try.
  const failures = async () =>
    (await rowsOf(server.db, 'SELECT failures FROM sign_in_limits')).map((row) => row.failures);
  for (const port of [1001, 1002, 1003]) await tryFrom(`198.51.100.9:${port}`);
  expect(await failures()).toEqual([3, 3]);
});
