/** Clients that sign their assertions: what `aud` and `typ` may be, with the libraries that send them (rfc7523bis §4). */
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { discoverAuthorizationServerMetadata, fetchToken } from '@modelcontextprotocol/sdk/client/auth.js';
import { PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import * as v6 from 'openid-client';
import * as v5 from 'openid-client-v5';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { newClock } from '../support/advance.ts';
import { makeCertificate } from '../support/certificate.ts';
import { newProofKey } from '../support/dpop.ts';
import { localNetwork } from '../support/network.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const actor = { id: 'test' };
const pair = await generateKeyPair('ES256', { extractable: true });
const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
let server: TestServer;
let site: Server;
let keysAddress: string;
/** What is at the `jwks_uri`, and what was asked of it. */
const published: { keys: JWK[]; instead: ((response: ServerResponse) => void) | undefined; asked: number } = {
  keys: [jwk],
  instead: undefined,
  asked: 0,
};
beforeAll(async () => {
  const { key, cert } = makeCertificate('keys.example');
  site = createServer({ key, cert }, (_request, response) => {
    published.asked += 1;
    if (published.instead) published.instead(response);
    else response.end(JSON.stringify({ keys: published.keys }));
  });
  await new Promise<void>((done) => void site.listen(0, '127.0.0.1', done));
  server = await startTestServer({ outbound: localNetwork(cert).outbound });
  await addSigner('strict', {});
  await addSigner('loose', { assertion_audience: 'endpoint' });
  keysAddress = `https://keys.example:${(site.address() as AddressInfo).port}/`;
  await addSigner('elsewhere', { jwks: null, jwks_uri: keysAddress });
});
afterAll(async () => {
  site.close();
  site.closeAllConnections();
  await server.stop();
});
afterEach(() => vi.useRealTimers());

async function addSigner(client_id: string, more: object): Promise<void> {
  const input = {
    client_id,
    client_name: 'Signer',
    type: 'service',
    scope: 'projects:read',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
    ...more,
  };
  await createClient(server.db, input as never, actor);
}

interface Made {
  readonly id?: string;
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: CryptoKey;
}

function assertion({
  id = 'strict',
  claims = {},
  header = {},
  key = pair.privateKey as CryptoKey,
}: Made): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: id, sub: id, aud: server.issuer, jti: crypto.randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
}

async function ask(
  made: Made,
  { path = '/oauth/token', fields = {}, headers = {} }: { path?: string; fields?: object; headers?: HeadersInit } = {},
) {
  const form = {
    grant_type: 'client_credentials',
    scope: 'projects:read',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(made),
    ...fields,
  };
  const response = await fetch(server.issuer + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  const body = (await response.json().catch(() => ({}))) as Record<string, string>;
  return { status: response.status, error: body.error, text: body.error_description, token: body.access_token };
}

const v5Client = (id: string): v5.ClientMetadata => ({
  client_id: id,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
});
const loose = { [oauth.allowInsecureRequests]: true } as const;
/** Library → a token by client credentials, with nothing but its defaults. */
const libraries: Record<string, (id: string) => Promise<unknown>> = {
  async 'openid-client 6'(id) {
    const key = { key: pair.privateKey as CryptoKey, kid: 'one' };
    const options = { execute: [v6.allowInsecureRequests] };
    const config = await v6.discovery(new URL(server.issuer), id, undefined, v6.PrivateKeyJwt(key), options);
    return v6.clientCredentialsGrant(config, { scope: 'projects:read' });
  },
  async oauth4webapi(id) {
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loose));
    const auth = oauth.PrivateKeyJwt({ key: pair.privateKey as CryptoKey, kid: 'one' });
    const client = { client_id: id };
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: 'projects:read' }, loose);
    return oauth.processClientCredentialsResponse(as, client, response);
  },
  async 'openid-client 5'(id) {
    const { Client } = await v5.Issuer.discover(server.issuer);
    const keys = [{ ...(await exportJWK(pair.privateKey)), kid: 'one', alg: 'ES256' }];
    return new Client(v5Client(id), { keys } as never).grant({
      grant_type: 'client_credentials',
      scope: 'projects:read',
    });
  },
  async '@modelcontextprotocol/sdk 1'(id) {
    const privateKey = { ...(await exportJWK(pair.privateKey)), kid: 'one' };
    const provider = new PrivateKeyJwtProvider({
      clientId: id,
      privateKey,
      algorithm: 'ES256',
      scope: 'projects:read',
    });
    const metadata = await discoverAuthorizationServerMetadata(server.issuer);
    return fetchToken(provider, server.issuer, { ...(metadata && { metadata }) });
  },
};

