/**
 * Tokens and keys that are limited to projects: a call for another one is refused, and so is a call that says nothing of projects.
 * The same from the verifier, every middleware, the reference gateway and `/forward-auth`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireScopes as connectRequires } from '../../src/gateway/connect.ts';
import { protectedBy } from '../../src/gateway/fetch.ts';
import { createGuard, type Guard } from '../../src/gateway/guard.ts';
import { requireScopes as koaRequires } from '../../src/gateway/koa.ts';
import { projectsOf } from '../../src/gateway/projects.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { apiRoutes } from '../../src/policy/api-routes.ts';
import { detailsFor } from '../../src/policy/project-details.ts';
import { makeKey } from '../support/api-keys.ts';
import { obtainTokens } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { bearer, startTestGateway, startUpstream, type TestGateway } from './running-gateway.ts';
import { countingFetch, type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

let server: TestServer;
let forge: Forge;
let verifier: Verifier;
let sample: TestGateway;
let limited: string;
const origins: Record<string, string> = {};
const servers: Server[] = [];
const counting = countingFetch();
const read = detailsFor(['proj_123abc'], ['projects:read']);
const metadata = 'resource_metadata="https://api.vibecaas.com/.well-known/oauth-protected-resource"';

beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  verifier = createVerifier({
    issuer: server.issuer,
    audience: apiResource,
    credentials: gatewayCredentials(),
    apiKeys: true,
    fetch: counting.fetch,
  });
  await verifier.ready();
  const guard = createGuard({ verifier, origin: apiResource });
  origins.koa = await listen(koa(guard));
  origins.connect = await listen(connect(guard));
  origins.fetch = await listen(fetching(guard));
  sample = await startTestGateway(server, { GATEWAY_ORIGIN: apiResource });
  limited = await forge.token({ authorization_details: read });
});
afterAll(async () => {
  for (const one of servers) one.close();
  await sample.stop();
  await verifier.close();
  await server.stop();
});

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const one = createServer(listener);
  servers.push(one);
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

const idIn = (url: string) => /^\/v1\/projects\/([^/?]+)/.exec(url)?.[1];

/** One path with a project, one that filters, and one that says nothing: as a router would set them up. */
function koa(guard: Guard) {
  const app = new Koa();
  const [named, filtering, silent] = [{ project: 'id' }, { filtered: true }, {}].map((required) =>
    koaRequires(guard, 'projects:read', required),
  );
  app.use((ctx, next) => {
    const id = idIn(ctx.url);
    if (id !== undefined) Object.assign(ctx, { params: { id } });
    return (id !== undefined ? named : ctx.path === '/v1/projects' ? filtering : silent)?.(ctx, next);
  });
  app.use((ctx) => {
    ctx.body = { projects: projectsOf(ctx.state.token, 'projects:read') };
  });
  return app.callback();
}

function connect(guard: Guard) {
  const [named, filtering, silent] = [{ project: 'id' }, { filtered: true }, {}].map((required) =>
    connectRequires(guard, 'projects:read', required),
  );
  return (request: IncomingMessage & { params?: Record<string, string> }, response: ServerResponse) => {
    const id = idIn(request.url as string);
    if (id !== undefined) request.params = { id };
    const check = id !== undefined ? named : request.url === '/v1/projects' ? filtering : silent;
    check?.(request, response, () =>
      response.end(JSON.stringify({ projects: request.token && projectsOf(request.token, 'projects:read') })),
    );
  };
}

function fetching(guard: Guard) {
  const [named, filtering, silent] = [
    { project: (request: Request) => idIn(new URL(request.url).pathname) },
    { filtered: true },
    {},
  ].map((required) =>
    protectedBy(
      guard,
      'projects:read',
      (_request, token) => Response.json({ projects: projectsOf(token, 'projects:read') }),
      required,
    ),
  );
  return async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url as string;
    const handle = idIn(url) !== undefined ? named : url === '/v1/projects' ? filtering : silent;
    const headers = { authorization: request.headers.authorization as string };
    const answer = await handle?.(new Request(new URL(url, 'http://api'), { headers }));
    response.writeHead(answer?.status ?? 500, Object.fromEntries(answer?.headers ?? [])).end(await answer?.text());
  };
}

const get = async (origin: string, path: string, token: string, init: RequestInit = {}) => {
  const response = await fetch(origin + path, { headers: bearer(token), ...init });
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
};

