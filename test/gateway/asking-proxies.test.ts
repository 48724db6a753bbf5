/**
 * Envoy and Traefik are not available here, so these tests play their parts, as their documentation and source code
 * describe: ext_authz with an HTTP service, and ForwardAuth. Addresses and sets of headers come from the files in
 * docs/gateway/; a setting in them that this file does not support is an error.
 */
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { obtainTokens, post } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { eventually, startTestGateway, type TestGateway } from './running-gateway.ts';
import { type Forge, forgeOf } from './tokens.ts';

const file = (name: string) =>
  parse(readFileSync(new URL(`../../docs/gateway/${name}`, import.meta.url), 'utf8')) as unknown;

type Headers = Record<string, string>;
interface Asked {
  method: string;
  path: string;
  headers: Headers;
}
/** What a proxy does with a call: passes it on to the API with these headers, or answers it. */
type Outcome = { passed: Headers } | { status: number; headers: Headers; body: string };

/** Sends exactly these headers. */
function send(origin: string, { method, path, headers }: Asked) {
  return new Promise<{ status: number; headers: Headers; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = httpRequest({ hostname, port, path, method, headers }, async (response: IncomingMessage) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers as Headers, body });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const lower = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const only = (headers: Headers, names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));

const matchers = z
  .strictObject({ patterns: z.array(z.strictObject({ exact: z.string().regex(/^[a-z-]+$/) })) })
  .transform(({ patterns }) => patterns.map(({ exact }) => exact));
const typeUrl = (name: string) => z.literal(`type.googleapis.com/envoy.extensions.filters.http.${name}`);
const envoyFile = z.strictObject({
  routes: z.tuple([
    z.strictObject({
      match: z.strictObject({ path_separated_prefix: z.string() }),
      route: z.strictObject({ cluster: z.literal('gateway') }),
      typed_per_filter_config: z.strictObject({
        'envoy.filters.http.ext_authz': z.strictObject({
          '@type': typeUrl('ext_authz.v3.ExtAuthzPerRoute'),
          disabled: z.literal(true),
        }),
      }),
    }),
    z.strictObject({
      match: z.strictObject({ prefix: z.literal('/v1/') }),
      route: z.strictObject({ cluster: z.literal('api') }),
    }),
  ]),
  http_filters: z.tuple([
    z.strictObject({
      name: z.literal('envoy.filters.http.ext_authz'),
      typed_config: z.strictObject({
        '@type': typeUrl('ext_authz.v3.ExtAuthz'),
        failure_mode_allow: z.literal(false),
        status_on_error: z.strictObject({ code: z.literal('ServiceUnavailable') }),
        http_service: z.strictObject({
          server_uri: z.strictObject({ uri: z.url(), cluster: z.string(), timeout: z.string().regex(/^\d+s$/) }),
          path_prefix: z.string(),
          authorization_request: z.strictObject({ allowed_headers: matchers }),
          authorization_response: z.strictObject({
            allowed_upstream_headers: matchers,
            allowed_client_headers: matchers,
          }),
        }),
      }),
    }),
    z.strictObject({
      name: z.literal('envoy.filters.http.header_mutation'),
      typed_config: z.strictObject({
        '@type': typeUrl('header_mutation.v3.HeaderMutation'),
        mutations: z.strictObject({ request_mutations: z.array(z.strictObject({ remove: z.string() })) }),
      }),
    }),
    z.strictObject({
      name: z.literal('envoy.filters.http.router'),
      typed_config: z.strictObject({ '@type': typeUrl('router.v3.Router') }),
    }),
  ]),
});

