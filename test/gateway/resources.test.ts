/** Several resources behind one gateway, such as an API and an MCP server: each has its metadata, its tokens and its upstream. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGatewayConfig } from '../../src/config/gateway.ts';
import { updateAccountFields } from '../../src/operations/account-update.ts';
import { updateClient } from '../../src/operations/clients.ts';
import { newProofKey } from '../support/dpop.ts';
import { introspect, obtainTokens } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import {
  head,
  raw,
  startTestGateway,
  startUpstream,
  statuses,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { forgeOf } from './tokens.ts';

const mcp = `${apiResource}/mcp`;
let server: TestServer;
let gateway: TestGateway;
let upstream: TestUpstream;
let strict: TestUpstream;
let events: TestUpstream;
let tokens: { mcp: string; api: string };
beforeAll(async () => {
  server = await startTestServer({
    env: { API_RESOURCES: `${mcp}=projects:read projects:write,${apiResource}/strict,${apiResource}/events` },
  });
  await updateClient(server.db, 'gateway', { gateway_resource: `${apiResource} ${mcp}/` }, { id: 'test' });
  await updateAccountFields(server.db, server.person.id, { tier: 'enterprise' }, { id: 'test' });
  upstream = await startUpstream();
  events = await startUpstream((request, response) => {
    const session = request.headers['mcp-session-id'] as string;
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Mcp-Session-Id': session });
    response.write('id: 8\ndata: {}\n\n');
  });
  strict = await startUpstream((request, response) => {
    const scope = request.headers['x-wanted'] as string;
    response.writeHead(403, { 'X-Auth-Required-Scope': scope, 'WWW-Authenticate': 'Bearer realm="inside"' }).end();
  });
  gateway = await startTestGateway(server, {
    GATEWAY_RESOURCES: JSON.stringify([
      { resource: `${mcp}/`, scopes: ['projects:read', 'projects:write'], upstream: upstream.url },
      { resource: `${apiResource}/strict`, upstream: strict.url },
      { resource: `${apiResource}/events`, upstream: events.url },
    ]),
  });
  tokens = {
    mcp: (await obtainTokens(server, { resource: mcp })).access_token,
    api: (await obtainTokens(server)).access_token,
  };
});
afterAll(async () => {
  await gateway.stop();
  upstream.stop();
  strict.stop();
  events.stop();
  await server.stop();
});

/** As the gateway names itself. */
const publicOrigin = () => gateway.origin.replace('127.0.0.1', 'localhost');

const ask = (path: string, token?: string, more: Record<string, string> = {}) =>
  fetch(`${gateway.origin}${path}`, { headers: { ...(token && { authorization: `Bearer ${token}` }), ...more } });

describe('a resource with a path of its own', () => {
  it('has a metadata document, which the challenge names', async () => {
    const refused = await ask('/mcp');
    const address = `${publicOrigin()}/.well-known/oauth-protected-resource/mcp`;
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer scope="projects:read", resource_metadata="${address}", DPoP algs="ES256 EdDSA Ed25519"`,
    ]);
    expect(await (await fetch(address)).json()).toMatchObject({
      resource: mcp,
      authorization_servers: [server.issuer],
      scopes_supported: ['projects:read', 'projects:write'],
    });
    const api = await (await fetch(`${gateway.origin}/.well-known/oauth-protected-resource`)).json();
    expect(api.resource).toBe(apiResource);
  });

  it.each(['/mcp', '/mcp/', '/mcp/messages?session=1'])('passes %s on to its upstream', async (path) => {
    upstream.seen.length = 0;
    const answer = await ask(path, tokens.mcp, { 'mcp-protocol-version': '2026-07-28' });
    expect(answer.status).toBe(200);
    expect(upstream.seen).toHaveLength(1);
    expect(upstream.seen[0]).toMatchObject({
      url: path,
      headers: {
        'x-auth-subject': server.person.id,
        'x-auth-scope': 'projects:read',
        'mcp-protocol-version': '2026-07-28',
      },
    });
    expect(upstream.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('refuses tokens of another resource, and so does the other', async () => {
    for (const [path, token] of [
      ['/mcp', tokens.api],
      ['/v1/projects', tokens.mcp],
      ['/strict', tokens.mcp],
      ['/forward-auth?scope=projects:read', tokens.mcp],
    ]) {
      const answer = await ask(path as string, token);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('The access token is for another resource'),
      ]);
    }
    expect((await ask('/v1/projects', tokens.api)).status).toBe(200);
    expect((await ask('/forward-auth?scope=projects:read', tokens.api)).status).toBe(204);
  });

  it.each([
    '/mcp/../v1/projects',
    '/mcp/%2e%2e/v1/projects',
    '/mcp/..%2fv1',
    '/mcp//x',
    '/mcp/%252e%252e',
    '/mcpx',
    '/MCP',
  ])('is not reached by %s', async (path) => {
    upstream.seen.length = 0;
    const lines = { Host: 'localhost', Connection: 'close', Authorization: `Bearer ${tokens.mcp}` };
    expect(statuses(await raw(gateway.origin, head(`GET ${path} HTTP/1.1`, lines)))).toEqual([404]);
    expect(upstream.seen).toEqual([]);
  });

  it('answers preflights of any method', async () => {
    const preflight = (path: string) =>
      fetch(`${gateway.origin}${path}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': 'DELETE' },
      });
    expect((await preflight('/mcp')).status).toBe(204);
    expect((await preflight('/elsewhere')).status).toBe(404);
  });

  it('is for apps in browsers, whose scripts read the challenge and the session', async () => {
    const origin = 'https://app.example';
    const preflight = await fetch(`${gateway.origin}/mcp`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'mcp-session-id' },
    });
    const listed = (answer: Response, name: string) => answer.headers.get(name)?.split(', ');
    expect(listed(preflight, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(['Authorization', 'Mcp-Session-Id', 'MCP-Protocol-Version', 'Last-Event-ID']),
    );
    for (const answer of [await ask('/mcp', undefined, { origin }), await ask('/mcp', tokens.mcp, { origin })]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(listed(answer, 'access-control-expose-headers')).toEqual(
        expect.arrayContaining(['WWW-Authenticate', 'Mcp-Session-Id']),
      );
    }
  });

  it('has its headers and methods passed on both ways, and an event as soon as it is sent', async () => {
    const sent = { 'mcp-session-id': 'one', 'mcp-protocol-version': '2025-11-25', 'last-event-id': '7' };
    const headers = { ...sent, authorization: `Bearer ${tokens.mcp}` };
    const { access_token: token } = await obtainTokens(server, { resource: `${apiResource}/events` });
    const stream = await ask('/events', token, sent);
    expect([stream.headers.get('content-type'), stream.headers.get('mcp-session-id')]).toEqual([
      'text/event-stream',
      'one',
    ]);
    // The answer has not ended: the upstream holds it until the caller leaves.
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('id: 8\ndata: {}\n\n');
    await reader.cancel();
    upstream.seen.length = 0;
    expect((await fetch(`${gateway.origin}/mcp`, { method: 'DELETE', headers })).status).toBe(200);
    expect(upstream.seen[0]).toMatchObject({ method: 'DELETE', headers: sent });
  });

  it('is among the resources of a gateway that is registered for both', async () => {
    const active = async (token: string) => (await introspect(server, token)).body.active;
    expect([await active(tokens.mcp), await active(tokens.api)]).toEqual([true, true]);
    const { access_token: other } = await obtainTokens(server, { resource: `${apiResource}/strict` });
    expect(await active(other)).toBe(false);
  });
});