describe.each(['koa', 'connect', 'fetch'])('%s', (kind) => {
  it('lets a limited token to its project, and to a route that filters, and tells it which', async () => {
    const origin = origins[kind] as string;
    expect(await get(origin, '/v1/projects/proj_123abc', limited)).toMatchObject({ status: 200 });
    expect(await get(origin, '/v1/projects', limited)).toMatchObject({
      status: 200,
      body: { projects: ['proj_123abc'] },
    });
    const whole = await forge.token();
    expect(await get(origin, '/v1/silent', whole)).toMatchObject({ status: 200, body: { projects: '*' } });
  });

  it('refuses it another project and a route that says nothing, with what would be sufficient', async () => {
    const origin = origins[kind] as string;
    const other = await get(origin, '/v1/projects/proj_456def', limited);
    const wanted = JSON.stringify(detailsFor(['proj_456def'], ['projects:read'])).replaceAll('"', '\\"');
    expect(other).toMatchObject({
      status: 403,
      challenge: `Bearer error="insufficient_scope", error_description="This is another project than those that were allowed", authorization_details="${wanted}", scope="projects:read", ${metadata}`,
    });
    expect(await get(origin, '/v1/silent', limited)).toMatchObject({
      status: 403,
      challenge: `Bearer error="insufficient_scope", error_description="This call needs access that is not limited to projects", scope="projects:read", ${metadata}`,
    });
  });
});

describe('the verifier', () => {
  const verify = async (token: string, options?: Parameters<Verifier['verify']>[1]) =>
    verifier.verify(token, options).then(
      () => 'allowed',
      ({ status, error }) => `${status} ${error}`,
    );
  const refused = '403 insufficient_scope';

  it('refuses a limited token where it is told nothing of projects', async () => {
    expect(await verify(limited)).toBe(refused);
    expect(await verify(limited, { scope: 'projects:read' })).toBe(refused);
    expect(await verify(limited, { filtered: true })).toBe('allowed');
  });

  it.each<[name: string, details: unknown, project: string, answer: string]>([
    ['all projects', [{ type: 'vibecaas_project', actions: ['projects:read'] }], 'any', 'allowed'],
    ['this scope elsewhere', detailsFor(['a'], ['analytics:read']), 'a', refused],
    ['an empty list', [], 'a', refused],
    ['a text', 'everything', 'a', refused],
    ['another type', [{ type: 'unknown', identifier: 'a', actions: ['projects:read'] }], 'a', refused],
    ['another type beside ours', [...detailsFor(['a'], ['projects:read']), { type: 'unknown' }], 'a', refused],
    ['a member that it does not know', [{ ...detailsFor(['a'], ['projects:read'])[0], until: 1 }], 'a', refused],
    ['null', null, 'a', refused],
    ['a project with an escape', read, '%70roj_123abc', refused],
    ['a project in capitals', read, 'PROJ_123ABC', refused],
  ])('is asked for a project of a token with %s', async (_, details, project, answer) => {
    const token = await forge.token({ authorization_details: details, scope: 'projects:read analytics:read' });
    expect(await verify(token, { scope: 'projects:read', project })).toBe(answer);
    expect(await verify(token, { scope: 'projects:read', project })).toBe(answer);
  });

  it('asks the server once about a token that has too many projects to name them', async () => {
    const projects = Array.from({ length: 60 }, (_, n) => `proj_${n}`);
    const { access_token: token } = await obtainTokens(server, {
      authorization_details: JSON.stringify(detailsFor(projects, ['projects:read'])),
    });
    const before = counting.count('/oauth/introspect');
    expect(verifier.recall(token, { project: 'proj_59' })).toBeUndefined();
    expect(await verify(token, { scope: 'projects:read', project: 'proj_59' })).toBe('allowed');
    expect(await verify(token, { scope: 'projects:read', project: 'proj_60' })).toBe(refused);
    const claims = verifier.recall(token, { filtered: true });
    expect(claims && projectsOf(claims)).toEqual([...projects].sort());
    expect(counting.count('/oauth/introspect')).toBe(before + 1);
  });

  it('refuses such a token with 503 while the server cannot be asked', async () => {
    const { access_token: token } = await obtainTokens(server, {
      authorization_details: JSON.stringify(
        detailsFor(
          Array.from({ length: 61 }, (_, n) => `proj_${n}`),
          ['projects:read'],
        ),
      ),
    });
    counting.failFor((path) => path === '/oauth/introspect');
    expect(await verify(token, { project: 'proj_1' })).toBe('503 temporarily_unavailable');
    counting.failFor(() => false);
    expect(await verify(token, { project: 'proj_1' })).toBe('allowed');
  });

  it('holds keys to their projects', async () => {
    const { secret: key } = await makeKey(server, { scope: ['projects:read'], projects: ['proj_123abc'] });
    expect(await verify(key, { scope: 'projects:read', project: 'proj_123abc' })).toBe('allowed');
    expect(await verify(key, { scope: 'projects:read', project: 'proj_456def' })).toBe(refused);
    expect(await verify(key, { scope: 'projects:read' })).toBe(refused);
  });
});