/** ext_authz, then header_mutation. */
async function throughEnvoy(origin: string, call: Asked): Promise<Outcome> {
  const [{ typed_config: authz }, { typed_config: mutation }] = envoyFile.parse(file('envoy.yaml')).http_filters;
  const { path_prefix: prefix, authorization_request: asks, authorization_response: answers } = authz.http_service;
  const headers = {
    // Envoy always sends Host, the method, the path behind the prefix, and a length of zero.
    host: 'api.vibecaas.com',
    'content-length': '0',
    'x-envoy-internal': 'true',
    'x-forwarded-for': '127.0.0.1',
    ...only(call.headers, ['authorization', ...asks.allowed_headers]),
  };
  const answer = await send(origin, { method: call.method, path: prefix + call.path, headers }).catch(() => undefined);
  if (!answer || answer.status >= 500) return { status: 503, headers: {}, body: '' };
  if (answer.status !== 200) {
    return { ...answer, headers: only(answer.headers, answers.allowed_client_headers) };
  }
  const passed = { ...call.headers, ...only(answer.headers, answers.allowed_upstream_headers) };
  for (const { remove } of mutation.mutations.request_mutations) delete passed[remove];
  return { passed };
}

const headersMiddleware = z.strictObject({
  headers: z.strictObject({ customRequestHeaders: z.record(z.string(), z.literal('')) }),
});
const forwardAuthMiddleware = z.strictObject({
  forwardAuth: z.strictObject({
    address: z.url(),
    trustForwardHeader: z.literal(false),
    authResponseHeaders: z.array(z.string()),
  }),
});
const service = z.strictObject({
  loadBalancer: z.strictObject({ servers: z.tuple([z.strictObject({ url: z.url() })]) }),
});
const traefikFile = z.strictObject({
  http: z.strictObject({
    routers: z.strictObject({
      metadata: z.strictObject({ rule: z.string(), service: z.literal('gateway') }),
      api: z.strictObject({ rule: z.string(), service: z.string(), middlewares: z.array(z.string()) }),
    }),
    middlewares: z.record(z.string(), z.union([headersMiddleware, forwardAuthMiddleware])),
    services: z.strictObject({ api: service, gateway: service }),
  }),
});

/** The middlewares of the router, in its order. */
async function throughTraefik(origin: string, call: Asked): Promise<Outcome> {
  const { routers, middlewares } = traefikFile.parse(file('traefik.yml')).http;
  const passed = { ...call.headers };
  for (const name of routers.api.middlewares) {
    const middleware = middlewares[name];
    if (!middleware) throw new Error(`no middleware ${name}`);
    if ('headers' in middleware) {
      for (const gone of Object.keys(middleware.headers.customRequestHeaders)) delete passed[gone.toLowerCase()];
      continue;
    }
    const { address, authResponseHeaders } = middleware.forwardAuth;
    const described = {
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-method': call.method,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'api.vibecaas.com',
      'x-forwarded-uri': call.path,
    };
    const { pathname, search, host } = new URL(address);
    const headers = { ...passed, ...described, host, 'accept-encoding': 'gzip' };
    const answer = await send(origin, { method: 'GET', path: pathname + search, headers }).catch(() => undefined);
    if (!answer) return { status: 500, headers: {}, body: '' };
    if (answer.status < 200 || answer.status > 299) return answer;
    for (const one of authResponseHeaders.map((header) => header.toLowerCase())) {
      delete passed[one];
      if (answer.headers[one] !== undefined) passed[one] = answer.headers[one];
    }
  }
  return { passed };
}

let server: TestServer;
let forge: Forge;
let gateway: TestGateway;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  gateway = await startTestGateway(server);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

/** Some servers read an underscore as a hyphen. Envoy can be told to refuse such names; Traefik lets them pass. */
const misspelt = Object.fromEntries(
  ['Subject', 'Client', 'Scope', 'Key', 'Environment', 'Projects', 'Signature'].flatMap((name) =>
    [`X_Auth_${name}`, `X_Auth-${name}`, `X-Auth_${name}`].map((one) => [one, 'admin']),
  ),
);

