/** The reference gateway from end to end, with an upstream that reports what it received, and with the sample API. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import {
  bearer,
  eventually,
  head,
  raw,
  type Seen,
  startTestGateway,
  startUpstream,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { type Forge, forgeOf } from './tokens.ts';

let server: TestServer;
let forge: Forge;
let upstream: TestUpstream;
let gateway: TestGateway;
let sample: TestGateway;
const secret = 'an identity secret that is long enough';
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  upstream = await startUpstream();
  gateway = await startTestGateway(server, { UPSTREAM_URL: `${upstream.url}/base`, GATEWAY_IDENTITY_SECRET: secret });
  sample = await startTestGateway(server, { GATEWAY_ORIGIN: apiResource });
});
afterAll(async () => {
  await gateway.stop();
  await sample.stop();
  upstream.stop();
  await server.stop();
});

const all = 'projects:read projects:write deployments:read deployments:write analytics:read ai:generate';
const token = (claims: object = {}) => forge.token({ tier: 'enterprise', scope: all, ...claims });

async function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  const headers = { ...bearer(await token()), ...init.headers };
  const response = await fetch(`${gateway.origin}${path}`, { ...init, headers });
  return { response, seen: (await response.json()) as Seen };
}

describe('an allowed call', () => {
  it('reaches the upstream as it was sent, with the identity of its caller', async () => {
    const { response, seen } = await send('/v1/projects?page=2&q=a%20b', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once', 'x-custom': 'kept' },
      body: '{"name":"Ünïcode"}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-from')).toBe('upstream');
    expect(response.headers.get('x-request-id')).toBe(seen.headers['x-request-id']);
    expect(seen).toMatchObject({ method: 'POST', url: '/base/v1/projects?page=2&q=a%20b', body: '{"name":"Ünïcode"}' });
    expect(seen.headers).toMatchObject({
      'x-auth-subject': server.person.id,
      'x-auth-client': 'spa',
      'x-auth-scope': all,
      'idempotency-key': 'once',
      'x-custom': 'kept',
      'content-type': 'application/json',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(gateway.origin).host.replace('127.0.0.1', 'localhost'),
      'x-forwarded-proto': 'http',
      host: new URL(upstream.url).host,
    });
    expect(seen.headers.authorization).toBeUndefined();
  });

  it('is signed over time, method, target and identity', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { seen } = await send('/v1/projects?a=1');
    const after = Date.now() / 1000;
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(seen.headers['x-auth-signature'] as string) ?? [];
    expect(Number(time)).toBeGreaterThanOrEqual(before);
    expect(Number(time)).toBeLessThanOrEqual(after);
    const said = [time, 'GET', '/v1/projects?a=1', server.person.id, 'spa', all].join('\n');
    expect(signature).toBe(createHmac('sha256', secret).update(said).digest('hex'));
  });

  it('by an app for itself has all three headers too', async () => {
    const headers = bearer(await token({ sub: 'service', client_id: 'service', gid: undefined }));
    const { seen } = await send('/v1/projects', { headers });
    expect(seen.headers).toMatchObject({
      'x-auth-subject': 'service',
      'x-auth-client': 'service',
      'x-auth-scope': all,
    });
  });

  it('loses the headers that a caller must not send', async () => {
    const smuggled = {
      'x-auth-subject': 'admin',
      'X-Auth-Client': 'first-party',
      'x-auth-roles': 'admin',
      x_auth_subject: 'admin',
      'x-auth_scope': 'everything',
      'x.auth.subject': 'admin',
      'x-auth-signature': 't=1,v1=00',
      'x-http-method-override': 'DELETE',
      x_http_method_override: 'DELETE',
      'x-method-override': 'DELETE',
      'x-http-method': 'DELETE',
      'x-original-url': '/v1/admin',
      'x-rewrite-url': '/v1/admin',
      'x-request-id': 'mine',
      'x-real-ip': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      dpop: 'proof',
    };
    const { seen } = await send('/v1/projects', { headers: smuggled });
    const text = JSON.stringify([seen.headers, seen.rawNames]).toLowerCase();
    for (const lie of [
      'admin',
      'first-party',
      'everything',
      'delete',
      'v1=00',
      'mine',
      '10.0.0.1',
      'proof',
      '_subject',
      '_scope"',
      '_http',
    ])
      expect(text).not.toContain(lie);
    expect(seen.rawNames.filter((name) => /subject/i.test(name))).toHaveLength(1);
  });

  it('comes from the address that a trusted proxy names, and from its own otherwise', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'evil', 'x-forwarded-proto': 'gopher' };
    expect((await send('/v1/projects', { headers })).seen.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    const strict = await startTestGateway(server, { UPSTREAM_URL: upstream.url, TRUSTED_PROXIES: '192.0.2.1' });
    await fetch(`${strict.origin}/v1/projects`, { headers: { ...headers, ...bearer(await token()) } });
    await strict.stop();
    expect(upstream.seen.at(-1)?.headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it.each([
    ['203.0.113.78:4711', '203.0.113.78, 127.0.0.1'],
    ['[2001:db8::1]:4711', '2001:db8::1, 127.0.0.1'],
    ['::ffff:203.0.113.78', '203.0.113.78, 127.0.0.1'],
    ['203.0.113.78, unknown', '127.0.0.1'],
    ['<script>alert(1)</script>', '127.0.0.1'],
  ])('carries addresses only, when a trusted proxy says %s', async (sent, passed) => {
    expect((await send('/v1/projects', { headers: { 'x-forwarded-for': sent } })).seen.headers).toMatchObject({
      'x-forwarded-for': passed,
    });
  });

  it.each(['PUT', 'DELETE', 'HEAD'])('passes %s', async (method) => {
    const headers = bearer(await token());
    const response = await fetch(`${gateway.origin}/v1/projects${method === 'HEAD' ? '' : '/p1'}`, { method, headers });
    expect(response.status).toBe(200);
    expect(upstream.seen.at(-1)).toMatchObject({ method, body: '' });
  });

  it('keeps headers that are sent twice, in both directions', async () => {
    const twice = await startUpstream((request, response) => {
      const sent = request.rawHeaders.filter((_, index) => /^x-twice$/i.test(request.rawHeaders[index - 1] ?? ''));
      response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end(JSON.stringify(sent));
    });
    const one = await startTestGateway(server, { UPSTREAM_URL: twice.url });
    const received = await raw(
      one.origin,
      head('GET /v1/projects HTTP/1.1', {
        Host: 'api',
        Connection: 'close',
        Authorization: `Bearer ${await token()}`,
        'X-Twice': ['one', 'two'],
      }),
    );
    await one.stop();
    twice.stop();
    expect(received).toContain('["one","two"]');
    expect(received.match(/^set-cookie: .*$/gim)).toEqual(['set-cookie: a=1', 'set-cookie: b=2']);
  });

  it('has the gateway’s rate limit headers, not the upstream’s', async () => {
    const lying = await startUpstream((_request, response) => {
      response.writeHead(500, {
        'X-RateLimit-Limit': '7',
        'X-Request-Id': 'theirs',
        Connection: 'X-Secret',
        'X-Secret': 'x',
      });
      response.end('{}');
    });
    const one = await startTestGateway(server, { UPSTREAM_URL: lying.url });
    const response = await fetch(`${one.origin}/v1/projects`, { headers: bearer(await token()) });
    await one.stop();
    lying.stop();
    expect(response.status).toBe(500);
    expect(response.headers.get('x-ratelimit-limit')).toBe('2147483647');
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.has('x-secret')).toBe(false);
  });
});

describe('a refused call', () => {
  it.each([
    ['no token', {}, 401, 'UNAUTHORIZED'],
    ['garbage', { authorization: 'Bearer garbage' }, 401, 'UNAUTHORIZED'],
  ])('with %s never reaches the upstream', async (_what, headers, status, code) => {
    const before = upstream.seen.length;
    const response = await fetch(`${gateway.origin}/v1/projects`, { headers });
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ]);
    expect(upstream.seen.length).toBe(before);
  });

  it('without the scope says which scope is needed and where to read about it', async () => {
    const headers = bearer(await token({ scope: 'projects:read' }));
    const response = await fetch(`${gateway.origin}/v1/projects/p1`, { method: 'DELETE', headers });
    expect(response.status).toBe(403);
    const { origin } = new URL(gateway.origin.replace('127.0.0.1', 'localhost'));
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", error_description="The access token lacks projects:write", scope="projects:write", resource_metadata="${origin}/.well-known/oauth-protected-resource"`,
    );
  });

  it('comes soon after revocation, on both gateways', async () => {
    const { access_token: real } = await obtainTokens(server);
    const states = () =>
      Promise.all(
        [gateway, sample].map(
          async ({ origin }) => (await fetch(`${origin}/v1/projects`, { headers: bearer(real) })).status,
        ),
      );
    expect(await states()).toEqual([200, 200]);
    await post(server, '/oauth/revoke', { token: real });
    expect(await eventually(async () => (await states()).join() === '401,401')).toBe(true);
  });
});

describe('the sample API', () => {
  it.each([
    ['GET', '/v1/projects', 200],
    ['POST', '/v1/projects', 201],
    ['POST', '/v1/deploy', 202],
    ['DELETE', '/v1/projects/p1', 200],
    ['GET', '/v1/deployments/d1/logs', 200],
  ])('answers %s %s in the envelope', async (method, path, status) => {
    const body = method === 'POST' ? '{"name":"x"}' : undefined;
    const response = await fetch(`${sample.origin}${path}`, {
      method,
      headers: bearer(await token()),
      ...(body ? { body } : {}),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      success: true,
      data: expect.anything(),
      meta: { request_id: response.headers.get('x-request-id') },
    });
  });
});

describe('besides the API', () => {
  it('describes the resource where challenges say, and nowhere else', async () => {
    const headersSent = { origin: 'https://app.example' };
    const response = await fetch(`${sample.origin}/.well-known/oauth-protected-resource`, { headers: headersSent });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({
      resource: apiResource,
      authorization_servers: [server.issuer],
      bearer_methods_supported: ['header'],
    });
    expect((await fetch(`${sample.origin}/.well-known/oauth-protected-resourceful`)).status).toBe(404);
    const { headers } = await fetch(`${sample.origin}/v1/projects`);
    expect(headers.get('www-authenticate')).toContain(
      `resource_metadata="${apiResource}/.well-known/oauth-protected-resource"`,
    );
  });

  it('lets apps in browsers read that document, whatever headers they send', async () => {
    const { status, headers } = await fetch(`${sample.origin}/.well-known/oauth-protected-resource`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    });
    expect([status, headers.get('access-control-allow-headers')]).toEqual([204, '*']);
  });

  it('lets apps in browsers call, and read what they need', async () => {
    const preflight = (path: string, method: string) =>
      fetch(`${sample.origin}${path}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': method },
      });
    const allowed = await preflight('/v1/projects/p1', 'DELETE');
    expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'DELETE']);
    expect(allowed.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['Authorization', 'Idempotency-Key', 'If-Match', 'Range', 'traceparent', '*']),
    );
    expect((await preflight('/v1/projects', 'DELETE')).status).toBe(404);
    const { headers } = await fetch(`${sample.origin}/v1/projects`, { headers: { origin: 'https://app.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['WWW-Authenticate', 'ETag', 'Location', 'Content-Range', '*']),
    );
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });
});
