/**
 * A route that demands a strong or recent sign-in (RFC 9470): the same challenge from every middleware, from the reference
 * gateway, and at `/forward-auth`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireScopes as connectRequires } from '../../src/gateway/connect.ts';
import type { TokenError } from '../../src/gateway/errors.ts';
import { protectedBy } from '../../src/gateway/fetch.ts';
import { createGuard, type Guard } from '../../src/gateway/guard.ts';
import { requireScopes as koaRequires } from '../../src/gateway/koa.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { acrValues } from '../../src/policy/assurance.ts';
import { newProofKey } from '../support/dpop.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { bearer, standingClocks, startTestGateway, type TestGateway } from './running-gateway.ts';
import { type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

const [one, two] = acrValues;
const required = { acr: two, maxAgeSeconds: 300 } as const;
const metadata = 'resource_metadata="https://api.vibecaas.com/.well-known/oauth-protected-resource"';

let server: TestServer;
let forge: Forge;
let verifier: Verifier;
let gateway: TestGateway;
const origins: Record<string, string> = {};
const servers: Server[] = [];

beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  const credentials = gatewayCredentials();
  verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials }, standingClocks());
  await verifier.ready();
  const guard = createGuard({ verifier, origin: apiResource });
  origins.koa = await listen(koa(guard));
  origins.connect = await listen(connect(guard));
  origins.fetch = await listen(fetching(guard));
  gateway = await startTestGateway(server, { GATEWAY_ORIGIN: apiResource });
});
afterAll(async () => {
  for (const listening of servers) listening.close();
  await gateway.stop();
  await verifier.close();
  await server.stop();
});

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const listening = createServer(listener);
  servers.push(listening);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function koa(guard: Guard) {
  const app = new Koa();
  app.use(koaRequires(guard, 'projects:read', required));
  app.use((ctx) => {
    ctx.body = { sub: ctx.state.token.sub };
  });
  return app.callback();
}

function connect(guard: Guard) {
  const check = connectRequires(guard, 'projects:read', required);
  return (request: IncomingMessage, response: ServerResponse) =>
    check(request, response, () => response.end(JSON.stringify({ sub: request.token?.sub })));
}

function fetching(guard: Guard) {
  const handle = protectedBy(guard, 'projects:read', (_request, { sub }) => Response.json({ sub }), required);
  return async (request: IncomingMessage, response: ServerResponse) => {
    const headers = { authorization: request.headers.authorization as string };
    const answer = await handle(new Request(new URL(request.url as string, 'http://api'), { headers }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  };
}

const now = () => Math.floor(Date.now() / 1000);
type Claims = Record<string, unknown>;
const strong = (more: Claims = {}): Claims => ({ acr: two, auth_time: now(), ...more });

const insufficient: [what: string, claims: () => Claims, said: string][] = [
  ['with one factor', () => strong({ acr: one }), 'A stronger sign-in is required'],
  ['of a level that does not exist', () => strong({ acr: 'urn:vibecaas:acr:9' }), 'A stronger sign-in is required'],
  ['that is too old', () => strong({ auth_time: now() - 400 }), 'A more recent sign-in is required'],
  ['from before tokens told of their sign-in', () => ({}), 'A stronger and more recent sign-in is required'],
  [
    'of an app for itself',
    () => ({ sub: 'service', client_id: 'service', gid: undefined }),
    'A stronger and more recent sign-in is required',
  ],
];

describe.each(['koa', 'connect', 'fetch'])('%s', (kind) => {
  const call = async (claims: Claims) => {
    const response = await fetch(`${origins[kind]}/v1/projects`, { headers: bearer(await forge.token(claims)) });
    const { status, headers } = response;
    return { status, challenge: headers.get('www-authenticate'), body: await response.json() };
  };

  it('lets a token of a strong and recent sign-in in', async () => {
    expect(await call(strong())).toMatchObject({ status: 200, body: { sub: server.person.id } });
  });

  it.each(insufficient)('challenges the token of a sign-in %s', async (_what, claims, said) => {
    expect(await call(claims())).toEqual({
      status: 401,
      challenge:
        `Bearer error="insufficient_user_authentication", error_description="${said}", ` +
        `acr_values="${two}", max_age="300", scope="projects:read", ${metadata}`,
      body: {
        success: false,
        error: { code: 'UNAUTHORIZED', message: said },
        meta: { request_id: expect.any(String), timestamp: expect.any(String) },
      },
    });
  });

  it('names a missing scope first, because no sign-in would help', async () => {
    const { status, challenge } = await call({ scope: 'ai:generate', acr: one });
    expect([status, challenge]).toEqual([403, expect.stringContaining('error="insufficient_scope"')]);
  });
});

const guardOf = () => createGuard({ verifier, origin: apiResource });

it.each([koaRequires, connectRequires])('%o takes no requirement that no sign-in could meet', (requires) => {
  const guard = createGuard({ verifier, origin: apiResource });
  expect(() => requires(guard, 'projects:read', { acr: 'silver' as never })).toThrow(TypeError);
  expect(() => requires(guard, 'projects:read', { maxAgeSeconds: 0 })).toThrow(TypeError);
  // From a setting that is not set.
  for (const empty of [{ acr: undefined }, { maxAgeSeconds: undefined }, { acr: two, maxAgeSeconds: undefined }]) {
    expect(() => requires(guard, 'projects:read', empty)).toThrow(/: has no value/);
    expect(() => protectedBy(guard, 'a', () => new Response(), empty)).toThrow(TypeError);
  }
  expect(() => protectedBy(guard, 'a', () => new Response(), { maxAgeSeconds: -1 })).toThrow(TypeError);
});

describe.each<[string, (scopes: unknown, required?: unknown) => unknown]>([
  ['koa', (scopes, required) => koaRequires(guardOf(), scopes as string, required as never)],
  ['connect', (scopes, required) => connectRequires(guardOf(), scopes as string, required as never)],
  ['fetch', (scopes, required) => protectedBy(guardOf(), scopes as string, () => new Response(), required as never)],
])('a route of %s', (name, protect) => {
  // Plain JavaScript has no types that would refuse these, and each would demand less than it seems to.
  it.each<[string, unknown, unknown?]>([
    ['the scope of a setting that is not set', undefined],
    ['an empty scope', ''],
    ['a list with a scope that is not set', ['projects:read', undefined]],
    ['a list with an empty scope', ['projects:read', ' ']],
    ['a scope that is no text', 7],
    ['a second scope in place of the requirements', 'projects:read', 'projects:write'],
    ['a list of scopes in place of the requirements', 'projects:read', ['projects:write']],
    ['a requirement that nobody knows', 'projects:read', { maxAge: 300 }],
    ['a mistyped one beside a right one', 'projects:read', { acr: two, max_age: 300 }],
    ['requirements that are null', 'projects:read', null],
    ['a text for yes', 'projects:read', { filtered: 'off' }],
    ['the wrong kind of project', 'projects:read', { project: true }],
  ])('is not set up with %s', (_what, scopes, required) => {
    expect(() => protect(scopes, required)).toThrow(TypeError);
  });

  it('is set up for any valid token with an empty list, and with each requirement', () => {
    const project = name === 'fetch' ? () => 'proj_1' : 'id';
    for (const required of [{}, { acr: two, maxAgeSeconds: 300 }, { filtered: true }, { project }]) {
      expect(protect([], required)).toBeTypeOf('function');
      expect(protect('projects:read projects:write', required)).toBeTypeOf('function');
    }
  });
});

describe('the verifier', () => {
  const said = (token: string, options: object) =>
    verifier.verify(token, options).then(
      () => 'valid',
      (error: TokenError) => [error.status, error.challenge],
    );

  it('says how the person must sign in, without a guard', async () => {
    const token = await forge.token({ acr: one, auth_time: now() });
    expect(await said(token, {})).toBe('valid');
    expect(await said(token, { acr: one })).toBe('valid');
    expect(await said(token, { acr: two })).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", error_description="A stronger sign-in is required", ' +
        `acr_values="${two}"`,
    ]);
  });

  it('judges a remembered token anew for each call', async () => {
    const token = await forge.token(strong({ auth_time: now() - 600 }));
    expect(await said(token, { maxAgeSeconds: 3600 })).toBe('valid');
    expect(verifier.recall(token, { maxAgeSeconds: 3600 })).toBeDefined();
    expect(() => verifier.recall(token, { maxAgeSeconds: 60 })).toThrow('A more recent sign-in is required');
    expect(await said(token, { maxAgeSeconds: 60 })).toEqual([401, expect.stringContaining('max_age="60"')]);
  });

  it('does not take a level that somebody else has signed', async () => {
    const token = await forge.token(strong());
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...strong(), iss: server.issuer })).toString('base64url');
    expect(await said(`${head}.${forged}.${signature}`, { acr: two })).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
  });
});

describe('the reference gateway', () => {
  const target = '/v1/projects/proj_123abc/transfer';
  const transfer = async (claims: object, headers: object = {}) => {
    const token = await forge.token({ scope: 'projects:write', ...claims });
    const response = await fetch(`${gateway.origin}${target}`, {
      method: 'POST',
      headers: { ...bearer(token), ...headers },
    });
    return [response.status, response.headers.get('www-authenticate')];
  };

  it('demands a second step for the transfer of a project, and for nothing else of the scope', async () => {
    expect(await transfer(strong())).toEqual([200, null]);
    expect(await transfer(strong({ acr: one }))).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", error_description="A stronger sign-in is required", ' +
        `acr_values="${two}", max_age="3600", scope="projects:write", ${metadata}`,
    ]);
    expect(await transfer(strong({ auth_time: now() - 4_000 }))).toEqual([
      401,
      expect.stringContaining('description="A more recent sign-in is required"'),
    ]);
    const token = await forge.token({ scope: 'projects:write' });
    const copy = { method: 'POST', headers: bearer(token) };
    expect((await fetch(`${gateway.origin}/v1/projects/proj_123abc/duplicate`, copy)).status).toBe(200);
  });

  it('lets a script of any origin read the challenge', async () => {
    const token = await forge.token({ scope: 'projects:write' });
    const headers = { ...bearer(token), origin: 'https://app.example' };
    const response = await fetch(`${gateway.origin}${target}`, { method: 'POST', headers });
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });

  it('challenges a bound token by its own scheme, and uses no proof up', async () => {
    const dpop = await newProofKey();
    const url = `${apiResource}${target}`;
    const bound = (claims: object) =>
      forge.token({ scope: 'projects:write', cnf: { jkt: dpop.thumbprint }, ...claims });
    const [weak, good] = [await bound(strong({ acr: one })), await bound(strong())];
    const send = async (token: string, proof: string) => {
      const headers = { authorization: `DPoP ${token}`, dpop: proof };
      const response = await fetch(`${gateway.origin}${target}`, { method: 'POST', headers });
      return [response.status, response.headers.get('www-authenticate')];
    };
    const proof = await dpop.proof('POST', url, { token: weak });
    const challenged = [401, expect.stringMatching(/^DPoP error="insufficient_user_authentication", .*acr_values=/)];
    expect(await send(weak, proof)).toEqual(challenged);
    expect(await send(weak, proof)).toEqual(challenged);
    expect(await send(good, await dpop.proof('POST', url, { token: good }))).toEqual([200, null]);
  });
});

describe('/forward-auth', () => {
  const ask = async (query: string, claims: object, original?: [method: string, target: string]) => {
    const headers = {
      ...bearer(await forge.token({ scope: 'projects:read projects:write', ...claims })),
      ...(original && { 'x-original-method': original[0], 'x-original-uri': original[1] }),
    };
    const response = await fetch(`${gateway.origin}/forward-auth${query}`, { headers });
    const challenge = response.headers.get('www-authenticate') ?? '';
    return [response.status, /acr_values=".*?"/.exec(challenge)?.[0], /max_age=".*?"/.exec(challenge)?.[0]];
  };
  const weak = () => strong({ acr: one });
  const transfer: [string, string] = ['POST', '/v1/projects/p1/transfer'];
  const list: [string, string] = ['GET', '/v1/projects'];

  it('takes the requirements of the proxy’s configuration', async () => {
    const query = `?scope=projects:read&acr=${two}&max_age=60`;
    expect(await ask(query, strong())).toEqual([204, undefined, undefined]);
    expect(await ask(query, weak())).toEqual([401, `acr_values="${two}"`, 'max_age="60"']);
    expect(await ask(query, strong({ auth_time: now() - 100 }), list)).toEqual([
      401,
      `acr_values="${two}"`,
      'max_age="60"',
    ]);
  });

  it('takes those of the route table, and of both the stricter ones', async () => {
    expect(await ask('', weak(), list)).toEqual([204, undefined, undefined]);
    expect(await ask('', weak(), transfer)).toEqual([401, `acr_values="${two}"`, 'max_age="3600"']);
    expect(await ask(`?acr=${one}&max_age=60`, weak(), transfer)).toEqual([401, `acr_values="${two}"`, 'max_age="60"']);
    expect(await ask('?max_age=90000', weak(), transfer)).toEqual([401, `acr_values="${two}"`, 'max_age="3600"']);
    expect(await ask(`?scope=projects:read&acr=${one}&acr=${two}`, weak())).toEqual([
      401,
      `acr_values="${two}"`,
      undefined,
    ]);
  });

  it('leaves it to the route table if the scope is empty, as in the configuration for nginx', async () => {
    expect(await ask('?scope=', weak(), list)).toEqual([204, undefined, undefined]);
    expect(await ask('?scope=', weak(), transfer)).toEqual([401, `acr_values="${two}"`, 'max_age="3600"']);
  });

  it('says in the log what cannot be meant, once a minute', async () => {
    await ask('?scope=projects:read&max_age=', strong());
    await ask('?scope=projects:read&acr=', strong());
    const lines = gateway
      .logged()
      .split('\n')
      .filter((line) => line.includes('must not be empty'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        msg: 'calls are refused: the query of the proxy’s /forward-auth cannot be meant',
        problem: 'acr and max_age: must not be empty',
        requestId: expect.stringMatching(/^req_/),
      },
    ]);
  });

  it.each([
    'acr=',
    'acr',
    'max_age=',
    `acr=${two}&max_age=`,
    `acr=&acr=${two}`,
    `acr_values=${two}`,
    'max-age=60',
    'acr=silver',
    'acr=urn:vibecaas:acr:3',
    'max_age=0',
    'max_age=-1',
    'max_age=1e3',
    'max_age=soon',
    'max_age=5.5',
  ])('lets nobody pass if the configuration says %s', async (parameter) => {
    expect((await ask(`?scope=projects:read&${parameter}`, strong()))[0]).toBe(403);
  });

  it('ignores what the caller of a call behind Envoy writes into its query', async () => {
    const token = await forge.token({ scope: 'projects:write', ...weak() });
    const response = await fetch(`${gateway.origin}/forward-auth${transfer[1]}?acr=${one}&max_age=99999`, {
      method: 'POST',
      headers: bearer(token),
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining(`acr_values="${two}", max_age="3600"`),
    ]);
  });
});
