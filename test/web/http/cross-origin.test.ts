/** Scripts of other origins can read why a request to an address for programs was refused. Pages are not for them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sent, send } from '../../bad-input/wire.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const origin = 'https://strange.example';
const ask = (sent: Sent) => send(server.issuer, { ...sent, headers: { origin } });

it.each<[Sent & { method: string }, status: number, text: string]>([
  [{ method: 'GET', path: '/oauth/token' }, 405, 'Method not allowed; use POST, OPTIONS'],
  [{ method: 'DELETE', path: '/oauth/userinfo' }, 405, 'Method not allowed'],
  [{ method: 'PUT', path: '/.well-known/openid-configuration' }, 405, 'Method not allowed'],
  [{ method: 'POST', path: '/oauth/tokens', body: 'a=b' }, 404, 'There is nothing at this address'],
  [{ method: 'GET', path: '/.well-known/webfinger' }, 404, 'There is nothing at this address'],
  [{ method: 'POST', path: '/oauth/token', body: 'a'.repeat(60_000) }, 413, 'The body is larger than 56 KB'],
])('$method $path', async (sent, status, text) => {
  const answer = await ask(sent);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, origin]);
  expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  expect(JSON.parse(answer.text).error_description).toContain(text);
});

it.each(['/sign-in', '/account/apps', '/oauth/authorize', '/no/such/thing'])('not %s', async (path) => {
  const answer = await ask({ path, method: 'DELETE' });
  expect([[404, 405].includes(answer.status), answer.headers.get('access-control-allow-origin')]).toEqual([true, null]);
});
