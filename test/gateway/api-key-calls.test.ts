/** Calls with API keys: at the reference gateway, at `/forward-auth`, and through the middlewares. */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireScopes as connectRequires } from '../../src/gateway/connect.ts';
import { protectedBy } from '../../src/gateway/fetch.ts';
import { createGuard } from '../../src/gateway/guard.ts';
import { requireScopes as koaRequires } from '../../src/gateway/koa.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { revokeApiKey } from '../../src/operations/api-keys.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import { makeKey } from '../support/api-keys.ts';
import { obtainTokens } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import {
  eventually,
  head,
  raw,
  type Seen,
  startTestGateway,
  startUpstream,
  statuses,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { gatewayCredentials } from './tokens.ts';

const secret = 'an identity secret that is long enough';
let server: TestServer;
let upstream: TestUpstream;
let gateway: TestGateway;
let second: TestGateway;
let sample: TestGateway;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startUpstream();
  const env = { UPSTREAM_URL: upstream.url, GATEWAY_IDENTITY_SECRET: secret };
  gateway = await startTestGateway(server, env);
  second = await startTestGateway({ issuer: server.issuer }, env);
  sample = await startTestGateway(server, { FORWARD_AUTH_ADDRESS_HEADER: 'X-Forwarded-For' });
});
afterAll(async () => {
  for (const one of [gateway, second, sample]) await one.stop();
  upstream.stop();
  await server.stop();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const call = (path: string, headers: Record<string, string> = {}, at = gateway) =>
  fetch(`${at.origin}${path}`, { headers });
const metadata = 'resource_metadata="';

describe('at the reference gateway, a key', () => {
  it('reaches the upstream as the identity of its owner, with its id and environment, signed', async () => {
    const { key, secret: live } = await makeKey(server, { scope: ['projects:read'] });
    const seen = (await (await call('/v1/projects?a=1', bearer(live))).json()) as Seen;
    expect(seen.headers).toMatchObject({
      'x-auth-subject': server.person.id,
      'x-auth-client': '',
      'x-auth-scope': 'projects:read',
      'x-auth-key': key.id,
      'x-auth-environment': 'live',
    });
    expect(seen.headers.authorization).toBeUndefined();
    const [, time, signature] = /^t=(\d+),v1=(.*)$/.exec(String(seen.headers['x-auth-signature'])) ?? [];
    const said = [time, 'GET', '/v1/projects?a=1', server.person.id, '', 'projects:read', key.id, 'live'].join('\n');
    expect(signature).toBe(createHmac('sha256', secret).update(said).digest('hex'));
  });

  it('for tests says so, and generates nothing', async () => {
    const { secret: test } = await makeKey(server, { environment: 'test' });
    const seen = (await (await call('/v1/projects', bearer(test))).json()) as Seen;
    expect(seen.headers).toMatchObject({ 'x-auth-environment': 'test', 'x-auth-scope': 'projects:read' });
    const refused = await fetch(`${gateway.origin}/v1/ai/generate`, { method: 'POST', headers: bearer(test) });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toMatch(
      /error="insufficient_scope".*The API key lacks ai:generate.*scope="ai:generate"/,
    );
  });

  it('is what the upstream is told, whatever the caller says of itself; a token has neither', async () => {
    const said = { 'x-auth-key': 'key_mine', 'x-auth-environment': 'live', x_auth_environment: 'live' };
    const { access_token: token } = await obtainTokens(server);
    const seen = (await (await call('/v1/projects', { ...said, ...bearer(token) })).json()) as Seen;
    expect(Object.keys(seen.headers).filter((name) => /auth.(key|environment)/.test(name))).toEqual([]);
  });

  it('has rate limits of its own', async () => {
    const keys = await Promise.all([makeKey(server), makeKey(server)]);
    const left = async (index: number) =>
      Number(
        (await call('/v1/projects', bearer(keys[index]?.secret as string), sample)).headers.get(
          'x-ratelimit-remaining',
        ),
      );
    expect([await left(0), await left(0), await left(1), await left(0)]).toEqual([99, 98, 99, 97]);
    const { secret: busy } = await makeKey(server);
    const answers = await Promise.all(Array.from({ length: 120 }, () => call('/v1/projects', bearer(busy), sample)));
    const limited = answers.find(({ status }) => status === 429);
    expect((await limited?.json())?.error).toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringMatching(/with this API key$/),
    });
  });

  it('that is revoked is refused by two gateways within a second', async () => {
    const { key, secret: live } = await makeKey(server);
    const status = async (at: TestGateway) => (await call('/v1/projects', bearer(live), at)).status;
    expect([await status(gateway), await status(second)]).toEqual([200, 200]);
    await revokeApiKey(server.db, key.id, { id: 'test' });
    for (const at of [gateway, second]) expect(await eventually(async () => (await status(at)) === 401)).toBe(true);
    const refused = await call('/v1/projects', bearer(live));
    expect(refused.headers.get('www-authenticate')).toMatch(
      /^Bearer error="invalid_token", error_description="The API key is unknown, or was revoked"/,
    );
  });

  it('is used only from its networks; only a trusted proxy says where a caller is', async () => {
    const strict = await startTestGateway(server, { TRUSTED_PROXIES: '192.0.2.1' });
    const { secret: limited } = await makeKey(server, { networks: ['203.0.113.0/24'] });
    const from = async (forwarded: string, at = gateway) =>
      (await call('/v1/projects', { ...bearer(limited), 'x-forwarded-for': forwarded }, at)).status;
    expect(await from('203.0.113.7')).toBe(200);
    expect(await from('198.51.100.1, 203.0.113.7')).toBe(200);
    expect(await from('203.0.113.7, 198.51.100.1')).toBe(401);
    expect(await from('203.0.113.7', strict)).toBe(401);
    expect((await call('/v1/projects', bearer(limited))).status).toBe(401);
    await strict.stop();
  });
});

