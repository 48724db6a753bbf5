/** Clients of the profile fapi2: real libraries get through, and each requirement is violated once where it counts. */
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import * as v6 from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { conformance } from '../support/conformance.ts';
import { newProofKey, type ProofKey } from '../support/dpop.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, verifier } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

const seen = conformance(import.meta.url);
const actor = { id: 'test' };
const pair = await generateKeyPair('ES256', { extractable: true });
const rsa = await generateKeyPair('RS256', { extractable: true });
const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
const rsaJwk: JWK = { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', use: 'sig' };
const high = {
  client_name: 'Bank',
  type: 'web',
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [jwk, rsaJwk] },
};
let server: TestServer;
let second: TestServer;
let key: ProofKey;
beforeAll(async () => {
  server = await startTestServer();
  second = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
  key = await newProofKey();
  for (const client_id of ['bank', 'pushed'])
    await createClient(server.db, { ...high, client_id, profile: 'fapi2' } as never, actor);
  for (const client_id of ['plain', 'late', 'unbound', 'switched'])
    await createClient(server.db, { ...high, client_id } as never, actor);
});
afterAll(async () => {
  await second?.stop();
  await server?.stop();
});

afterEach(() => vi.useRealTimers());

interface Signed {
  readonly client?: string;
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly privateKey?: CryptoKey;
}

/** What signs as the client: an assertion, unless `claims` make it a request. */
function sign({ client = 'bank', claims = {}, header = {}, privateKey = pair.privateKey }: Signed = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: client, aud: server.issuer, jti: crypto.randomUUID(), iat: now, nbf: now, exp: now + 60 };
  return new SignJWT({ ...all, sub: client, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
    .sign(privateKey);
}

interface Ask extends Signed {
  readonly form?: Record<string, string>;
  /** undefined: a valid one. */
  readonly proof?: string | null;
  readonly node?: TestServer;
}

async function send(path: string, { form = {}, proof, node = server, client = 'bank', ...signed }: Ask) {
  const body = new URLSearchParams({
    client_id: client,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await sign({ client, ...signed }),
    ...form,
  });
  const url = `${server.issuer}${path}`;
  const target = `${node.issuer}${path}`;
  let sent = proof;
  if (sent === undefined) sent = await freshProof(url);
  const headers: Record<string, string> = sent ? { DPoP: sent } : {};
  const response = await fetch(target, { method: 'POST', body, headers });
  const answer = (await response.json()) as Record<string, string>;
  return { status: response.status, answer, nonce: response.headers.get('dpop-nonce') };
}

let lastNonce: string | undefined;

/** With a nonce of the server. */
async function freshProof(url: string): Promise<string> {
  if (lastNonce === undefined) {
    const proof = await key.proof('POST', `${server.issuer}/oauth/token`);
    const { nonce } = await send('/oauth/token', { proof, form: { grant_type: 'refresh_token', refresh_token: 'x' } });
    lastNonce = nonce as string;
  }
  return key.proof('POST', url, { claims: { nonce: lastNonce } });
}

function requestOf(client: string, more: Record<string, string> = {}): Record<string, string> {
  const all = Object.fromEntries(new URL(authorizeUrl(server, { client_id: client, ...more })).searchParams);
  return all;
}

async function push(client: string, more: Record<string, string> = {}): Promise<string> {
  const { status, answer } = await send('/oauth/par', { client, proof: null, form: requestOf(client, more) });
  expect(status, JSON.stringify(answer)).toBe(201);
  return `${server.issuer}/oauth/authorize?${new URLSearchParams({ client_id: client, request_uri: answer.request_uri as string })}`;
}

async function allow(address: string, person: Person = newPerson(server.issuer)): Promise<Page> {
  let page = await person.visit(address);
  if (page.text.includes('autocomplete="current-password"')) page = await signIn(person, page, server.person.email);
  if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow');
  return page;
}

const answerOf = (page: Page) => new URL(page.headers.get('location') ?? 'about:blank').searchParams;

async function newCode(client = 'bank'): Promise<string> {
  return answerOf(await allow(await push(client))).get('code') as string;
}

const byCode = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  code_verifier: verifier,
  redirect_uri: redirectUri,
});