describe('an upstream that knows what a call needs', () => {
  const challenged = async (wanted: string) => {
    const { access_token: token } = await obtainTokens(server, { resource: `${apiResource}/strict` });
    const answer = await ask('/strict', token, { 'x-wanted': wanted });
    expect([answer.status, answer.headers.get('x-auth-required-scope')]).toEqual([403, null]);
    return answer.headers.get('www-authenticate');
  };

  it('says so in a header, which becomes a challenge', async () => {
    expect(await challenged('projects:write ai:generate')).toBe(
      'Bearer error="insufficient_scope", error_description="The access token lacks projects:write ai:generate", ' +
        `scope="projects:read projects:write ai:generate", resource_metadata="${publicOrigin()}/.well-known/oauth-protected-resource/strict"`,
    );
  });

  it('names only what is lacking as lacking, and all that the app must ask for', async () => {
    const challenge = await challenged('projects:read projects:write');
    expect(challenge).toContain('lacks projects:write"');
    expect(challenge).toContain('scope="projects:read projects:write"');
  });

  it('is answered by DPoP when the token came by it', async () => {
    const key = await newProofKey();
    const cnf = { jkt: key.thumbprint };
    const token = await (await forgeOf(server)).token({ tier: 'enterprise', aud: `${apiResource}/strict`, cnf });
    const proof = await key.proof('GET', `${publicOrigin()}/strict`, { token });
    const headers = { authorization: `DPoP ${token}`, dpop: proof, 'x-wanted': 'projects:write' };
    const answer = await fetch(`${gateway.origin}/strict`, { headers });
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="insufficient_scope".* algs="/);
  });

  it('cannot put anything else into it', async () => {
    expect(await challenged('projects:write a"b\\c')).toContain('scope="projects:read projects:write",');
    expect(await challenged('"')).toBeNull();
  });
});

describe('GATEWAY_RESOURCES', () => {
  const problem = (value: unknown) => {
    try {
      readGatewayConfig({ GATEWAY_CLIENT_SECRET: 'x', GATEWAY_RESOURCES: JSON.stringify(value) });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const fine = { resource: mcp, upstream: 'http://127.0.0.1:4000' };

  it.each<[what: string, value: unknown, says: RegExp]>([
    ['no array', {}, /must be a JSON array such as/],
    ['no object', [1], /entry 1: must be an object/],
    ['an unknown member', [{ ...fine, secret: 1 }], /entry 1: secret is not known/],
    ['no upstream', [{ resource: mcp }], /entry 1: upstream must be a text/],
    [
      'an upstream that is no address',
      [{ ...fine, upstream: 'x' }],
      /entry 1: upstream must be an http or https address/,
    ],
    ['no path', [{ ...fine, resource: apiResource }], /entry 1: resource must have a path of its own/],
    ['a path of the gateway', [{ ...fine, resource: `${apiResource}/forward-auth/mcp` }], /and not \/forward-auth/],
    [
      'the path of the API',
      [{ ...fine, resource: `${apiResource}/v1` }],
      /entry 1: resource must have a path of its own/,
    ],
    ['unknown scopes', [{ ...fine, scopes: ['all'] }], /entry 1: scopes must be an array of known scopes/],
    ['one path twice', [fine, { ...fine, resource: 'https://other.example/mcp' }], /two resources with the same path/],
  ])('with %s is refused', (_what, value, says) => {
    expect(problem(value)).toMatch(says);
    expect(problem([fine])).toBe('');
  });
});
