/**
 * One address has one meaning: capitals and a trailing slash change nothing, in any layer that reads a path, and HEAD
 * answers as GET does (RFC 9110 §9.3.2).
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalPaths } from '../../../src/web/http/paths.ts';
import { type Answer, type Sent, send } from '../../bad-input/wire.ts';
import { eventually } from '../../support/eventually.ts';
import { obtainTokens } from '../../support/oauth.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ demo: true });
  token = (await obtainTokens(server, { scope: 'openid projects:read' })).access_token;
});
afterAll(() => server.stop());

const spellings = (path: string): string[] => [
  ...(path === '/' ? [] : [`${path}/`]),
  path.toUpperCase(),
  `${path.replaceAll(/\/[a-z]/g, (start) => start.toUpperCase())}${path === '/' ? '' : '/'}`,
];

/** The parts of an answer that must not depend on the spelling: everything that is not new with each answer. */
function essence({ status, headers, text }: Answer): object {
  const same = [...headers].filter(([name]) => !/^(date|x-request-id|set-cookie|x-ratelimit-.*)$/.test(name));
  const body = text
    .replaceAll(/"(request_id|timestamp)":"[^"]*"/g, '"$1":""')
    .replaceAll(/req_[\w-]+|value="[\w-]{22,}"|data-options="[^"]*"|datetime="[^"]*">[^<]*|<title>[^<]*/g, '');
  const digest = createHash('sha256').update(body).digest('hex');
  return { status, headers: Object.fromEntries(same), body: body.length > 500 ? digest : body };
}

