/** The verifier: which tokens it accepts, what it says about the others, revocation, rotation, a lost connection. */
import { createPublicKey } from 'node:crypto';
import { decodeProtectedHeader, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenError } from '../../src/gateway/errors.ts';
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/gateway/verifier.ts';
import { disableClient, enableClient } from '../../src/operations/clients.ts';
import { rotateSigningKeys } from '../../src/operations/signing-keys.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { type Wire, wireTo } from './feed-reader.ts';
import { eventually, standingClocks } from './running-gateway.ts';
import {
  claimsOf,
  countingFetch,
  type Forge,
  forgeOf,
  gatewayCredentials,
  hmacToken,
  sealer,
  strangersKey,
} from './tokens.ts';

const actor = { id: 'test' };
let server: TestServer;
let verifier: Verifier;
let forge: Forge;
const open: Verifier[] = [];
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  verifier = start();
  await verifier.ready();
});
afterAll(async () => {
  for (const one of open) await one.close();
  await server.stop();
});

/** The list stays fresh for as long as `clocks` stand still. */
function start(options: Partial<VerifierOptions> = {}, clocks = standingClocks()): Verifier {
  const all = { issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials(), ...options };
  const one = createVerifier(all, clocks);
  open.push(one);
  return one;
}

async function refusal(
  work: Promise<unknown>,
): Promise<Pick<TokenError, 'status' | 'error' | 'description' | 'challenge'>> {
  const error = await work.then(
    () => new Error('was accepted'),
    (cause) => cause,
  );
  if (!(error instanceof TokenError)) throw error;
  const { status, error: code, description, challenge } = error;
  return { status, error: code, description, challenge };
}

/** Whether the token is refused as revoked sooner or later. */
function isRevoked(by: Verifier, token: string): Promise<boolean> {
  return eventually(async () => {
    const error = await by.verify(token).then(
      () => undefined,
      (cause: TokenError) => cause,
    );
    if (error && error.description !== 'The access token was revoked') throw error;
    return error !== undefined;
  });
}

describe('a token', () => {
  it('that the server issued returns its claims, frozen, from the cache too', async () => {
    const { access_token: token } = await obtainTokens(server, { scope: 'openid projects:read' });
    const claims = await verifier.verify(token);
    expect(claims).toEqual(claimsOf(token));
    expect(claims).toMatchObject({ sub: server.person.id, client_id: 'spa', aud: apiResource, tier: 'free' });
    expect(Object.isFrozen(claims)).toBe(true);
    expect(await verifier.verify(token)).toBe(claims);
  });

  it('of a service has no grant id', async () => {
    const { body } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    expect((await verifier.verify(body.access_token as string)).gid).toBeUndefined();
  });

  it('needs the scopes that are asked for', async () => {
    const token = await forge.token({ scope: 'projects:read analytics:read' });
    await verifier.verify(token, { scope: 'analytics:read projects:read' });
    expect(await refusal(verifier.verify(token, { scope: 'projects:read projects:write' }))).toEqual({
      status: 403,
      error: 'insufficient_scope',
      description: 'The access token lacks projects:write',
      challenge:
        'Bearer error="insufficient_scope", error_description="The access token lacks projects:write", scope="projects:read projects:write"',
    });
  });

  it('that is missing or malformed gets a challenge without an error', async () => {
    for (const none of [undefined, '']) {
      expect(await refusal(verifier.verify(none))).toMatchObject({
        status: 401,
        error: undefined,
        challenge: 'Bearer',
      });
    }
  });
});

