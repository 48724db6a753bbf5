/** The middlewares over real HTTP: the same answers from Koa, from a plain connect server, and from a fetch handler. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { requireScopes as connectRequires, serveMetadata as connectServes } from '../../src/gateway/connect.ts';
import { metadataOf, protectedBy } from '../../src/gateway/fetch.ts';
import { createGuard, type Guard } from '../../src/gateway/guard.ts';
import { requireScopes as koaRequires, serveMetadata as koaServes } from '../../src/gateway/koa.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { makeKey } from '../support/api-keys.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { eventually, head, raw } from './running-gateway.ts';
import { type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

let server: TestServer;
let verifier: Verifier;
let forge: Forge;
const origins: Record<string, string> = {};
const servers: Server[] = [];
/** What the guard logged. */
const refused: { said: string; requestId: string }[] = [];
const scopes = ['projects:read', 'analytics:read'];
const scope = 'projects:read analytics:read';
const metadata = 'https://api.vibecaas.com/.well-known/oauth-protected-resource';
const about = `scope="${scope}", resource_metadata="${metadata}"`;

beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  verifier = createVerifier({
    issuer: server.issuer,
    audience: apiResource,
    credentials: gatewayCredentials(),
    clockToleranceSeconds: 0,
  });
  await verifier.ready();
  const guard = createGuard({
    verifier,
    origin: apiResource,
    onRefusal: ({ description }, { requestId }) => refused.push({ said: description, requestId }),
  });
  origins.koa = await listen(koa(guard));
  origins.connect = await listen(connect(guard));
  origins.fetch = await listen(fetching(guard));
});
afterAll(async () => {
  for (const one of servers) one.close();
  await verifier.close();
  await server.stop();
});

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const one = createServer(listener);
  servers.push(one);
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

function koa(guard: Guard, options: { proxy?: boolean } = {}) {
  const app = new Koa(options);
  app.use(koaServes(guard));
  app.use((ctx, next) => {
    if (ctx.get('x-named')) ctx.set('X-Request-Id', ctx.get('x-named'));
    return next();
  });
  app.use(koaRequires(guard, scopes));
  app.use((ctx) => {
    ctx.body = { sub: ctx.state.token.sub };
  });
  return app.callback();
}

function connect(guard: Guard) {
  const serve = connectServes(guard);
  const check = connectRequires(guard, scopes);
  return (request: IncomingMessage, response: ServerResponse) =>
    serve(request, response, () => {
      const named = request.headers['x-named'];
      if (named) response.setHeader('X-Request-Id', named);
      check(request, response, (error) =>
        response.end(JSON.stringify(error ? { error } : { sub: request.token?.sub })),
      );
    });
}

/** Express with `trust proxy` gives its requests this `ip`. */
function express(guard: Guard) {
  const handle = connect(guard);
  return (request: IncomingMessage, response: ServerResponse) =>
    handle(Object.assign(request, { ip: request.headers['x-forwarded-for'] }), response);
}

/** Passes requests on as the adapter of a framework such as Hono does. */
function fetching(guard: Guard) {
  const metadata = metadataOf(guard);
  const handle = protectedBy(guard, scopes, (_request, { sub }) => Response.json({ sub }));
  return async (request: IncomingMessage, response: ServerResponse) => {
    const headers = new Headers();
    const { rawHeaders } = request;
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    const url = new URL(request.url as string, `http://${request.headers.host}`);
    const asked = new Request(url, { method: request.method ?? 'GET', headers });
    const answer = metadata(asked) ?? (await handle(asked));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  };
}

interface Answer {
  status: number;
  challenge: string | undefined;
  retryAfter: string | undefined;
  id: string | undefined;
  body: Record<string, never>;
}

