/**
 * An answer without content has no type (RFC 9110 §8.3): clients that see `application/json` would parse a missing
 * body. A revocation is answered by an empty object instead, for clients that parse every answer.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Sent, send } from '../../bad-input/wire.ts';
import { startTestGateway, type TestGateway } from '../../gateway/running-gateway.ts';
import { basic, obtainTokens } from '../../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let gateway: TestGateway;
beforeAll(async () => {
  server = await startTestServer();
  gateway = await startTestGateway(server);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

function expectNothing({ status, headers, text }: Answer, expected: number): void {
  expect([status, text]).toEqual([expected, '']);
  for (const name of ['content-type', 'transfer-encoding', 'content-encoding'])
    expect(headers.get(name), name).toBeNull();
  // RFC 9110 §8.6: 204 has no Content-Length.
  expect(headers.get('content-length')).toBe(expected === 204 || expected === 304 ? null : '0');
}

function expectEmptyObject({ status, headers, text }: Answer): void {
  expect([status, text, headers.get('content-type')]).toEqual([200, '{}', 'application/json; charset=utf-8']);
  expect(headers.get('cache-control')).toBe('no-store');
}

describe('revocation (RFC 7009 §2.2)', () => {
  const revoke = (body: Record<string, string>, headers: Record<string, string> = {}) =>
    send(server.issuer, { path: '/oauth/revoke', body, headers });

  it.each([
    ['an access token', 'access_token'],
    ['a refresh token', 'refresh_token'],
    ['an ID token', 'id_token'],
  ] as const)(
    'of %s has an empty object for an answer, also a second time and by another client',
    async (_name, kind) => {
      const token = (await obtainTokens(server, { scope: 'openid projects:read' }))[kind] as string;
      expectEmptyObject(await revoke({ client_id: 'other', token }));
      expectEmptyObject(await revoke({ client_id: 'spa', token }));
      expectEmptyObject(await revoke({ client_id: 'spa', token, token_type_hint: 'access_token' }));
      expectEmptyObject(await revoke({ token }, { Authorization: basic('web', secrets.web as string) }));
    },
  );

  it.each(['unknown', 'e30.e30.e30', 'vcs_rt_garbage', '...'])(
    'of %j has an empty object for an answer',
    async (token) => {
      expectEmptyObject(await revoke({ client_id: 'spa', token }));
      expectEmptyObject(
        await revoke({ client_id: 'spa', token }, { Origin: 'https://app.example', Accept: 'text/html' }),
      );
    },
  );

  it('that is refused still says why', async () => {
    const { status, headers, text } = await revoke({ client_id: 'spa' });
    expect([status, headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
    expect(JSON.parse(text).error).toBe('invalid_request');
  });
});

const preflight = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
it.each<[string, Sent]>([
  ['a page', { path: '/sign-in', method: 'OPTIONS' }],
  ['an endpoint', { path: '/oauth/token', method: 'OPTIONS' }],
  ['an endpoint, as a preflight', { path: '/oauth/token', method: 'OPTIONS', headers: preflight }],
  ['a document, as a preflight', { path: '/oauth/jwks', method: 'OPTIONS', headers: preflight }],
  ['UserInfo, as a preflight', { path: '/oauth/userinfo', method: 'OPTIONS', headers: preflight }],
  ['the admin API', { path: '/admin/v1/clients', method: 'OPTIONS' }],
  ['health', { path: '/healthz', method: 'OPTIONS' }],
])('OPTIONS of %s has an empty answer', async (_name, request) => {
  expectNothing(await send(server.issuer, request), 204);
});

it('a file that the browser has cached has an empty answer', async () => {
  const path = '/assets/style.css';
  const etag = (await send(server.issuer, { path })).headers.get('etag') as string;
  expectNothing(await send(server.issuer, { path, headers: { 'If-None-Match': etag } }), 304);
});

describe('the gateway', () => {
  const asked = (path: string, token: string) =>
    send(gateway.origin, { path, headers: { Authorization: `Bearer ${token}` } });

  it('answers forward-auth without content', async () => {
    const { access_token: token } = await obtainTokens(server);
    expectNothing(await asked('/forward-auth?scope=projects:read', token), 204);
    expectNothing(await asked('/forward-auth/v1/projects', token), 200);
  });

  it('answers a preflight without content', async () => {
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' };
    expectNothing(await send(gateway.origin, { path: '/v1/projects', method: 'OPTIONS', headers }), 204);
  });

  it.each(['/healthz', '/readyz', '/.well-known/oauth-protected-resource'])('answers HEAD %s as GET', async (path) => {
    const [get, head] = [await send(gateway.origin, { path }), await send(gateway.origin, { path, method: 'HEAD' })];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-type', 'content-length', 'cache-control']) {
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
    }
  });
});
