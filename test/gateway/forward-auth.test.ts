/** `/forward-auth`: who may describe a request, which scopes it needs, and that all three headers are always set. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { head, raw, startTestGateway, statuses, type TestGateway } from './running-gateway.ts';
import { type Forge, forgeOf } from './tokens.ts';

let server: TestServer;
let forge: Forge;
let trusting: TestGateway;
let strict: TestGateway;
let authorization: string;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  trusting = await startTestGateway(server);
  strict = await startTestGateway(server, { TRUSTED_PROXIES: '192.0.2.0/24' });
  authorization = `Bearer ${await forge.token({ scope: 'projects:read', sub: 'someone' })}`;
});
afterAll(async () => {
  await trusting.stop();
  await strict.stop();
  await server.stop();
});

type Headers = Record<string, string | string[]>;

async function ask(headers: Headers, { target = '/forward-auth', by = trusting, method = 'GET' } = {}) {
  const all = { Host: 'gateway', Connection: 'close', Authorization: authorization, ...headers };
  const received = await raw(by.origin, head(`${method} ${target} HTTP/1.1`, all));
  const header = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'im').exec(received)?.[1]?.trim();
  return {
    status: statuses(received)[0],
    identity: [header('x-auth-subject'), header('x-auth-client'), header('x-auth-scope'), header('x-auth-actor')],
    challenge: header('www-authenticate'),
  };
}

const known = () => ['someone', 'spa', 'projects:read', ''];
const nobody = ['', '', '', ''];
const nginx = (method: string, uri: string) => ({ 'X-Original-Method': method, 'X-Original-URI': uri });
const traefik = (method: string, uri: string) => ({ 'X-Forwarded-Method': method, 'X-Forwarded-Uri': uri });

describe('the scope that a request needs', () => {
  const cases: [what: string, headers: Headers, target: string, status: number][] = [
    ['the configured scope', {}, '/forward-auth?scope=projects:read', 204],
    ['two configured scopes, one missing', {}, '/forward-auth?scope=projects:read%20ai:generate', 403],
    ['two scope parameters, one missing', {}, '/forward-auth?scope=projects:read&scope=ai:generate', 403],
    ['the route table’s', nginx('GET', '/v1/projects?page=2'), '/forward-auth', 204],
    ['the route table’s, by Traefik', traefik('GET', '/v1/projects'), '/forward-auth', 204],
    ['the route table’s for HEAD', nginx('HEAD', '/v1/projects'), '/forward-auth', 204],
    ['more than the token has', nginx('DELETE', '/v1/projects/p1'), '/forward-auth', 403],
    ['both', nginx('DELETE', '/v1/projects/p1'), '/forward-auth?scope=projects:read', 403],
    [
      'the configured one where the table knows nothing',
      nginx('GET', '/own/api'),
      '/forward-auth?scope=projects:read',
      204,
    ],
    ['neither says', {}, '/forward-auth', 403],
    ['an empty scope', {}, '/forward-auth?scope=', 403],
    ['a path that the table does not know', nginx('GET', '/v1/unknown'), '/forward-auth', 403],
    ['a scope that would break the challenge', {}, '/forward-auth?scope=a%22b', 403],
    ['a scope with a line break', {}, '/forward-auth?scope=a%0d%0aX:b', 403],
  ];
  it.each(cases)('comes from the configuration and the route table: %s', async (_what, headers, target, status) => {
    const answer = await ask(headers, { target });
    expect([answer.status, answer.identity]).toEqual([status, status === 204 ? known() : nobody]);
  });

  it('is named in the challenge', async () => {
    const { challenge } = await ask(nginx('DELETE', '/v1/projects/p1'), { target: '/forward-auth?scope=ai:generate' });
    expect(challenge).toMatch(
      /^Bearer error="insufficient_scope", .*scope="ai:generate projects:write", resource_metadata="http/,
    );
  });

  it.each([
    ['no token', { Authorization: [] }, /^Bearer scope="projects:read", resource_metadata=.*, DPoP algs=/],
    ['garbage', { Authorization: 'Bearer x' }, /^Bearer error="invalid_token"/],
    ['two tokens', { Authorization: ['Bearer x', 'Bearer y'] }, /^Bearer error="invalid_request"/],
  ])('with %s gets 401', async (_what, headers, challenge) => {
    const answer = await ask(headers as Headers, { target: '/forward-auth?scope=projects:read' });
    expect(answer).toMatchObject({ status: 401, identity: nobody, challenge: expect.stringMatching(challenge) });
  });
});

describe('a preflight of a browser, which has no token', () => {
  it.each([
    ['by the route table', nginx('OPTIONS', '/v1/projects'), '/forward-auth', 403],
    ['by the configuration', nginx('OPTIONS', '/v1/projects'), '/forward-auth?scope=projects:read', 401],
  ] as [string, Headers, string, number][])(
    'is refused %s: the proxy answers it',
    async (_what, headers, target, status) => {
      const sent = {
        ...headers,
        Authorization: [],
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'GET',
      };
      expect(await ask(sent, { target })).toMatchObject({ status, identity: nobody });
    },
  );
});

describe('a description', () => {
  it.each([
    ['by a stranger does not count', nginx('GET', '/v1/projects'), '/forward-auth', 403],
    ['by a stranger takes nothing away', nginx('DELETE', '/v1/projects/p'), '/forward-auth?scope=projects:read', 204],
    ['by a stranger behind Envoy’s path does not count', {}, '/forward-auth/v1/projects', 403],
  ])('%s', async (_what, headers, target, status) => {
    expect((await ask(headers, { target, by: strict })).status).toBe(status);
  });

  const doubtful: [what: string, headers: Headers][] = [
    ['a uri twice', { ...nginx('GET', '/v1/projects'), 'X-Original-URI': ['/v1/projects', '/v1/admin'] }],
    ['a method twice', { ...nginx('GET', '/v1/projects'), 'X-Original-Method': ['GET', 'DELETE'] }],
    ['two that disagree on the path', { ...nginx('GET', '/v1/projects'), ...traefik('GET', '/v1/projects/p1') }],
    [
      'two that disagree on the method',
      { ...nginx('GET', '/v1/projects/p1'), ...traefik('DELETE', '/v1/projects/p1') },
    ],
    ['a method of the other kind', { 'X-Original-Method': 'GET', ...traefik('DELETE', '/v1/projects/p1') }],
    ['a uri of the other kind', { 'X-Original-URI': '/v1/projects', ...traefik('DELETE', '/v1/projects/p1') }],
    ['a uri without method', { 'X-Original-URI': '/v1/projects' }],
    ['a method without uri', { 'X-Original-Method': 'GET' }],
    ['a whole address', nginx('GET', 'http://api/v1/projects')],
    ['a doubled slash', nginx('GET', '//v1/projects')],
    ['dots', nginx('GET', '/v1/x/../projects')],
    ['escaped dots', nginx('GET', '/v1/x/%2e%2e/projects')],
    ['an escaped slash', nginx('GET', '/v1/projects%2fp1')],
    ['a backslash', nginx('GET', '/v1\\projects')],
    ['a NUL', nginx('GET', '/v1/projects%00')],
    ['a broken escape', nginx('GET', '/v1/projects/%ff')],
    ['an escaped escape', nginx('GET', '/v1/%2570rojects')],
    ['a method in the query', nginx('GET', '/v1/projects?page=2&_method=DELETE')],
  ];
  it.each(doubtful)('with %s is refused, whatever the configuration', async (_what, headers) => {
    for (const target of ['/forward-auth', '/forward-auth?scope=projects:read']) {
      const answer = await ask(headers, { target });
      expect([answer.status, answer.identity]).toEqual([403, nobody]);
    }
  });

  it('that agrees with itself counts', async () => {
    expect((await ask({ ...nginx('GET', '/v1/projects'), ...traefik('GET', '/v1/projects') })).status).toBe(204);
  });

  it.each([
    '/V1/Projects/p1',
    '/v1/projects/p1/',
    '/v1/%70rojects/p1',
    '/V1/projects/p1/files/%7Bslug%7D.tsx',
    '/V1/p%72ojects/p1/files/app/[slug]/100%25.tsx',
  ])('that a lenient upstream would read as %s needs the scope of that path', async (uri) => {
    const answer = await ask(nginx('DELETE', uri), { target: '/forward-auth?scope=projects:read' });
    expect([answer.status, answer.challenge]).toEqual([403, expect.stringContaining('projects:write')]);
  });

  it('by Envoy follows the path, and cannot contain scopes', async () => {
    expect((await ask({}, { target: '/forward-auth/v1/projects?scope=none' })).status).toBe(200);
    expect(
      (await ask({}, { target: '/forward-auth/v1/projects/p1?scope=projects:read', method: 'DELETE' })).status,
    ).toBe(403);
  });

  it('decides what a DPoP proof is for', async () => {
    const answer = await ask({
      ...nginx('GET', '/v1/projects'),
      Authorization: authorization.replace('Bearer', 'DPoP'),
      DPoP: 'x',
    });
    expect(answer).toMatchObject({ status: 401, challenge: expect.stringMatching(/^DPoP error=/) });
  });

  it.each(['127.0.0.1', '::1', '10.0.0.0/8, 127.0.0.0/8'])('is trusted from %s', async (proxies) => {
    const one = await startTestGateway(server, { TRUSTED_PROXIES: proxies });
    const answer = await ask(nginx('GET', '/v1/projects'), { by: one });
    await one.stop();
    expect(answer.status).toBe(proxies === '::1' ? 403 : 204);
  });
});

it.each(['apache.conf', 'envoy.yaml', 'nginx.conf', 'traefik.yml'])(
  'the example %s replaces every identity header of the caller',
  async (name) => {
    const example = await readFile(new URL(`../../docs/gateway/${name}`, import.meta.url), 'utf8');
    for (const header of ['x-auth-subject', 'x-auth-client', 'x-auth-scope', 'x-auth-actor']) {
      expect(example.toLowerCase(), header).toContain(header);
    }
  },
);