async function newRefreshToken(client = 'bank'): Promise<string> {
  const { answer } = await send('/oauth/token', { client, form: byCode(await newCode(client)) });
  return answer.refresh_token as string;
}

describe('the metadata', () => {
  it('says what is there for the profile', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({
      request_parameter_supported: true,
      request_object_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
      authorization_signing_alg_values_supported: ['ES256'],
      response_modes_supported: expect.arrayContaining(['query', 'jwt']),
      authorization_response_iss_parameter_supported: true,
    });
    expect(metadata).not.toHaveProperty('require_pushed_authorization_requests', true);
  });
});

describe('libraries', () => {
  it('openid-client signs in by PAR, DPoP, private_key_jwt and JARM, and its refresh token stays', async () => {
    const config = await v6.discovery(
      new URL(server.issuer),
      'bank',
      undefined,
      v6.PrivateKeyJwt({ key: pair.privateKey, kid: 'one' }),
      { execute: [v6.allowInsecureRequests, v6.useJwtResponseMode] },
    );
    const DPoP = v6.getDPoPHandle(config, await v6.randomDPoPKeyPair());
    const state = v6.randomState();
    const pkceCodeVerifier = v6.randomPKCECodeVerifier();
    const address = await v6.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUri,
      scope: 'openid projects:read',
      state,
      code_challenge: await v6.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const page = await allow(address.href);
    const back = new URL(page.headers.get('location') as string);
    expect([...back.searchParams.keys()]).toEqual(['response']);
    const checks = { pkceCodeVerifier, expectedState: state };
    const tokens = await v6.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const again = await v6.refreshTokenGrant(config, tokens.refresh_token as string, undefined, { DPoP });
    expect(again.token_type).toBe('dpop');
    expect(again.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token);
    const library = 'openid-client 6.9';
    seen(
      { scenario: 'Client authentication by private_key_jwt', specification: 'RFC 7523 §3', client: library },
      { scenario: 'Signed answer (JARM)', specification: 'JARM §2.3', client: library },
      { scenario: 'DPoP with a nonce', specification: 'RFC 9449 §8', client: library },
      { scenario: 'High security', specification: 'FAPI 2.0 Security Profile §5.3.3', client: library },
    );
  });

  it('oauth4webapi pushes a signed request, and gets the answer by `iss`', async () => {
    const issuer = new URL(server.issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
    );
    const client: oauth.Client = { client_id: 'bank' };
    const authentication = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'one' });
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const parameters = requestOf('bank');
    const request = await oauth.issueRequestObject(as, client, parameters, { key: pair.privateKey, kid: 'one' });
    const push = async () =>
      oauth.processPushedAuthorizationResponse(
        as,
        client,
        await oauth.pushedAuthorizationRequest(as, client, authentication, { request }, { DPoP, ...insecure }),
      );
    const pushed = await push().catch((error) => {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return push();
    });
    const page = await allow(
      `${as.authorization_endpoint}?${new URLSearchParams({ client_id: 'bank', request_uri: pushed.request_uri })}`,
    );
    const answer = oauth.validateAuthResponse(as, client, answerOf(page), parameters.state);
    expect(answer.get('iss')).toBe(server.issuer);
    const ask = () =>
      oauth.authorizationCodeGrantRequest(as, client, authentication, answer, redirectUri, verifier, {
        DPoP,
        ...insecure,
      });
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, await ask()).catch(async (error) => {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return oauth.processAuthorizationCodeResponse(as, client, await ask());
    });
    expect(tokens.token_type).toBe('dpop');
    seen(
      {
        scenario: 'Client authentication by private_key_jwt',
        specification: 'RFC 7523 §3',
        client: 'oauth4webapi 3.8',
      },
      {
        scenario: 'Signed request, pushed (JAR)',
        specification: 'RFC 9101 §5, RFC 9126 §3',
        client: 'oauth4webapi 3.8',
      },
      { scenario: 'DPoP with a nonce', specification: 'RFC 9449 §8', client: 'oauth4webapi 3.8' },
      { scenario: 'High security', specification: 'FAPI 2.0 Security Profile §5.3.3', client: 'oauth4webapi 3.8' },
    );
  });
});

