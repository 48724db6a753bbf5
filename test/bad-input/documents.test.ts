/** What anybody may read: keys, metadata, health. And addresses that do not exist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Answer, send } from './wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const html = { Accept: 'text/html' };
const documents = ['/oauth/jwks', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];
const missing = { status: 404, error: 'not_found' };
const otherMethod = {
  status: 405,
  error: 'invalid_request',
  also: ({ headers }: Answer) => expect(headers.get('allow')).toMatch(/\bGET\b/),
};

describe.each(documents)('%s', (path) => {
  const same = async ({ text }: Answer) => expect(text).toBe((await send(server.issuer, { path })).text);
  itAnswers(() => server, [
    {
      name: 'a query changes nothing',
      send: { path: `${path}?issuer=https://evil.example&__proto__=a&a=1&a=2` },
      status: 200,
      also: same,
    },
    { name: 'a body changes nothing', send: { path, method: 'GET', body: 'a=b' }, status: 200, also: same },
    { name: 'nor does Accept', send: { path, headers: html }, status: 200, also: same },
    {
      name: 'nor an Authorization header',
      send: { path, headers: { Authorization: 'Basic !!!' } },
      status: 200,
      also: same,
    },
    {
      name: 'any origin may read it',
      send: { path, headers: { Origin: 'https://anywhere.example' } },
      status: 200,
      also: ({ headers }) => {
        expect(headers.get('access-control-allow-origin')).toBe('*');
        expect(headers.get('access-control-allow-credentials')).toBeNull();
      },
    },
    { name: 'HEAD', send: { path, method: 'HEAD' }, status: 200 },
    { name: 'POST', send: { path, body: 'a=b' }, ...otherMethod },
    { name: 'DELETE', send: { path, method: 'DELETE' }, ...otherMethod },
    { name: 'NUL', send: { path: `${path}?a=%00` }, status: 400, error: 'invalid_request' },
    { name: 'something behind it', send: { path: `${path}/x` }, ...missing },
  ] satisfies Row[]);
});

describe('metadata (RFC 8414)', () => {
  it('names our own issuer everywhere', async () => {
    for (const path of documents.slice(1)) {
      const metadata = JSON.parse((await send(server.issuer, { path })).text);
      expect(metadata.issuer).toBe(server.issuer);
      for (const [name, value] of Object.entries(metadata))
        if (name.endsWith('_endpoint') || name === 'jwks_uri')
          expect(value).toMatch(new RegExp(`^${server.issuer}/oauth/`));
      expect(metadata).toMatchObject({
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        // Absent would mean supported (OpenID Connect Discovery §3).
        request_uri_parameter_supported: false,
      });
      expect(metadata.grant_types_supported).not.toContain('implicit');
      expect(metadata.grant_types_supported).not.toContain('password');
    }
  });

  it('publishes no private key', async () => {
    const { keys } = JSON.parse((await send(server.issuer, { path: '/oauth/jwks' })).text);
    expect(keys.length).toBeGreaterThan(0);
    const members = { EC: ['crv', 'x', 'y'], RSA: ['e', 'n'] } as Record<string, string[]>;
    for (const key of keys) {
      const expected = ['alg', 'kid', 'kty', 'use', ...(members[key.kty] as string[])];
      expect(Object.keys(key).sort()).toEqual(expected.sort());
    }
  });
});

describe('health', () => {
  itAnswers(() => server, [
    { name: '/healthz', send: { path: '/healthz' }, status: 200 },
    { name: '/readyz', send: { path: '/readyz' }, status: 200 },
    { name: 'by another name', send: { path: '/healthz', headers: { Host: '10.0.0.7' } }, status: 200 },
    { name: 'ready by another name', send: { path: '/readyz', headers: { Host: 'evil.example' } }, status: 200 },
    { name: 'HEAD', send: { path: '/healthz', method: 'HEAD' }, status: 200 },
    { name: 'POST', send: { path: '/healthz', body: '' }, ...otherMethod },
    { name: 'something behind it', send: { path: '/readyz/x' }, ...missing },
  ] satisfies Row[]);
});

describe('an address that does not exist', () => {
  itAnswers(() => server, [
    ...[
      '/nothing',
      '/oauth',
      '/oauth/',
      '/oauth/nothing',
      '/playground',
      '/metrics',
      '/__proto__',
      '/constructor',
      '/assets/../package.json',
      '/assets/%2e%2e/package.json',
      '/assets/__proto__',
      '/.env',
      '/.git/config',
      '//evil.example/',
      '/oauth//token',
      '/.well-known/webfinger',
    ].map((path): Row => ({ name: path, send: { path }, ...missing })),
    ...['/oauth/nothing'].map(
      (path): Row => ({
        name: `POST ${path}`,
        send: {
          path,
          body: '{"redirect_uris":["https://app.example/cb"]}',
          headers: { 'Content-Type': 'application/json' },
        },
        ...missing,
      }),
    ),
    {
      name: 'a page for browsers',
      send: { path: '/nothing', headers: html },
      status: 404,
      text: /There is nothing here/,
    },
    {
      name: 'markup in the path',
      send: { path: '/<script>alert(1)</script>', headers: html },
      status: 404,
      also: ({ text }) => expect(text).not.toContain('<script'),
    },
    { name: 'a broken escape', send: { path: '/%zz' }, status: 400, error: 'invalid_request' },
    { name: 'half an escape', send: { path: '/account/%' }, status: 400, error: 'invalid_request' },
    { name: 'invalid UTF-8', send: { path: '/%ff%fe' }, status: 400, error: 'invalid_request' },
    { name: 'NUL', send: { path: '/nothing%00' }, status: 400, error: 'invalid_request' },
    {
      name: 'NUL in the query',
      send: { path: '/sign-in?next=%00', headers: html },
      status: 400,
      text: /can’t be read/,
    },
    { name: 'a path of 13 KB', send: { path: `/${'a'.repeat(13_000)}` }, status: 400, error: 'invalid_request' },
    { name: 'an asterisk', send: { path: '*', method: 'OPTIONS' }, ...missing },
    { name: 'TRACE', send: { path: '/', method: 'TRACE' }, ...otherMethod },
    { name: 'PROPFIND', send: { path: '/', method: 'PROPFIND' }, ...otherMethod },
  ] satisfies Row[]);
});

/** Node refuses these before any middleware runs. */
describe('malformed requests', () => {
  it.each([
    ['NUL in a header', { path: '/', headers: { 'X-Odd': 'a\0b' } }, 400],
    ['NUL in a header’s name', { path: '/', headers: { 'X-\0Odd': 'a' } }, 400],
    ['NUL in the path', { path: '/\0' }, 400],
    ['a space in the path', { path: '/a b' }, 400],
    ['a header of 17 KB', { path: '/', headers: { 'X-Long': 'a'.repeat(17_000) } }, 431],
    ['a path of 17 KB', { path: `/${'a'.repeat(17_000)}` }, 431],
    ['2000 headers', { path: '/', headers: { 'X-Many': Array(2000).fill('a'.repeat(10)) } }, 431],
    ['two lengths', { path: '/oauth/token', body: 'a=b', headers: { 'Content-Length': ['3', '4'] } }, 400],
    ['a length and chunks', { path: '/oauth/token', body: 'a=b', headers: { 'Transfer-Encoding': 'chunked' } }, 400],
    ['a negative length', { path: '/oauth/token', body: 'a=b', headers: { 'Content-Length': '-1' } }, 400],
    ['an unknown method', { path: '/', method: 'DANCE' }, 400],
  ])('%s', async (_name, request, status) => {
    const answer = await send(server.issuer, request);
    expect(answer.status).toBe(status);
    const requestId = answer.headers.get('X-Request-Id');
    expect(requestId).toMatch(/^req_[\w-]{16}$/);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(JSON.parse(answer.text)).toEqual({
      error: 'invalid_request',
      error_description: status === 431 ? 'The headers are too large' : 'This is not an HTTP request',
      request_id: requestId,
    });
  });
});