const documents = ['/oauth/jwks', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];
const origin = { Origin: 'https://app.example' };
const preflight = { ...origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'dpop' };
const elsewhere = { Host: 'evil.example' };
const html = { Accept: 'text/html' };
const requests: [path: string, Omit<Sent, 'path'>][] = [
  ...documents.flatMap((path): [string, Omit<Sent, 'path'>][] => [
    [path, {}],
    [path, { method: 'HEAD' }],
    [path, { method: 'DELETE' }],
    [path, { headers: elsewhere }],
    [path, { method: 'OPTIONS', headers: { ...preflight, 'Access-Control-Request-Method': 'GET' } }],
  ]),
  ['/oauth/userinfo', {}],
  ['/oauth/userinfo', { headers: { ...origin } }],
  ['/oauth/userinfo', { method: 'OPTIONS', headers: preflight }],
  ['/oauth/token', { body: { grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' } }],
  ['/oauth/token', { body: { grant_type: 'refresh_token', client_id: 'spa' }, headers: origin }],
  ['/oauth/token', { method: 'OPTIONS', headers: preflight }],
  ['/oauth/token', { headers: html }],
  ['/oauth/token', { body: '', headers: { ...html, ...elsewhere } }],
  ['/oauth/introspect', { body: { token: 'x' } }],
  ['/oauth/revoke', { body: { token: 'x', client_id: 'spa' } }],
  ['/oauth/par', { body: { client_id: 'spa' }, headers: html }],
  ['/oauth/authorize', { headers: html }],
  ['/oauth/authorize', { body: { client_id: 'spa' } }],
  ['/oauth/logout', { headers: html }],
  ['/oauth/logout', { body: { client_id: 'spa' } }],
  ['/oauth/logout/confirm', { body: 'xsrf=a', headers: html }],
  ['/oauth/logout/success', { headers: html }],
  ['/oauth/revocations', {}],
  ['/healthz', {}],
  ['/healthz', { headers: elsewhere }],
  ['/healthz', { method: 'POST', body: '' }],
  ['/readyz', { headers: elsewhere, method: 'HEAD' }],
  ['/sign-in', { headers: html }],
  ['/sign-in', { body: { email: 'a@b.example', password: 'x' }, headers: html }],
  ['/account/apps', { headers: html }],
  ['/assets/style.css', {}],
  ['/admin/v1/clients', {}],
  ['/admin/v1/clients', { method: 'PUT', body: '' }],
  ['/admin/v1/keys/rotate', { method: 'GET' }],
  ['/admin/v1/docs', {}],
  ['/admin/v1/openapi.json', {}],
  ['/.well-known/oauth-protected-resource/admin/v1', {}],
];

describe.each(requests)('%s %j', (path, request) => {
  it('gets the same answer however the path is spelt', async () => {
    const expected = essence(await send(server.issuer, { path, ...request }));
    for (const spelling of spellings(path)) {
      const answer = await send(server.issuer, { path: `${spelling}?a=B`, ...request });
      expect(essence(answer), spelling).toEqual(
        essence(await send(server.issuer, { path: `${path}?a=B`, ...request })),
      );
      expect((essence(answer) as Answer).status, spelling).toBe((expected as Answer).status);
    }
  });
});

it('UserInfo accepts a valid token however the path is spelt', async () => {
  for (const path of ['/oauth/userinfo', ...spellings('/oauth/userinfo')]) {
    const { status, text } = await send(server.issuer, { path, headers: { Authorization: `Bearer ${token}` } });
    expect([status, JSON.parse(text).sub], path).toEqual([200, server.person.id]);
  }
});

it('metadata lists neither offline_access nor scopes of the admin API, however the path is spelt', async () => {
  for (const path of spellings('/.well-known/openid-configuration')) {
    const { scopes_supported: scopes } = JSON.parse((await send(server.issuer, { path })).text);
    expect(scopes, path).not.toContain('offline_access');
    expect(
      scopes.filter((scope: string) => scope.includes(':write') && !/^(projects|deployments):/.test(scope)),
    ).toEqual([]);
  }
});

const gettable = [
  ...documents,
  '/',
  '/healthz',
  '/sign-in',
  '/signed-out',
  '/account/apps',
  '/admin',
  '/assets/style.css',
];
it.each([
  ...gettable,
  '/assets/favicon.svg',
  '/oauth/authorize',
  '/oauth/logout/success',
  '/oauth/userinfo',
  '/nothing',
])('HEAD %s has the header fields of GET and no body', async (path) => {
  // Whichever comes first, the other gets the same answer.
  const [head, get, again] = [
    await send(server.issuer, { path, method: 'HEAD', headers: html }),
    await send(server.issuer, { path, headers: html }),
    await send(server.issuer, { path, method: 'HEAD', headers: html }),
  ];
  for (const one of [head, again]) {
    expect(one.text).toBe('');
    expect(essence({ ...one, text: '' })).toEqual(essence({ ...get, text: '' }));
  }
});

it('a different path is a different address', async () => {
  for (const path of [
    '/oauth//jwks',
    '/oauth/%6awks',
    '/oauth/jwks//',
    '//oauth/jwks',
    '/oauth/jwks/.',
    '/oauth/./jwks',
  ]) {
    expect((await send(server.issuer, { path })).status, path).toBe(404);
  }
});

it('the log has the path as it was sent', async () => {
  await send(server.issuer, { path: '/OAuth/JWKS/?a=SeenOnce' });
  await eventually(() => server.logged()).toContain('"url":"/OAuth/JWKS/?a=SeenOnce"');
});

describe('the canonical form', () => {
  const canonical = canonicalPaths([
    '/',
    '/oauth/token',
    '/admin/new',
    '/admin/:id',
    '/admin/:id/edit',
    '/v1/{id}/files',
  ]);
  it.each([
    ['/', '/'],
    ['/oauth/token', '/oauth/token'],
    ['/OAuth/Token/', '/oauth/token'],
    ['/admin/New', '/admin/New'],
    ['/ADMIN/AbC', '/admin/AbC'],
    ['/admin/AbC/', '/admin/AbC'],
    ['/admin/AbC/EDIT/', '/admin/AbC/edit'],
    ['/V1/a%2Fb/FILES', '/v1/a%2Fb/files'],
    ['/oauth/token//', '/oauth/token//'],
    ['/admin//edit', '/admin//edit'],
    ['/Nothing/', '/Nothing/'],
    ['//', '//'],
    ['', ''],
    ['*', '*'],
  ])('of %j is %j', (path, expected) => {
    expect(canonical(path)).toBe(expected);
  });
});