describe('refuses with invalid_token', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const cases: [what: string, make: () => Promise<string>, says: RegExp][] = [
    ['garbage', async () => 'garbage', /not valid/],
    ['10 KB', async () => `${await forge.token()}${'x'.repeat(10_000)}`, /too long/],
    ['10 KB, genuine', async () => forge.token({ note: 'x'.repeat(8_000) }), /too long/],
    [
      'a changed payload',
      async () => swapPart(await forge.token(), await forge.token({ scope: 'ai:generate' })),
      /not valid/,
    ],
    ['alg none', async () => `${unsigned({ alg: 'none' })}.`, /not valid/],
    ['alg none without its dot', async () => unsigned({ alg: 'none' }), /not valid/],
    ['HS256 with the public key as secret', () => confused(), /not valid/],
    ['ES384 in the header', () => forge.token({}, { alg: 'ES384' }), /not valid/],
    ['another kid', async () => forge.token({}, { kid: (await otherKid()) as string }), /not valid/],
    ['an unknown kid', () => forge.token({}, { kid: 'unknown' }), /not valid/],
    ['no kid', () => forge.token({}, { kid: undefined }), /not valid/],
    [
      'a key in the header',
      async () => forge.token({}, { kid: undefined, jwk: await strangersKey() }, await strangersKey()),
      /not valid/,
    ],
    ['another issuer’s key', async () => forge.token({}, {}, await strangersKey()), /not valid/],
    ['crit', () => forge.token({}, { crit: ['exp'] }), /not valid/],
    ['unencoded payload', () => forge.token({}, { crit: ['b64'], b64: false }), /not valid/],
    ['another audience', () => forge.token({ aud: 'https://other.example' }), /another resource/],
    ['no audience', () => forge.token({ aud: undefined }), /another resource/],
    ['another issuer', () => forge.token({ iss: 'https://other.example' }), /another issuer/],
    [
      'an ID token',
      async () => (await obtainTokens(server, { scope: 'openid' })).id_token as string,
      /not an access token|another resource/,
    ],
    ['an ID token for this audience', () => forge.token({}, { typ: 'JWT' }), /not an access token/],
    ['no typ', () => forge.token({}, { typ: undefined }), /not an access token/],
    ['expired', () => forge.token({ exp: now() - 6 }), /expired/],
    ['without end', () => forge.token({ exp: undefined }), /not valid/],
    ['not yet valid', () => forge.token({ nbf: now() + 30 }), /not yet valid/],
    ['without jti', () => forge.token({ jti: undefined }), /not valid/],
    ['a jti that is no text', () => forge.token({ jti: 7 }), /lacks claims/],
    ['without client_id', () => forge.token({ client_id: undefined }), /not valid/],
    ['a gid that is no text', () => forge.token({ gid: { toString: 'x' } }), /lacks claims/],
    ['a binding that is not known', () => forge.token({ cnf: { 'x5t#S256': 'x' } }), /not supported here/],
    ['a second binding', () => forge.token({ cnf: { jkt: 'x', 'x5t#S256': 'x' } }), /not supported here/],
    ['a refresh token', async () => (await obtainTokens(server)).refresh_token as string, /not valid/],
  ];
  it.each(cases)('%s', async (_what, make, says) => {
    const refused = await refusal(verifier.verify(await make()));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_token', description: expect.stringMatching(says) });
    expect(refused.challenge).toBe(`Bearer error="invalid_token", error_description="${refused.description}"`);
  });

  function unsigned(header: object): string {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = {
      iss: server.issuer,
      aud: apiResource,
      sub: 'x',
      client_id: 'spa',
      jti: 'x',
      iat: now(),
      exp: now() + 60,
    };
    return `${encode({ typ: 'at+jwt', kid: forge.key.kid, ...header })}.${encode(claims)}`;
  }

  async function confused(): Promise<string> {
    const pem = createPublicKey({ key: forge.key as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return hmacToken(claimsOf(await forge.token()), { typ: 'at+jwt', kid: forge.key.kid }, String(pem));
  }

  async function otherKid(): Promise<string | undefined> {
    const { keys } = (await (await fetch(`${server.issuer}/oauth/jwks`)).json()) as { keys: JWK[] };
    return keys.find(({ kid }) => kid !== forge.key.kid)?.kid;
  }

  function swapPart(token: string, other: string): string {
    const [header, , signature] = token.split('.');
    return [header, other.split('.')[1], signature].join('.');
  }

  it('but not within the tolerance', async () => {
    await verifier.verify(await forge.token({ exp: now() - 2 }));
    await verifier.verify(await forge.token({ nbf: now() + 3 }));
    await verifier.verify(await forge.token({ aud: [apiResource, 'https://other.example'] }));
    await verifier.verify(await forge.token({}, { typ: 'application/AT+JWT' }));
  });

  it('a cached token that has expired', async () => {
    const clocks = standingClocks();
    const strict = start({ clockToleranceSeconds: 0 }, clocks);
    await strict.ready();
    const token = await forge.token({ exp: now() + 600 });
    await strict.verify(token);
    // A minute more than it lasts.
    clocks.sleepFromNow(660_000);
    expect((await refusal(strict.verify(token))).description).toMatch(/expired/);
  });
});

describe('revocation', () => {
  it('of a token, a family or a client soon applies to a token that was verified before', async () => {
    const [one, two] = [await obtainTokens(server), await obtainTokens(server)];
    const service = (await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service')).body
      .access_token as string;
    for (const token of [one.access_token, two.access_token, service]) await verifier.verify(token);
    await post(server, '/oauth/revoke', { token: one.access_token });
    expect(await isRevoked(verifier, one.access_token)).toBe(true);
    await verifier.verify(two.access_token);
    await post(server, '/oauth/revoke', { token: two.refresh_token as string });
    expect(await isRevoked(verifier, two.access_token)).toBe(true);
    await disableClient(server.db, 'service', actor, 'Tried');
    expect(await isRevoked(verifier, service)).toBe(true);
  });

  it('of a client no longer applies to new families once it is enabled again', async () => {
    const { access_token: before } = await obtainTokens(server, { client_id: 'other' });
    await disableClient(server.db, 'other', actor, 'Tried');
    expect(await isRevoked(verifier, before)).toBe(true);
    await enableClient(server.db, 'other', actor);
    const { access_token: after } = await obtainTokens(server, { client_id: 'other' });
    const isTaken = () => verifier.verify(after).then(Boolean, () => false);
    expect(await eventually(isTaken)).toBe(true);
    expect((await refusal(verifier.verify(before))).description).toMatch(/revoked/);
  });

  it('applies in a verifier that starts later', async () => {
    const { access_token: token } = await obtainTokens(server);
    await post(server, '/oauth/revoke', { token });
    const later = start();
    await later.ready();
    expect(later.status).toMatchObject({ revocations: 'following', cachedTokens: 0 });
    expect((await refusal(later.verify(token))).description).toMatch(/revoked/);
  });
});

describe('key rotation', () => {
  /** Rotates until the server signs with the next key. */
  async function rotate(): Promise<void> {
    const { current } = await rotateSigningKeys(server.db, sealer, actor, { force: true });
    const signsWithIt = async () => decodeProtectedHeader((await obtainTokens(server)).access_token).kid === current;
    expect(await eventually(signsWithIt)).toBe(true);
  }

  it('fails no request, not even twice in a row, and fetches the keys once for all waiting requests', async () => {
    const counting = countingFetch();
    const one = start({ fetch: counting.fetch });
    await one.ready();
    const before = (await obtainTokens(server)).access_token;
    for (let rotation = 1; rotation <= 2; rotation += 1) {
      await rotate();
      await one.verify((await obtainTokens(server)).access_token);
      await one.verify(before);
    }
    // The verifier knew the key that waited, but not the one after it.
    expect(counting.count('/oauth/jwks')).toBe(2);
    await rotate();
    await rotate();
    const fresh = await forgeOf(server);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => fresh.token()));
    await Promise.all(tokens.map((token) => one.verify(token)));
    expect(counting.count('/oauth/jwks')).toBe(3);
  });

  it('does not fetch the keys for every made-up key id', async () => {
    const counting = countingFetch();
    const one = start({ fetch: counting.fetch });
    await one.ready();
    const started = performance.now();
    for (let i = 0; i < 30; i += 1) {
      expect((await refusal(one.verify(await forge.token({}, { kid: `made-up-${i}` })))).error).toBe('invalid_token');
    }
    await refusal(one.verify(await forge.token({ iss: 'https://other.example' }, { kid: 'foreign' })));
    // The first few quickly, then one every ten seconds.
    const slowOnes = Math.floor((performance.now() - started) / 10_000);
    expect(counting.count('/oauth/jwks')).toBeLessThanOrEqual(5 + slowOnes);
  });

  it('does not fetch the key of a token that would be invalid anyway', async () => {
    const counting = countingFetch();
    const one = start({ fetch: counting.fetch });
    await one.ready();
    const old = { exp: Math.floor(Date.now() / 1000) - 60 };
    for (const [claims, header] of [[old], [{ iss: 'https://other.example' }], [{}, { typ: 'JWT' }]]) {
      expect((await refusal(one.verify(await forge.token(claims, { ...header, kid: 'unknown' })))).status).toBe(401);
    }
    expect(counting.count('/oauth/jwks')).toBe(1);
  });

  it('forgets a key that is no longer published, and the tokens that it signed', async () => {
    const stranger = await strangersKey();
    const { d: _private, ...published } = stranger;
    let withdrawn = false;
    const one = start({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!String(input).endsWith('/jwks')) return response;
        const { keys } = (await response.json()) as { keys: JWK[] };
        return Response.json({ keys: withdrawn ? keys : [...keys, { ...published, kid: 'extra' }] });
      },
    });
    await one.ready();
    const token = await forge.token({}, { kid: 'extra' }, stranger);
    await one.verify(token);
    withdrawn = true;
    await refusal(one.verify(await forge.token({}, { kid: 'leads to a reading' })));
    expect((await refusal(one.verify(token))).error).toBe('invalid_token');
  });
});