async function call(origin: string, headers: Record<string, string | string[]>, target = '/v1/projects') {
  const text = await raw(origin, head(`GET ${target} HTTP/1.1`, { Host: 'api', Connection: 'close', ...headers }));
  const [top = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const json = /\{.*\}/s.exec(body)?.[0] ?? '{}';
  return {
    status: Number(top.split(' ')[1]),
    challenge: /^www-authenticate: (.*)$/im.exec(top)?.[1],
    retryAfter: /^retry-after: (.*)$/im.exec(top)?.[1],
    id: /^x-request-id: (.*)$/im.exec(top)?.[1],
    body: JSON.parse(json),
  } as Answer;
}

describe.each(['koa', 'connect', 'fetch'])('%s', (kind) => {
  const good = () => forge.token({ scope });
  const ask = (headers: Record<string, string | string[]>, target?: string) =>
    call(origins[kind] as string, headers, target);

  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer   '])('lets a good token in as %j', async (scheme) => {
    const { status, body } = await ask({ Authorization: `${scheme} ${await good()}` });
    expect([status, body]).toEqual([200, { sub: server.person.id }]);
  });

  const none = `Bearer ${about}, DPoP algs="ES256 EdDSA Ed25519"`;
  const wrong = (error: string, description: string) =>
    `Bearer error="${error}", error_description="${description}", ${about}`;
  const form = wrong('invalid_request', 'The Authorization header must be: Bearer, then one token');
  const seconds = () => Math.floor(Date.now() / 1000);
  const cases: [
    what: string,
    make: () => Promise<Record<string, string | string[]>>,
    status: number,
    challenge: string,
  ][] = [
    ['no token', async () => ({}), 401, none],
    ['another scheme', async () => ({ Authorization: 'Basic dTpw' }), 401, none],
    ['a bare token', async () => ({ Authorization: await good() }), 401, none],
    ['an empty header', async () => ({ Authorization: '' }), 401, none],
    ['a scheme alone', async () => ({ Authorization: 'Bearer' }), 400, form],
    ['two tokens in one header', async () => ({ Authorization: `Bearer ${await good()} ${await good()}` }), 400, form],
    [
      'two headers',
      async () => ({ Authorization: [`Bearer ${await good()}`, `Bearer ${await good()}`] }),
      400,
      wrong('invalid_request', 'There must be one Authorization header'),
    ],
    [
      '10 KB',
      async () => ({ Authorization: `Bearer ${'x'.repeat(10_000)}` }),
      401,
      wrong('invalid_token', 'The access token is too long'),
    ],
    [
      'too little scope',
      async () => ({ Authorization: `Bearer ${await forge.token({ scope: 'projects:read' })}` }),
      403,
      wrong('insufficient_scope', 'The access token lacks analytics:read'),
    ],
    [
      'an expired token',
      async () => ({ Authorization: `Bearer ${await forge.token({ scope, exp: seconds() - 1 })}` }),
      401,
      wrong('invalid_token', 'The access token has expired'),
    ],
    [
      'a token for the admin API',
      async () => ({ Authorization: `Bearer ${await forge.token({ scope, aud: `${server.issuer}/admin` })}` }),
      401,
      wrong('invalid_token', 'The access token is for another resource'),
    ],
    [
      'an ID token',
      async () => ({ Authorization: `Bearer ${(await obtainTokens(server, { scope: 'openid' })).id_token}` }),
      401,
      wrong('invalid_token', 'This is not an access token'),
    ],
    [
      'a Bearer token as DPoP',
      async () => ({ Authorization: `DPoP ${await good()}`, DPoP: 'x' }),
      401,
      `DPoP error="invalid_token", error_description="The access token is not bound to a key", ${about}, algs="ES256 EdDSA Ed25519"`,
    ],
    [
      'a bound token as Bearer',
      async () => ({ Authorization: `Bearer ${await forge.token({ scope, cnf: { jkt: 'x' } })}` }),
      401,
      `DPoP error="invalid_token", error_description="The access token is bound to a key: present it by DPoP", ${about}, algs="ES256 EdDSA Ed25519"`,
    ],
  ];
  const codes: Record<number, string> = { 400: 'VALIDATION_ERROR', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN' };

  it.each(cases)('refuses %s', async (_what, make, status, challenge) => {
    const answer = await ask(await make());
    expect([answer.status, answer.challenge]).toEqual([status, challenge]);
    expect(answer.body).toEqual({
      success: false,
      error: { code: codes[status], message: expect.any(String) },
      meta: { request_id: expect.stringMatching(/^req_/), timestamp: expect.any(String) },
    });
  });

  it('names a refusal in its header, its body and the log by one id', async () => {
    const { id, body } = await ask({ Authorization: 'Bearer garbage' });
    expect(id).toMatch(/^req_/);
    expect(body).toMatchObject({ error: { message: refused.at(-1)?.said }, meta: { request_id: id } });
    expect(refused.at(-1)?.requestId).toBe(id);
  });

  it.skipIf(kind === 'fetch')('keeps the id that the API has given to the answer before', async () => {
    const { id, body } = await ask({ 'X-Named': 'from-the-api' });
    expect([id, refused.at(-1)?.requestId]).toEqual(['from-the-api', 'from-the-api']);
    expect(body).toMatchObject({ meta: { request_id: 'from-the-api' } });
  });

  it('serves the document that its challenges name, to apps in browsers too', async () => {
    const { challenge = '' } = await ask({});
    const named = new URL(/resource_metadata="([^"]+)"/.exec(challenge)?.[1] as string);
    for (const query of ['', '?a=b']) {
      const response = await fetch(`${origins[kind]}${named.pathname}${query}`, {
        headers: { origin: 'https://app.example' },
      });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await response.json()).toMatchObject({ resource: apiResource, authorization_servers: [server.issuer] });
    }
  });

  it('answers HEAD and a browser’s preflight there, and leaves the rest to the API', async () => {
    const at = (method: string, path: string) =>
      fetch(`${origins[kind]}/.well-known/${path}`, {
        method,
        headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
      });
    const top = await at('HEAD', 'oauth-protected-resource');
    expect([top.status, await top.text()]).toEqual([200, '']);
    const preflight = await at('OPTIONS', 'oauth-protected-resource');
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, '*']);
    expect((await at('POST', 'oauth-protected-resource')).status).toBe(401);
    expect((await at('GET', 'oauth-protected-resourceful')).status).toBe(401);
    expect((await at('GET', 'oauth-protected-resource/v1')).status).toBe(401);
  });

  it('takes no token from the query, and none in both places', async () => {
    const token = await good();
    expect(await ask({}, `/v1/projects?access_token=${token}`)).toMatchObject({ status: 401, challenge: none });
    const both = await ask({ Authorization: `Bearer ${token}` }, `/v1/projects?a=b&access_token=${token}`);
    expect(both).toMatchObject({ status: 400, challenge: expect.stringContaining('error="invalid_request"') });
  });

  it('takes no token from the body', async () => {
    const response = await fetch(`${origins[kind]}/v1/projects`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: await good() }),
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, none]);
  });

  it('soon refuses a revoked token', async () => {
    const { access_token: token } = await obtainTokens(server, { scope });
    const state = async () => (await ask({ Authorization: `Bearer ${token}` })).status;
    expect(await state()).toBe(200);
    await post(server, '/oauth/revoke', { token });
    expect(await eventually(async () => (await state()) === 401)).toBe(true);
  });
});