describe('libraries in their default configuration', () => {
  it.each(Object.keys(libraries))('%s sends the issuer alone, so every client may use it', async (name) => {
    for (const id of ['strict', 'loose']) {
      expect(await libraries[name]?.(id)).toMatchObject({ token_type: expect.stringMatching(/bearer/i) });
    }
  });

  it('a library that adds the token endpoint, as older ones do, needs assertion_audience "endpoint"', async () => {
    const { Client, metadata } = await v5.Issuer.discover(server.issuer);
    const keys = [{ ...(await exportJWK(pair.privateKey)), kid: 'one', alg: 'ES256' }];
    const aud = [metadata.issuer, metadata.token_endpoint];
    const grant = (id: string) =>
      new Client(v5Client(id), { keys } as never).grant(
        { grant_type: 'client_credentials', scope: 'projects:read' },
        { clientAssertionPayload: { aud } },
      );
    expect(await grant('loose')).toMatchObject({ scope: 'projects:read' });
    await expect(grant('strict')).rejects.toThrow(
      `aud of the client_assertion is ${server.issuer} and ${server.issuer}/oauth/token, expected ${server.issuer} alone`,
    );
  });
});

describe('the audience of an assertion', () => {
  const token = () => `${server.issuer}/oauth/token`;
  it.each<[what: string, aud: () => unknown, strict: number, lenient: number]>([
    ['the issuer', () => server.issuer, 200, 200],
    ['a list of the issuer', () => [server.issuer], 200, 200],
    ['the token endpoint', token, 401, 200],
    ['a list of the token endpoint (Spring)', () => [token()], 401, 200],
    ['the issuer and the token endpoint', () => [server.issuer, token()], 401, 200],
    ['the issuer and somebody else', () => [server.issuer, 'https://elsewhere.example'], 401, 200],
    ['the issuer twice', () => [server.issuer, server.issuer], 401, 200],
    ['the issuer with a slash', () => `${server.issuer}/`, 401, 401],
    ['the token endpoint with a slash', () => `${token()}/`, 401, 401],
    ['another endpoint', () => `${server.issuer}/oauth/revoke`, 401, 401],
    ['somebody else', () => 'https://elsewhere.example', 401, 401],
    ['nobody', () => [], 401, 401],
    ['nothing', () => undefined, 401, 401],
    ['an object', () => ({ a: 1 }), 401, 401],
    ['a number', () => 1, 401, 401],
    ['the issuer in capitals', () => server.issuer.toUpperCase(), 401, 401],
  ])('%s', async (_what, aud, strict, lenient) => {
    expect((await ask({ claims: { aud: aud() } })).status).toBe(strict);
    expect((await ask({ id: 'loose', claims: { aud: aud() } })).status).toBe(lenient);
  });

  it('holds at every endpoint that authenticates clients', async () => {
    const cases = [
      ['/oauth/introspect', { token: 'a' }],
      ['/oauth/revoke', { token: 'a' }],
    ] as const;
    for (const [path, fields] of cases) {
      const aud = server.issuer + path;
      expect((await ask({ claims: { aud } }, { path, fields })).text).toContain('expected');
      expect((await ask({ id: 'loose', claims: { aud } }, { path, fields })).status).toBe(200);
      expect((await ask({}, { path, fields })).status).toBe(200);
    }
  });

  it('holds at the endpoints that begin an authorization too', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const app = {
      type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token', device],
    };
    await addSigner('strict-app', app);
    await addSigner('loose-app', { ...app, assertion_audience: 'endpoint' });
    const asked = Object.fromEntries(
      new URL(authorizeUrl(server, { redirect_uri: app.redirect_uris[0], scope: 'projects:read' })).searchParams,
    );
    const { client_id: _, ...pushed } = asked;
    const cases = [
      ['/oauth/par', pushed, 201],
      ['/oauth/device_authorization', { scope: 'projects:read' }, 200],
    ] as const;
    for (const [path, fields, right] of cases) {
      const claims = { aud: server.issuer + path };
      const statusOf = async (id: string, made: Made) =>
        (await ask({ id, ...made }, { path, fields: { ...fields, client_id: id } })).status;
      const statuses = [
        await statusOf('strict-app', { claims }),
        await statusOf('strict-app', {}),
        await statusOf('loose-app', { claims }),
      ];
      expect([path, ...statuses]).toEqual([path, 401, right, right]);
    }
  });

  it('is told with what was sent and what was expected', async () => {
    const { text } = await ask({ claims: { aud: 'https://elsewhere.example' } });
    expect(text).toBe(`aud of the client_assertion is https://elsewhere.example, expected ${server.issuer} alone`);
    expect(server.logged()).toContain(text);
  });

  it('is strict at once when an admin says so', async () => {
    await addSigner('tightened', { assertion_audience: 'endpoint' });
    const claims = { aud: token() };
    expect((await ask({ id: 'tightened', claims })).status).toBe(200);
    await updateClient(server.db, 'tightened', { assertion_audience: 'issuer' }, actor);
    await expect.poll(async () => (await ask({ id: 'tightened', claims })).status).toBe(401);
  });
});