describe.concurrent('a verifier that is cut off', () => {
  let wire: Wire;
  beforeAll(async () => {
    wire = await wireTo(server.issuer);
  });
  afterAll(() => wire.close());

  it('introspects each call, then refuses, and recovers by itself', async () => {
    const counting = countingFetch();
    const revocations = new URL('/oauth/revocations', wire.url).href;
    const clocks = standingClocks();
    const one = start({ fetch: counting.fetch, endpoints: { revocations } }, clocks);
    await one.ready();
    const [live, dead] = [(await obtainTokens(server)).access_token, (await obtainTokens(server)).access_token];
    for (const token of [live, dead]) await one.verify(token);
    expect(counting.count('/oauth/introspect')).toBe(0);
    wire.cut();
    // Tried again if a heartbeat was still on its way.
    const isCutOff = () => {
      clocks.sleep(5_000);
      return one.status.revocations === 'cut off';
    };
    expect(await eventually(isCutOff)).toBe(true);
    const verifyCutOff = (token: string) => {
      clocks.sleep(5_000);
      return one.verify(token);
    };
    await verifyCutOff(live);
    await verifyCutOff(live);
    expect(counting.count('/oauth/introspect')).toBe(2);
    await post(server, '/oauth/revoke', { token: dead });
    expect(await refusal(verifyCutOff(dead))).toMatchObject({ status: 401, error: 'invalid_token' });
    counting.failFor((path) => path === '/oauth/introspect');
    expect(await refusal(verifyCutOff(live))).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    wire.mend();
    expect(await eventually(() => one.status.revocations === 'following')).toBe(true);
    await one.verify(live);
    // The first heartbeat may be of a moment before the revocation.
    expect(await isRevoked(one, dead)).toBe(true);
    counting.failFor(() => false);
  });

  it('accepts tokens until they expire only if the alarming switch says so', async () => {
    const down = { revocations: 'http://127.0.0.1:9/', introspection: 'http://127.0.0.1:9/' };
    const token = await forge.token();
    expect((await refusal(start({ endpoints: down }).verify(token))).status).toBe(503);
    await start({ endpoints: down, acceptRevokedTokensWhileCutOff: true }).verify(token);
    expect(() => start({ credentials: undefined as never })).toThrow(/acceptRevokedTokensWhileCutOff/);
  });

  it('from the keys at the start says that it cannot know, and not that the token is invalid', async () => {
    const counting = countingFetch();
    counting.failFor((path) => path === '/oauth/jwks');
    const one = start({ fetch: counting.fetch });
    const token = await forge.token();
    for (let i = 0; i < 4; i += 1) expect((await refusal(one.verify(token))).status).toBe(503);
    counting.failFor(() => false);
    await one.verify(token);
  });
});
