/** DPoP-bound access tokens at a resource (RFC 9449 §7), with proofs that a real client library makes. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDPoPCheck } from '../../src/gateway/dpop.ts';
import { TokenError } from '../../src/gateway/errors.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { newProofKey, type ProofKey } from '../support/dpop.ts';
import { verifier as codeVerifier, obtainCode } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { gatewayCredentials } from './tokens.ts';

const loose = { [oauth.allowInsecureRequests]: true } as const;
const spa: oauth.Client = { client_id: 'spa' };
let server: TestServer;
let verifier: Verifier;
let api: { origin: string; listener: Server };
let DPoP: oauth.DPoPHandle;
let token: string;
/** The last request that the API got. */
let seen: IncomingMessage;

beforeAll(async () => {
  server = await startTestServer();
  verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() });
  await verifier.ready();
  api = await startApi();
  DPoP = oauth.DPoP(spa, await oauth.generateKeyPair('ES256'));
  token = await boundToken();
});
afterAll(async () => {
  api.listener.close();
  await verifier.close();
  await server.stop();
});

/** A resource server as an API developer would build it with the verifier. */
async function startApi() {
  const listener = createServer(async (request, response) => {
    seen = request;
    const [scheme, presented] = (request.headers.authorization ?? '').split(' ');
    const { dpop: proof } = request.headers;
    const url = `${api.origin}${request.url}`;
    const dpop = scheme === 'DPoP' ? { proof, method: request.method as string, url } : undefined;
    try {
      const claims = await verifier.verify(presented, { ...(dpop && { dpop }), scope: 'projects:read' });
      response.end(JSON.stringify(claims));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      response.writeHead(error.status, { 'WWW-Authenticate': error.challenge }).end();
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(listener.address() as { port: number }).port}`, listener };
}

async function boundToken(): Promise<string> {
  const issuer = new URL(server.issuer);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loose));
  const verifierCode = oauth.generateRandomCodeVerifier();
  const url = new URL(as.authorization_endpoint as string);
  url.search = new URLSearchParams({
    client_id: 'spa',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'projects:read',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifierCode),
    code_challenge_method: 'S256',
  }).toString();
  const person = newPerson(server.issuer);
  const page = await decide(person, await signIn(person, await person.visit(url.href), server.person.email), 'allow');
  const params = oauth.validateAuthResponse(
    as,
    spa,
    new URL(page.headers.get('location') as string),
    oauth.expectNoState,
  );
  const grant = () =>
    oauth.authorizationCodeGrantRequest(as, spa, oauth.None(), params, redirectUri, verifierCode, { DPoP, ...loose });
  const tokens = await oauth.processAuthorizationCodeResponse(as, spa, await grant()).catch(async (error) => {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return oauth.processAuthorizationCodeResponse(as, spa, await grant());
  });
  return tokens.access_token;
}

async function boundTokenOf(key: ProofKey): Promise<string> {
  const DPoP = await key.proof('POST', `${server.issuer}/oauth/token`);
  const fields = {
    grant_type: 'authorization_code',
    client_id: 'spa',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
  const body = new URLSearchParams({ ...fields, code: await obtainCode(server) });
  const response = await fetch(`${server.issuer}/oauth/token`, { method: 'POST', headers: { DPoP }, body });
  return ((await response.json()) as { access_token: string }).access_token;
}

const call = (handle: oauth.DPoPHandle = DPoP, method = 'GET', path = '/projects?page=2') =>
  oauth.protectedResourceRequest(token, method, new URL(path, api.origin), undefined, undefined, {
    DPoP: handle,
    ...loose,
  });

describe('a bound token', () => {
  it('is accepted with its proof, each request with its own', async () => {
    for (const method of ['GET', 'POST', 'GET']) {
      const response = await call(DPoP, method);
      expect([response.status, (await response.json()).client_id]).toEqual([200, 'spa']);
    }
  });

  it('is refused as a Bearer token, and by another key', async () => {
    const stolen = await fetch(`${api.origin}/projects`, { headers: { authorization: `Bearer ${token}` } });
    expect([stolen.status, stolen.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^DPoP error="invalid_token"/),
    ]);
    const thief = oauth.DPoP(spa, await oauth.generateKeyPair('ES256'));
    const error = await call(thief).catch((cause) => cause);
    expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect(error.cause[0]).toMatchObject({ scheme: 'dpop', parameters: { error: 'invalid_dpop_proof' } });
  });

  it('is refused when a proof is presented a second time, or at another address', async () => {
    await call();
    const headers = { authorization: `DPoP ${token}`, dpop: seen.headers.dpop as string };
    for (const path of ['/projects?page=2', '/others']) {
      const again = await fetch(`${api.origin}${path}`, { headers });
      expect([again.status, again.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^DPoP error="invalid_dpop_proof"/),
      ]);
    }
  });
});

it('is required for DPoP: a Bearer token is refused', async () => {
  const plain = createVerifier({ issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() });
  const { forgeOf } = await import('./tokens.ts');
  await plain.ready();
  const request = { proof: 'x', method: 'GET', url: 'https://api.example/' };
  await expect(plain.verify(await (await forgeOf(server)).token(), { dpop: request })).rejects.toThrow(/not bound/);
  await plain.close();
});

describe('a proof is refused', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const { calculateJwkThumbprint } = await import('jose');
  const thumbprint = await calculateJwkThumbprint(jwk);
  const request = { method: 'POST', url: 'https://api.example/things?x=1#y' };
  const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from('a-token'))).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);

  let made = 0;
  async function proof(claims: object = {}, header: object = {}, key: CryptoKey = pair.privateKey): Promise<string> {
    made += 1;
    const all = { htm: 'POST', htu: 'https://api.example/things', iat: seconds, jti: `proof-${made}`, ath, ...claims };
    return new SignJWT(all).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: jwk as JWK, ...header }).sign(key);
  }

  it('only when something is wrong with it', async () => {
    for (const claims of [{}, { htu: 'https://API.example:443/things?q=1' }]) {
      (await createDPoPCheck()({ ...request, proof: await proof(claims) }, 'a-token', thumbprint))();
    }
  });

  it.each<[string, () => Promise<string | string[] | undefined>]>([
    ['that is missing', async () => undefined],
    ['that is there twice', async () => [await proof(), await proof()]],
    ['that is garbage', async () => 'x.y.z'],
    ['that is 10 KB', () => proof({ note: 'x'.repeat(10_000) })],
    ['of another type', () => proof({}, { typ: 'JWT' })],
    ['without its key', () => proof({}, { jwk: undefined })],
    ['with a private key in it', async () => proof({}, { jwk: await exportJWK(pair.privateKey) })],
    ['signed by another key than it shows', async () => proof({}, {}, (await generateKeyPair('ES256')).privateKey)],
    ['for another method', () => proof({ htm: 'GET' })],
    ['for another path', () => proof({ htu: 'https://api.example/thing' })],
    ['for another host', () => proof({ htu: 'https://evil.example/things' })],
    ['for no address', () => proof({ htu: 7 })],
    ['for another token', () => proof({ ath: 'x' })],
    ['for no token', () => proof({ ath: undefined })],
    ['with a nonce that is a number', () => proof({ nonce: 7 })],
    ['without a time', () => proof({ iat: undefined })],
    ['without an id', () => proof({ jti: undefined })],
  ])('%s', async (_what, make) => {
    const check = createDPoPCheck();
    const error = await check({ ...request, proof: await make() }, 'a-token', thumbprint).catch((cause) => cause);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ status: 401, error: 'invalid_dpop_proof', scheme: 'DPoP' });
  });

  it('the second time, for as long as it could be replayed', async () => {
    // The clock starts at the beginning of a minute: a nonce made then is valid for the longest time, four minutes.
    const minute = 60_000;
    let now = Math.floor(Date.now() / minute) * minute;
    const check = createDPoPCheck({ now: () => now });
    const use = async (one: string) => (await check({ ...request, proof: one }, 'a-token', thumbprint))();
    now += 4 * minute;
    const refused = await use(await proof()).catch((cause) => cause);
    expect(refused).toMatchObject({ status: 401, error: 'use_dpop_nonce', nonce: expect.any(String) });
    const once = await proof({ nonce: refused.nonce });
    await use(once);
    for (const later of [minute, 2 * minute, minute - 1]) {
      now += later;
      expect((await use(once).catch((cause) => cause)).description).toMatch(/used before/);
    }
    now += 1;
    expect((await use(once).catch((cause) => cause)).error).toBe('use_dpop_nonce');
  });
});

it('a request that is refused for its scope uses up no proof', async () => {
  const url = `${api.origin}/projects`;
  const fresh = await newProofKey();
  const bound = await boundTokenOf(fresh);
  const proof = await fresh.proof('GET', url, { token: bound });
  const dpop = { proof, method: 'GET', url };
  await expect(verifier.verify(bound, { dpop, scope: 'ai:generate' })).rejects.toThrow(/lacks ai:generate/);
  expect((await verifier.verify(bound, { dpop, scope: 'projects:read' })).client_id).toBe('spa');
  await expect(verifier.verify(bound, { dpop })).rejects.toThrow(/used before/);
});