describe('the other claims of an assertion', () => {
  const now = () => Math.floor(Date.now() / 1000);
  it.each<[what: string, made: () => Made, status: number, text?: RegExp]>([
    ['typ client-authentication+jwt', () => ({ header: { typ: 'client-authentication+jwt' } }), 200],
    [
      'typ application/client-authentication+jwt',
      () => ({ header: { typ: 'application/client-authentication+jwt' } }),
      200,
    ],
    ['typ JWT', () => ({ header: { typ: 'JWT' } }), 200],
    ['typ at+jwt', () => ({ header: { typ: 'at+jwt' } }), 401, /typ of the client_assertion is at\+jwt/],
    ['typ dpop+jwt', () => ({ header: { typ: 'dpop+jwt' } }), 401, /typ/],
    ['typ oauth-authz-req+jwt', () => ({ header: { typ: 'oauth-authz-req+jwt' } }), 401, /typ/],
    [
      'a clock that is half a minute ahead',
      () => ({ claims: { iat: now() + 30, nbf: now() + 30, exp: now() + 90 } }),
      200,
    ],
    [
      'a clock that is two minutes ahead',
      () => ({ claims: { iat: now() + 120, exp: now() + 180 } }),
      401,
      /iat .* ahead/,
    ],
    ['not valid yet', () => ({ claims: { nbf: now() + 120 } }), 401, /nbf .* ahead/],
    ['nbf of text', () => ({ claims: { nbf: 'now' } }), 401, /nbf .* not a number/],
    ['just expired', () => ({ claims: { exp: now() - 1 } }), 401, /exp of the client_assertion was \d+ seconds ago/],
    ['a jti of 2 KB', () => ({ claims: { jti: 'a'.repeat(2_000) } }), 401, /jti/],
    ['a jti that is a number', () => ({ claims: { jti: 5 } }), 401, /jti .* not a string/],
    ['an empty jti', () => ({ claims: { jti: '' } }), 401, /jti .* missing/],
    [
      'an iss that is another client',
      () => ({ claims: { iss: 'loose' } }),
      401,
      /iss of the client_assertion is loose, expected strict/,
    ],
  ])('%s', async (_what, made, status, text) => {
    const reply = await ask(made());
    expect(reply.status).toBe(status);
    if (text) expect(reply.text).toMatch(text);
  });

  it('a signature by a key of another client is refused without a reason', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await ask({ key: privateKey as CryptoKey })).toEqual({
      status: 401,
      error: 'invalid_client',
      text: 'client authentication failed',
    });
  });

  it('may have the jti of the DPoP proof beside it, which is another kind of token', async () => {
    const claims = { jti: crypto.randomUUID() };
    const proof = await (await newProofKey()).proof('POST', `${server.issuer}/oauth/token`, { claims });
    expect(await ask({ claims }, { headers: { DPoP: proof } })).toMatchObject({ status: 200 });
    expect(await ask({ claims })).toMatchObject({ status: 401, text: expect.stringContaining('used before') });
  });

  it('a client_id that differs is refused, one that is equal is not', async () => {
    expect((await ask({}, { fields: { client_id: 'loose' } })).status).toBe(400);
    expect((await ask({}, { fields: { client_id: 'strict' } })).status).toBe(200);
  });
});