describe('a guard', () => {
  it('takes no address with a slash at its end', () => {
    expect(() => createGuard({ verifier, origin: 'https://api.vibecaas.com/' })).toThrow(TypeError);
  });

  it.each([
    ['https://api.example', 'https://api.example', '/.well-known/oauth-protected-resource'],
    ['https://api.example/v2', 'https://api.example', '/.well-known/oauth-protected-resource/v2'],
    ['https://api.example/v2', 'https://api.example/v2', '/.well-known/oauth-protected-resource/v2'],
  ])('for the resource %s at %s names %s, between host and path', async (audience, origin, path) => {
    const named = createGuard({ verifier: { ...verifier, issuer: server.issuer, audience }, origin });
    expect(named.resourceMetadata).toBe(`https://api.example${path}`);
    expect(named.describe('GET', `${path}?a=b`)?.body).toContain(`"resource":"${audience}"`);
    expect(named.describe('GET', '/.well-known/oauth-protected-resource/v3')).toBeUndefined();
  });

  it('serves the document where it was told that challenges lead', () => {
    const resourceMetadata = 'https://api.example/about';
    const { describe } = createGuard({ verifier, origin: apiResource, resourceMetadata });
    expect(describe('GET', '/about')?.status).toBe(200);
    expect(describe('GET', '/.well-known/oauth-protected-resource')).toBeUndefined();
  });

  it('leaves a call alone that the API has answered before the refusal was there, as its timeouts do', async () => {
    const slow = createGuard({ verifier, origin: apiResource });
    const checked = Promise.withResolvers<void>();
    const check: Guard['check'] = async (...asked) => {
      await checked.promise;
      return slow.check(...asked);
    };
    const middleware = connectRequires({ ...slow, check }, scopes);
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const origin = await listen((request, response) => {
      middleware(request, response, () => {});
      response.writeHead(503).end('too late');
    });
    expect((await call(origin, {})).status).toBe(503);
    checked.resolve();
    await sleep(20);
    expect(unhandled).toEqual([]);
  });

  it('says of what cannot be known that it is no fault of the token', async () => {
    const deaf = createVerifier({
      issuer: server.issuer,
      audience: apiResource,
      credentials: gatewayCredentials(),
      endpoints: { revocations: 'http://127.0.0.1:9/', introspection: 'http://127.0.0.1:9/' },
    });
    const origin = await listen(connect(createGuard({ verifier: deaf, origin: apiResource })));
    const answer = await call(origin, { Authorization: `Bearer ${await forge.token({ scope })}` });
    await deaf.close();
    const body = { error: { code: 'SERVER_ERROR' } };
    expect(answer).toMatchObject({ status: 503, challenge: undefined, retryAfter: '5', body });
  });
});

describe.each(['koa', 'express'])('behind a proxy that names the port of the caller, %s', (kind) => {
  it.each([
    ['203.0.113.78:4711', 200],
    ['[2001:db8::7]:4711', 200],
    ['198.51.100.1:4711', 401],
    // The address of the socket counts then, which is in none of the key's networks.
    ['unknown', 401],
  ])('checks the networks of an API key by the address of %s', async (forwarded, status) => {
    const keys = createVerifier({
      issuer: server.issuer,
      audience: apiResource,
      credentials: gatewayCredentials(),
      apiKeys: true,
    });
    onTestFinished(() => keys.close());
    await keys.ready();
    const guard = createGuard({ verifier: keys, origin: apiResource });
    const { secret } = await makeKey(server, { scope: scopes, networks: ['203.0.113.0/24', '2001:db8::/32'] });
    const origin = await listen(kind === 'koa' ? koa(guard, { proxy: true }) : express(guard));
    const answer = await call(origin, { Authorization: `Bearer ${secret}`, 'X-Forwarded-For': forwarded });
    expect(answer.status).toBe(status);
  });
});