/** A JWE of five parts, to a key that this server never published. */
const encrypted = `${Buffer.from('{"alg":"dir","enc":"A128GCM","cty":"JWT"}').toString('base64url')}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`;

describe('an authorization request', () => {
  it.each([
    ['is not pushed', {}, 'invalid_request'],
    ['is signed, but not pushed', { request: 'a.b.c' }, 'invalid_request'],
  ])('that %s is refused', async (_name, more, error) => {
    const page = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: 'bank', ...more }));
    expect(answerOf(page).get('error')).toBe(error);
    expect(answerOf(page).get('error_description')).toMatch(/Pushed/);
  });

  it.each<[name: string, ask: Ask, error: string, description: RegExp]>([
    ['an unregistered redirect URI', { form: { redirect_uri: 'https://a.example/' } }, 'invalid_request', /redirect/],
    ['aud as a list', { claims: { aud: ['ISSUER'] } }, 'invalid_client', /as a string/],
    ['aud of the endpoint', { claims: { aud: 'ISSUER/oauth/par' } }, 'invalid_client', /alone/],
    ['RS256', { header: { alg: 'RS256', kid: 'rsa' }, privateKey: rsa.privateKey }, 'invalid_client', /./],
    ['no assertion', { form: { client_assertion: '' } }, 'invalid_client', /./],
    ['no PKCE', { form: { code_challenge: '', code_challenge_method: '' } }, 'invalid_request', /PKCE/],
    ['an unsigned request', { form: { request: 'eyJhbGciOiJub25lIn0.e30.' } }, 'invalid_request_object', /./],
    ['an encrypted request', { form: { request: encrypted } }, 'invalid_request_object', /./],
    ['a request as its assertion', { header: { typ: 'oauth-authz-req+jwt' } }, 'invalid_client', /typ/],
    ['an access token’s type on its assertion', { header: { typ: 'at+jwt' } }, 'invalid_client', /typ/],
    ['a proof without a nonce', { proof: 'NONCELESS' }, 'use_dpop_nonce', /nonce/],
  ])('that is pushed with %s is refused', async (_name, { claims, ...ask }, error, description) => {
    const named = JSON.parse(JSON.stringify(claims ?? {}).replaceAll('ISSUER', server.issuer));
    const proof = ask.proof === 'NONCELESS' ? await key.proof('POST', `${server.issuer}/oauth/par`) : null;
    const form = { ...requestOf('bank'), ...ask.form };
    const { answer } = await send('/oauth/par', { ...ask, claims: named, proof, form });
    expect(answer).toMatchObject({ error, error_description: expect.stringMatching(description) });
  });
});