describe('the reference gateway', () => {
  it('says of every route of the table how it is limited', () => {
    const kinds = apiRoutes.map(({ method, path, filtered }) => [
      `${method} ${path}`,
      path.includes(':project') ? 'path' : filtered ? 'filtered' : 'refused',
    ]);
    expect(kinds.filter(([, kind]) => kind === 'refused')).toEqual([['POST /projects', 'refused']]);
    expect(kinds.filter(([, kind]) => kind === 'filtered').map(([name]) => name)).toEqual([
      'GET /projects',
      'POST /deploy',
      'GET /deployments',
      'GET /deployments/:id',
      'POST /deployments/:id/cancel',
      'POST /deployments/:id/rollback',
      'GET /deployments/:id/logs',
      'GET /analytics',
      'POST /ai/generate',
      'POST /ai/refactor',
      'POST /ai/tests',
    ]);
  });

  it('answers from the sample API only what the token may see', async () => {
    const other = await forge.token({
      scope: 'projects:read projects:write deployments:read',
      authorization_details: detailsFor(['proj_456def'], ['projects:read', 'projects:write', 'deployments:read']),
    });
    const call = (path: string, token = other, method = 'GET') =>
      get(sample.origin, path, token, { method, headers: bearer(token) });
    expect((await call('/v1/projects')).body.data).toEqual([expect.objectContaining({ id: 'proj_456def' })]);
    expect((await call('/v1/projects/proj_456def')).body.data).toMatchObject({ id: 'proj_456def' });
    expect((await call('/v1/projects/proj_123abc')).status).toBe(403);
    expect((await call('/v1/projects/proj_123abc/files')).status).toBe(403);
    expect((await call('/v1/deployments')).body.data).toEqual([]);
    expect((await call('/v1/deployments/dep_789ghi')).status).toBe(404);
    expect((await call('/v1/projects', other, 'POST')).status).toBe(403);
    expect((await call('/v1/projects', await forge.token())).body.data).toHaveLength(2);
  });
});

describe('an upstream', () => {
  const seen = async (env: Record<string, string>, path: string, token: string) => {
    const upstream = await startUpstream();
    const gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url, ...env });
    try {
      const headers = { ...bearer(token), 'X-Auth-Projects': '*' };
      const response = await fetch(gateway.origin + path, { headers });
      const { headers: received } = response.status === 200 ? await response.json() : { headers: {} };
      return [response.status, received?.['x-auth-projects']];
    } finally {
      await gateway.stop();
      upstream.stop();
    }
  };

  it('is told the projects, and never by the caller', async () => {
    const filters = { UPSTREAM_FILTERS_PROJECTS: 'on' };
    expect(await seen(filters, '/v1/projects', limited)).toEqual([200, 'proj_123abc']);
    expect(await seen(filters, '/v1/projects/proj_123abc', limited)).toEqual([200, 'proj_123abc']);
    expect(await seen(filters, '/v1/projects', await forge.token())).toEqual([200, '*']);
  });

  it('that does not filter is not called with a limited token, except for its projects', async () => {
    expect(await seen({}, '/v1/projects', limited)).toEqual([403, undefined]);
    expect(await seen({}, '/v1/projects/proj_123abc', limited)).toEqual([200, 'proj_123abc']);
  });
});

describe('/forward-auth', () => {
  const ask = async (query: string, path?: string, token = limited) => {
    const original: Record<string, string> =
      path === undefined ? {} : { 'X-Original-Method': 'GET', 'X-Original-URI': path };
    const response = await fetch(`${sample.origin}/forward-auth${query}`, {
      headers: { ...bearer(token), ...original },
    });
    await response.arrayBuffer();
    return [response.status, response.headers.get('x-auth-projects')];
  };

  it.each<[name: string, query: string, path: string | undefined, answer: [number, string]]>([
    ['its project, by the route table', '', '/v1/projects/proj_123abc/files', [204, 'proj_123abc']],
    ['another project, by the route table', '', '/v1/projects/proj_456def', [403, '']],
    ['a list, behind which nothing filters', '', '/v1/projects', [403, '']],
    ['a list, behind which something filters', '?filtered=on', '/v1/projects', [204, 'proj_123abc']],
    ['its project, by the proxy', '?scope=projects:read&project=proj_123abc', '/own', [204, 'proj_123abc']],
    ['another project, by the proxy', '?scope=projects:read&project=proj_456def', '/own', [403, '']],
    [
      'one project by the table and another by the proxy',
      '?project=proj_456def',
      '/v1/projects/proj_123abc',
      [403, ''],
    ],
    ['two projects', '?scope=projects:read&project=proj_123abc&project=proj_456def', undefined, [403, '']],
    ['an empty project', '?scope=projects:read&project=', undefined, [403, '']],
    ['a project with a slash', '?scope=projects:read&project=a/b', undefined, [403, '']],
    ['filtered=off', '?scope=projects:read&filtered=off', undefined, [403, '']],
    ['nothing of projects', '?scope=projects:read', '/own', [403, '']],
  ])('is asked about %s', async (_, query, path, answer) => {
    expect(await ask(query, path)).toEqual(answer);
  });

  it('always says which projects', async () => {
    expect(await ask('?scope=projects:read', '/own', await forge.token())).toEqual([204, '*']);
    expect(await ask('?scope=projects:read', '/own', 'wrong')).toEqual([401, '']);
  });
});