it.each([
  ['Envoy', () => envoyFile.parse(file('envoy.yaml')).routes[0].match.path_separated_prefix],
  [
    'Traefik',
    () => /&& PathPrefix\(`(.*)`\)$/.exec(traefikFile.parse(file('traefik.yml')).http.routers.metadata.rule)?.[1],
  ],
])('%s gives the document that challenges name to the gateway, without asking it first', async (_name, prefix) => {
  const { headers } = await fetch(`${gateway.origin}/v1/projects`);
  const [, named = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? [];
  expect(new URL(named).pathname).toBe(prefix());
  expect((await fetch(`${gateway.origin}${prefix()}`)).status).toBe(200);
});

describe.each([
  ['Envoy', throughEnvoy],
  ['Traefik', throughTraefik],
])('%s', (name, through) => {
  const call = (method: string, path: string, headers: Headers) =>
    through(gateway.origin, { method, path, headers: lower(headers) });
  const authorized = (token: string) => ({ authorization: `Bearer ${token}` });

  it('lets a call through with the identity of its caller, and without what callers claim', async () => {
    const outcome = await call('POST', '/v1/projects?a=%2F&scope=none', {
      ...authorized(await forge.token({ scope: 'projects:write' })),
      DPoP: 'x',
      'X-Auth-Subject': 'admin',
      'X-Auth-Client': 'admin',
      'X-Auth-Scope': 'admin',
      'X-Auth-Actor': 'admin',
      'X-Auth-Key': 'admin',
      'X-Auth-Environment': 'admin',
      'X-Auth-Projects': 'admin',
      'X-Auth-Signature': 'admin',
      'X-HTTP-Method': 'DELETE',
      'X-HTTP-Method-Override': 'DELETE',
      'X-Method-Override': 'DELETE',
      'X-Original-URL': '/v1/admin',
      'X-Rewrite-URL': '/v1/admin',
      Forwarded: 'for=admin',
      Proxy: 'http://admin',
      'X-Real-IP': 'admin',
      'X-Client-IP': 'admin',
      'True-Client-IP': 'admin',
      ...(name === 'Traefik' && misspelt),
      'X-Custom': 'kept',
    });
    expect(outcome).toEqual({
      passed: {
        'x-auth-subject': server.person.id,
        'x-auth-client': 'spa',
        'x-auth-scope': 'projects:write',
        'x-auth-actor': '',
        'x-auth-key': '',
        'x-auth-environment': '',
        'x-auth-projects': '*',
        'x-custom': 'kept',
      },
    });
  });

  it('refuses with 401 and 403, a challenge and the envelope', async () => {
    const none = await call('GET', '/v1/projects', {});
    expect(none).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer scope="projects:read", resource_metadata=/) },
      body: expect.stringContaining('"code":"UNAUTHORIZED"'),
    });
    const little = await call('DELETE', '/v1/projects/p1', authorized(await forge.token()));
    expect(little).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringMatching(/insufficient_scope.*scope="projects:write"/) },
      body: expect.stringContaining('"code":"FORBIDDEN"'),
    });
  });

  it.each(['/v1/x/../projects', '/v1//projects', '/v1/projects%2fp1', '/v1/unknown', '/elsewhere'])(
    'lets %s not through',
    async (path) => {
      expect(await call('GET', path, authorized(await forge.token()))).toMatchObject({ status: 403 });
    },
  );

  it('is not misled by a caller that describes another call', async () => {
    const token = authorized(await forge.token());
    const descriptions: Headers[] = [
      { 'x-original-uri': '/v1/projects', 'x-original-method': 'GET' },
      { 'x-forwarded-uri': '/v1/projects', 'x-forwarded-method': 'GET' },
    ];
    for (const lies of descriptions) {
      expect(await call('DELETE', '/v1/projects/p1', { ...token, ...lies })).toMatchObject({ status: 403 });
    }
  });

  it('soon refuses a revoked token', async () => {
    const { access_token: token } = await obtainTokens(server);
    const state = () => call('GET', '/v1/projects', authorized(token));
    expect(await state()).toHaveProperty('passed');
    await post(server, '/oauth/revoke', { token });
    expect(await eventually(async () => ((await state()) as { status?: number }).status === 401)).toBe(true);
  });

  it('lets nobody through without the gateway', async () => {
    const headers = lower(authorized(await forge.token()));
    const outcome = await through('http://127.0.0.1:9', { method: 'GET', path: '/v1/projects', headers });
    expect(outcome).toMatchObject({ status: name === 'Envoy' ? 503 : 500 });
  });
});