describe('a signed request', () => {
  const signed = (client: string, claims: object, privateKey?: CryptoKey) =>
    sign({ client, claims: { ...requestOf(client), ...claims }, ...(privateKey && { privateKey }) });

  it('may ask for a signed answer, and an error is one too', async () => {
    const request = await signed('bank', { response_mode: 'fragment.jwt', prompt: 'none' });
    const { answer } = await send('/oauth/par', { proof: null, form: { request } });
    const query = new URLSearchParams({ client_id: 'bank', request_uri: answer.request_uri as string });
    const page = await newPerson(server.issuer).visit(`${server.issuer}/oauth/authorize?${query}`);
    const { hash, search } = new URL(page.headers.get('location') as string);
    expect(search).toBe('');
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth/jwks`));
    const response = new URLSearchParams(hash.slice(1)).get('response') as string;
    const { payload } = await jwtVerify(response, keys, { issuer: server.issuer, audience: 'bank' });
    expect(payload).toMatchObject({ error: 'login_required', state: 'a-state' });
  });

  it.each<[what: string, claims: object, error: string, description: RegExp]>([
    ['no projects', { authorization_details: [] }, 'invalid_authorization_details', /at least one/],
    ['commas', { scope: 'projects:read,projects:write' }, 'invalid_scope', /by spaces/],
    ['a type twice', { response_type: 'code code' }, 'unsupported_response_type', /./],
    ['NUL in state', { state: 'a\0b' }, 'invalid_request', /NUL/],
    ['a long state', { state: 'x'.repeat(9_000) }, 'invalid_request', /that long/],
    ['half a character', { state: 'a\ud800b' }, 'invalid_request', /UTF-8/],
    ['NUL in login_hint', { login_hint: 'a\0b' }, 'invalid_request', /NUL/],
  ])('with %s is refused as a form is', async (_what, claims, error, description) => {
    const request = await signed('bank', claims);
    const { status, answer } = await send('/oauth/par', { proof: null, form: { request } });
    expect(answer).toMatchObject({ error, error_description: expect.stringMatching(description) });
    expect(status).toBe(400);
  });

  it.each([{ resource: `${apiResource}/` }, { scope: ' projects:read  projects:write' }])(
    'with %j is read as a form is',
    async (claims) => {
      const request = await signed('bank', claims);
      const { status, answer } = await send('/oauth/par', { proof: null, form: { request } });
      expect(status, JSON.stringify(answer)).toBe(201);
      const query = new URLSearchParams({ client_id: 'bank', request_uri: answer.request_uri as string });
      expect(answerOf(await allow(`${server.issuer}/oauth/authorize?${query}`)).has('code')).toBe(true);
    },
  );

  it.each<[name: string, claims: object, stranger?: true]>([
    ['by another key', {}, true],
    ['for another server', { aud: 'https://a.example' }],
    ['without a beginning', { nbf: undefined }],
    ['for more than an hour', { exp: Math.floor(Date.now() / 1000) + 7200 }],
    ['of another client', { client_id: 'pushed' }],
  ])('that is signed %s is refused', async (_name, claims, stranger) => {
    const other = stranger && (await generateKeyPair('ES256')).privateKey;
    const { answer } = await send('/oauth/par', {
      proof: null,
      form: { request: await signed('bank', claims, other) },
    });
    expect(answer.error).toBe('invalid_request_object');
  });
});

describe('a token request', () => {
  const codes = async () => byCode(await newCode());
  const refreshes = async () => ({ grant_type: 'refresh_token', refresh_token: await newRefreshToken() });

  it.each([
    ['exchange', codes],
    ['refresh', refreshes],
  ])('keeps each requirement at the %s, and what it refuses costs nothing', async (_name, formOf) => {
    const form = await formOf();
    const url = `${server.issuer}/oauth/token`;
    const rows: [Ask, string, RegExp][] = [
      [{ proof: null }, 'invalid_dpop_proof', /DPoP proof is missing/],
      [{ proof: await key.proof('POST', url) }, 'use_dpop_nonce', /nonce is required/],
      [{ proof: await key.proof('POST', url, { claims: { nonce: 'made up' } }) }, 'use_dpop_nonce', /invalid nonce/],
      [{ claims: { aud: url } }, 'invalid_client', /alone/],
      [{ claims: { aud: [server.issuer] } }, 'invalid_client', /as a string/],
      [{ header: { alg: 'RS256', kid: 'rsa' }, privateKey: rsa.privateKey }, 'invalid_client', /./],
    ];
    for (const [ask, error, description] of rows) {
      const { answer } = await send('/oauth/token', { form, ...ask });
      expect(answer).toMatchObject({ error, error_description: expect.stringMatching(description) });
    }
    const { status, answer } = await send('/oauth/token', { form });
    expect({ status, type: answer.token_type }).toEqual({ status: 200, type: 'DPoP' });
  });

  it('may use a nonce of another node, and a proof works once on all of them', async () => {
    const refresh_token = await newRefreshToken();
    const form = { grant_type: 'refresh_token', refresh_token };
    const first = await send('/oauth/token', {
      node: second,
      form,
      proof: await key.proof('POST', `${server.issuer}/oauth/token`),
    });
    expect(first.answer.error).toBe('use_dpop_nonce');
    const proof = await key.proof('POST', `${server.issuer}/oauth/token`, { claims: { nonce: first.nonce } });
    expect((await send('/oauth/token', { form, proof })).status).toBe(200);
    const replayed = await send('/oauth/token', { node: second, form, proof });
    expect(replayed).toMatchObject({ status: 400, answer: { error: 'invalid_dpop_proof' } });
  });

  it('gets the same refresh token until the authorization ends, and is told that it does', async () => {
    const refresh_token = await newRefreshToken();
    vi.useFakeTimers({ toFake: ['Date'] });
    const [began, day] = [Date.now(), 24 * 3600];
    for (const days of [22, 300]) {
      lastNonce = undefined;
      vi.setSystemTime(began + days * day * 1000);
      const { status, answer } = await send('/oauth/token', { form: { grant_type: 'refresh_token', refresh_token } });
      expect({ status, token: answer.refresh_token }).toEqual({ status: 200, token: refresh_token });
      const [token, authorization] = [answer.refresh_token_expires_in, answer.authorization_expires_in].map(Number);
      // A second may begin between the two.
      expect(Math.abs(Number(token) - Number(authorization))).toBeLessThanOrEqual(1);
    }
    lastNonce = undefined;
  });

  it('with a code is over after 30 seconds', async () => {
    const code = await newCode();
    lastNonce = undefined;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    const { answer } = await send('/oauth/token', { form: byCode(code) });
    expect(answer.error).toBe('invalid_grant');
  });
});

describe('a client that becomes one of the profile', () => {
  it('has to push its next request at every node, also at one that has just read the client', async () => {
    const ask = () => fetch(authorizeUrl(second, { client_id: 'switched' }), { redirect: 'manual' });
    expect((await ask()).headers.get('location')).not.toContain('error=');
    await updateClient(server.db, 'switched', { profile: 'fapi2' } as never, actor);
    // That node learns of the change when it is notified.
    await eventually(async () => (await ask()).headers.get('location')).toContain('error=invalid_request');
  });

  it('has to push a request that is under way', async () => {
    const person = newPerson(server.issuer);
    const page = await signIn(
      person,
      await person.visit(authorizeUrl(server, { client_id: 'late' })),
      server.person.email,
    );
    await updateClient(server.db, 'late', { profile: 'fapi2' } as never, actor);
    const after = await decide(person, page, 'allow');
    expect(after.headers.get('location')).toBeNull();
    expect(after.text).toMatch(/changed/i);
  });

  it('must prove its key at the next refresh of a token that was bound to none', async () => {
    const client = 'unbound';
    const page = await allow(authorizeUrl(server, { client_id: client }));
    const form = byCode(answerOf(page).get('code') as string);
    const { answer: before } = await send('/oauth/token', { client, proof: null, form });
    expect(before.token_type).toBe('Bearer');
    await updateClient(server.db, client, { profile: 'fapi2' } as never, actor);
    const again = { grant_type: 'refresh_token', refresh_token: before.refresh_token as string };
    const refused = await send('/oauth/token', { client, proof: null, form: again });
    expect(refused.answer.error, JSON.stringify(refused.answer)).toMatch(/invalid_dpop_proof|invalid_client/);
    const { answer } = await send('/oauth/token', { client, form: again });
    expect(answer.token_type).toBe('DPoP');
    // A token from before has 30 days. Late in them it is replaced, once, by one that lasts.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 22 * 24 * 3600 * 1000 });
    lastNonce = undefined;
    const { answer: later } = await send('/oauth/token', { client, form: again });
    lastNonce = undefined;
    expect(later.refresh_token).toEqual(expect.any(String));
    expect(later.refresh_token).not.toBe(before.refresh_token);
    expect(later.refresh_token_expires_in).toBe(later.authorization_expires_in);
  });
});

describe('any other client', () => {
  it.each([
    ['a signed request', { request: 'a.b.c' }, 'request_not_supported', /profile fapi2/],
    ['a signed answer', { response_mode: 'jwt' }, 'unsupported_response_mode', /profile fapi2/],
    ['a signed answer in a form', { response_mode: 'form_post.jwt' }, 'unsupported_response_mode', /profile fapi2/],
  ])('is refused %s, pushed or not', async (_name, more, error, description) => {
    const page = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: 'plain', ...more }));
    expect(answerOf(page).get('error')).toBe(error);
    expect(answerOf(page).get('error_description')).toMatch(description);
    const pushed = await send('/oauth/par', { client: 'plain', proof: null, form: requestOf('plain', more) });
    expect(pushed.answer).toMatchObject({ error, error_description: expect.stringMatching(description) });
  });
});