describe('keys at a jwks_uri', () => {
  const later = newClock();
  const id = 'elsewhere';

  it('that are not known yet are read once for many assertions', async () => {
    expect((await ask({ id })).status).toBe(200);
    later(11);
    published.asked = 0;
    // As many as may wait for one site: more get 503 if the read takes long.
    const replies = await Promise.all(Array.from({ length: 12 }, (_, i) => ask({ id, header: { kid: `none-${i}` } })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]));
    expect(published.asked).toBe(1);
  });

  it('that were rotated are found', async () => {
    const next = await generateKeyPair('ES256');
    published.keys = [{ ...(await exportJWK(next.publicKey)), kid: 'two', alg: 'ES256' }];
    later(11);
    const made = { id, header: { kid: 'two' }, key: next.privateKey as CryptoKey };
    expect((await ask(made)).status).toBe(200);
    expect((await ask({ id })).status).toBe(401);
    // Two keys of one kid: both are tried.
    published.keys = [{ ...jwk, kid: 'two' }, ...published.keys];
    later(90);
    expect((await ask(made)).status).toBe(200);
    expect((await ask({ id, header: { kid: 'two' } })).status).toBe(200);
  });

  it('of the wrong kind verify nothing', async () => {
    const { publicKey } = await generateKeyPair('RS256');
    published.keys = [
      { ...(await exportJWK(publicKey)), kid: 'one' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'one' },
      { kty: 'EC', crv: 'P-384', kid: 'one', x: 'a', y: 'b' },
    ];
    later(90);
    expect((await ask({ id })).status).toBe(401);
    published.keys = [jwk];
    later(90);
    expect((await ask({ id })).status).toBe(200);
  });

  it('are used for an hour while the address fails, which is not asked for each assertion', async () => {
    published.instead = (response) => void response.writeHead(500).end();
    later(20 * 60);
    published.asked = 0;
    for (let i = 0; i < 5; i += 1) expect((await ask({ id })).status).toBe(200);
    expect(published.asked).toBeLessThanOrEqual(1);
    later(60 * 60);
    published.asked = 0;
    for (let i = 0; i < 5; i += 1) expect((await ask({ id })).status).toBe(401);
    expect(published.asked).toBe(1);
    expect(server.logged()).toContain('the keys at jwks_uri could not be read: ');
    published.instead = undefined;
    later(11);
    expect((await ask({ id })).status).toBe(200);
  });
});

describe('an assertion for a registration that has changed, which this node was not told, is refused once', () => {
  it.each([
    ['keys', () => ({}), `jwks = '{"keys": []}'`],
    ['address of the keys', () => ({ jwks: null, jwks_uri: keysAddress }), "jwks_uri = jwks_uri || 'moved'"],
    ['audience', () => ({ assertion_audience: 'endpoint' }), "assertion_audience = 'issuer'"],
    [
      'profile',
      () => ({
        type: 'web',
        redirect_uris: ['https://app.example/cb'],
        grant_types: ['authorization_code', 'client_credentials'],
      }),
      "profile = 'fapi2'",
    ],
  ])('%s', async (what, registration, change) => {
    const id = `changed-${what.replaceAll(' ', '-')}`;
    await addSigner(id, registration());
    const { token } = await ask({ id });
    const introspect = () => ask({ id }, { path: '/oauth/introspect', fields: { token } });
    expect((await introspect()).status).toBe(200);
    await server.db.pgPool.query(`UPDATE clients SET ${change} WHERE client_id = $1`, [id]);
    expect(await introspect()).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});