describe('is refused, with the right challenge:', () => {
  const rows: [
    what: string,
    request: (
      key: string,
      token: string,
    ) => { target?: string; headers: Record<string, string | string[]>; body?: string },
    status: number,
    challenge: RegExp,
  ][] = [
    [
      'two keys',
      (key) => ({ headers: { Authorization: [`Bearer ${key}`, `Bearer ${key}`] } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'two keys in one header',
      (key) => ({ headers: { Authorization: `Bearer ${key}, Bearer ${key}` } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a key and a token',
      (key, token) => ({ headers: { Authorization: [`Bearer ${token}`, `Bearer ${key}`] } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a key in the query',
      (key) => ({ target: `/v1/projects?api_key=${key}`, headers: {} }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a key in the query beside the header',
      (key) => ({ target: `/v1/projects?k=${key}`, headers: { Authorization: `Bearer ${key}` } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'another key in the query, escaped',
      (key) => ({
        target: `/v1/projects?k=${key.replaceAll('_', '%5F')}`,
        headers: { Authorization: `Bearer ${key}` },
      }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a key in the path',
      (key) => ({ target: `/v1/projects/${key}`, headers: { Authorization: `Bearer ${key}` } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a token in the query beside a key',
      (key, token) => ({ target: `/v1/projects?access_token=${token}`, headers: { Authorization: `Bearer ${key}` } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a key in the body',
      (key) => ({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `access_token=${key}` }),
      401,
      /^Bearer resource_metadata=|^Bearer scope=/,
    ],
    ['a key in a cookie', (key) => ({ headers: { Cookie: `api_key=${key}` } }), 401, /^Bearer scope=/],
    ['a key in X-API-Key', (key) => ({ headers: { 'X-API-Key': key } }), 401, /^Bearer scope=/],
    ['a key without a scheme', (key) => ({ headers: { Authorization: key } }), 401, /^Bearer scope=/],
    [
      'a key by Basic',
      (key) => ({ headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` } }),
      401,
      /^Bearer scope=/,
    ],
    [
      'a key by DPoP',
      (key) => ({ headers: { Authorization: `DPoP ${key}`, DPoP: 'a.b.c' } }),
      401,
      /^Bearer error="invalid_token", error_description="An API key is presented by Bearer"/,
    ],
    [
      'a key with a space in it',
      (key) => ({ headers: { Authorization: `Bearer ${key.slice(0, 30)} ${key.slice(30)}` } }),
      400,
      /^Bearer error="invalid_request"/,
    ],
    [
      'a mistyped key',
      (key) => ({ headers: { Authorization: `Bearer ${key.slice(0, -1)}` } }),
      401,
      /^Bearer error="invalid_token", error_description="This is not an API key"/,
    ],
    [
      'the key of the docs',
      () => ({ headers: { Authorization: 'Bearer vcs_sk_live_50a5...' } }),
      401,
      /^Bearer error="invalid_token"/,
    ],
    [
      'a secret of another kind',
      (key) => ({ headers: { Authorization: `Bearer ${key.replace('_sk_', '_cs_')}` } }),
      401,
      /^Bearer error="invalid_token"/,
    ],
  ];
  it.each(rows)('%s', async (_what, request, status, challenge) => {
    const { secret: key } = await makeKey(server);
    const { access_token: token } = await obtainTokens(server);
    const { target = '/v1/projects', headers, body } = request(key, token);
    const before = upstream.seen.length;
    const length = { 'Content-Length': String(body?.length ?? 0) };
    const line = `${body === undefined ? 'GET' : 'POST'} ${target} HTTP/1.1`;
    const received = await raw(
      gateway.origin,
      `${head(line, { Host: 'api', Connection: 'close', ...length, ...headers })}${body ?? ''}`,
    );
    expect(statuses(received)).toEqual([status]);
    const said = /^www-authenticate: (.*)\r$/im.exec(received)?.[1] ?? '';
    expect(said).toMatch(challenge);
    expect(said).toContain(metadata);
    expect(received).not.toContain(key.slice(20));
    expect(upstream.seen.length).toBe(before);
    expect(gateway.logged()).not.toContain(key.slice(20));
  });

  it('too many unknown keys from one address, without a challenge', async () => {
    const flood = Array.from({ length: 300 }, () => formatApiKey('live', randomBytes(32)));
    const from = { 'x-forwarded-for': '203.0.113.99' };
    const answers = await Promise.all(flood.map((key) => call('/v1/projects', { ...bearer(key), ...from })));
    const limited = answers.filter(({ status }) => status === 429);
    // While they are answered, the address regains some.
    expect(limited.length).toBeGreaterThan(0);
    expect(limited.length).toBeLessThanOrEqual(200);
    expect([limited[0]?.headers.get('retry-after'), limited[0]?.headers.get('www-authenticate')]).toEqual(['30', null]);
    expect(await limited[0]?.json()).toMatchObject({ success: false, error: { code: 'RATE_LIMITED' } });
    const described = { 'x-original-method': 'GET', 'x-original-uri': '/v1/projects', ...from };
    const asked = await Promise.all(
      flood.map((key) => call('/forward-auth', { ...described, ...bearer(key) }, sample)),
    );
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([401, 503]));
  });
});

describe('at /forward-auth, a key', () => {
  const described = { 'x-original-method': 'GET', 'x-original-uri': '/v1/projects' };
  const identity = (response: Response) =>
    ['subject', 'client', 'scope', 'actor', 'key', 'environment'].map((name) => response.headers.get(`x-auth-${name}`));

  it('is allowed as its owner; all headers are always in the answer', async () => {
    const { key, secret: test } = await makeKey(server, { environment: 'test' });
    const allowed = await call('/forward-auth', { ...described, ...bearer(test) });
    expect([allowed.status, identity(allowed)]).toEqual([
      204,
      [server.person.id, '', 'projects:read', '', key.id, 'test'],
    ]);
    const refused = await call('/forward-auth', { ...described, ...bearer('vcs_sk_live_x') });
    expect([refused.status, identity(refused)]).toEqual([401, ['', '', '', '', '', '']]);
    const { access_token: token } = await obtainTokens(server);
    expect(identity(await call('/forward-auth', { ...described, ...bearer(token) })).slice(4)).toEqual(['', '']);
  });

  it('in the original address is refused', async () => {
    const { secret: live } = await makeKey(server);
    const uri = { ...described, 'x-original-uri': `/v1/projects?key=${live}` };
    expect((await call('/forward-auth', { ...uri, ...bearer(live) })).status).toBe(401);
  });

  it('is limited to its networks only by a header that the proxy is known to set', async () => {
    const { secret: limited } = await makeKey(server, { networks: ['203.0.113.0/24'] });
    const ask = async (forwarded: string | undefined, at: TestGateway) =>
      (
        await call(
          '/forward-auth',
          { ...described, ...bearer(limited), ...(forwarded && { 'x-forwarded-for': forwarded }) },
          at,
        )
      ).status;
    expect(await ask('203.0.113.7', sample)).toBe(204);
    expect(await ask('203.0.113.7, 198.51.100.1', sample)).toBe(401);
    expect(await ask(undefined, sample)).toBe(401);
    expect(await ask('unknown', sample)).toBe(401);
    // Nobody says who wrote it.
    expect(await ask('203.0.113.7', gateway)).toBe(401);
  });
});

describe('through the middlewares, a key', () => {
  let verifier: Verifier;
  const servers: Server[] = [];
  const origins: Record<string, string> = {};
  beforeAll(async () => {
    verifier = createVerifier({
      issuer: server.issuer,
      audience: apiResource,
      credentials: gatewayCredentials(),
      apiKeys: true,
    });
    await verifier.ready();
    const guard = createGuard({ verifier, origin: apiResource });
    const koa = new Koa({ proxy: true, maxIpsCount: 1 });
    koa.use(koaRequires(guard, 'projects:read'));
    koa.use((ctx) => {
      ctx.body = ctx.state.token;
    });
    const app = express().set('trust proxy', 1);
    app.get('/v1/projects', connectRequires(guard, 'projects:read'), (request, response) => {
      response.json(request.token);
    });
    const hono = new Hono();
    const list = protectedBy(guard, 'projects:read', (_request, token) => Response.json(token));
    hono.get('/v1/projects', (c) => list(c.req.raw, c.req.header('x-forwarded-for')));
    const plain = connectRequires(guard, 'projects:read');
    origins.koa = await listen(koa.callback());
    origins.express = await listen(app);
    origins.connect = await listen((request, response) =>
      plain(request, response, () => response.end(JSON.stringify(request.token))),
    );
    origins.hono = await listen(answerBy((request) => hono.fetch(request)));
  });
  afterAll(async () => {
    for (const one of servers) one.close();
    await verifier.close();
  });

  async function listen(listener: RequestListener): Promise<string> {
    const one = createServer(listener);
    servers.push(one);
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
  }

  it.each(['koa', 'express', 'connect', 'hono'])(
    'is known by its claims, and limited to its networks: %s',
    async (name) => {
      const ask = (key: string, forwarded?: string) =>
        fetch(`${origins[name]}/v1/projects`, {
          headers: { ...bearer(key), ...(forwarded && { 'x-forwarded-for': forwarded }) },
        });
      const { key, secret: live } = await makeKey(server);
      expect(await (await ask(live)).json()).toMatchObject({
        sub: server.person.id,
        key_id: key.id,
        environment: 'live',
      });
      const { secret: limited } = await makeKey(server, { networks: ['203.0.113.0/24', '127.0.0.0/8'] });
      const [inside, outside] = [
        (await ask(limited, '203.0.113.7')).status,
        (await ask(limited, '198.51.100.1')).status,
      ];
      // Plain connect knows the peer alone, which is this machine.
      expect([inside, outside]).toEqual(name === 'connect' ? [200, 200] : [200, 401]);
    },
  );
});

/** A Node listener for a fetch handler. */
function answerBy(handler: (request: Request) => Response | Promise<Response>) {
  return async ({ url = '/', headers }: IncomingMessage, response: ServerResponse) => {
    const answer = await handler(new Request(`http://localhost${url}`, { headers: headers as Record<string, string> }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  };
}
