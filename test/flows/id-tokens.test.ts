/**
 * ID tokens are signed by ES256 or RS256, as the client is registered (OpenID Connect Discovery §3 requires RS256);
 * access tokens are always signed by ES256.
 */
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { loadOrCreateKeyRing, rotateSigningKeys, type SigningKey } from '../../src/operations/signing-keys.ts';
import { gatewayCredentials, sealer } from '../gateway/tokens.ts';
import { eventually } from '../support/eventually.ts';
import { introspect, obtainTokens, refresh, type Tokens } from '../support/oauth.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
const actor = { id: 'test' };
beforeAll(async () => {
  server = await startTestServer();
  await register('classic', { id_token_signed_response_alg: 'RS256' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.db.pgPool.query(`UPDATE signing_keys SET retired_at = retired_at - interval '10 minutes'`);
});

const register = (id: string, more: object = {}) =>
  createClient(
    server.db,
    { client_id: id, client_name: id, type: 'spa', redirect_uris: [redirectUri], ...more },
    actor,
  );
const algOf = (token: string | undefined) => decodeProtectedHeader(token as string).alg;
const kidOf = (token: string | undefined) => decodeProtectedHeader(token as string).kid as string;
const connect = (client: string) => obtainTokens(server, { client_id: client, scope: 'openid projects:read' });
const published = async () =>
  ((await (await fetch(`${server.issuer}/oauth/jwks`)).json()) as { keys: Record<string, string>[] }).keys;

/** Verifies as an app's library does. */
async function verifyIdToken(tokens: Tokens, client: string, alg: string): Promise<void> {
  const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth/jwks`));
  const { payload } = await jwtVerify(tokens.id_token as string, keys, {
    issuer: server.issuer,
    audience: client,
    algorithms: [alg],
  });
  expect(payload.sub).toBe(server.person.id);
}

it('the metadata names both algorithms', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata.id_token_signing_alg_values_supported.toSorted()).toEqual(['ES256', 'RS256']);
});

it('the key set has keys of both algorithms, each with its public members alone', async () => {
  const keys = await published();
  expect(keys.map(({ alg }) => alg)).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
  for (const { kty, ...key } of keys) {
    const members = kty === 'RSA' ? ['e', 'n'] : ['crv', 'x', 'y'];
    expect(Object.keys(key).sort()).toEqual(['alg', 'kid', 'use', ...members].sort());
  }
  expect(keys[2]?.n?.length).toBe(Math.ceil((2048 / 8) * (4 / 3)));
});

it('a client that names no algorithm gets ES256', async () => {
  const tokens = await connect('spa');
  expect([algOf(tokens.id_token), algOf(tokens.access_token)]).toEqual(['ES256', 'ES256']);
  await verifyIdToken(tokens, 'spa', 'ES256');
});

it('a client registered for RS256 gets it, by code and by refresh; its access tokens are ES256', async () => {
  const tokens = await connect('classic');
  const { body } = await refresh(server, tokens.refresh_token as string, 'classic');
  for (const answer of [tokens, body as unknown as Tokens]) {
    expect([algOf(answer.id_token), algOf(answer.access_token)]).toEqual(['RS256', 'ES256']);
    await verifyIdToken(answer, 'classic', 'RS256');
  }
});

it('another algorithm applies from the next token on', async () => {
  await register('moving');
  const before = await connect('moving');
  expect(algOf(before.id_token)).toBe('ES256');
  await updateClient(server.db, 'moving', { id_token_signed_response_alg: 'RS256' }, actor);
  await eventually(async () => algOf((await connect('moving')).id_token)).toBe('RS256');
});

it.each(['none', 'HS256', 'PS256', 'rs256', '', 'ES384'])(
  'registering for %j is refused or the default',
  async (alg) => {
    const registering = register(`wrong-${alg}`, { id_token_signed_response_alg: alg });
    if (alg === '') expect((await registering).client.id_token_signed_response_alg).toBe('ES256');
    else await expect(registering).rejects.toThrow('id_token_signed_response_alg must be ES256 or RS256');
  },
);

it('a rotation rotates the keys of both algorithms, and every key was published before it signs', async () => {
  const [before, old] = [await published(), await connect('classic')];
  const rotated = await rotateSigningKeys(server.db, sealer, actor);
  await eventually(async () => kidOf((await connect('classic')).id_token)).toBe(rotated.rs256_current);
  const fresh = await connect('classic');
  expect(kidOf(fresh.access_token)).toBe(rotated.current);
  for (const kid of [kidOf(fresh.id_token), kidOf(fresh.access_token)]) {
    expect(before.map((key) => key.kid)).toContain(kid);
  }
  // What was signed before stays valid.
  await verifyIdToken(old, 'classic', 'RS256');
  const kids = (await published()).map(({ kid }) => kid);
  expect(kids).toEqual(expect.arrayContaining([...before.map(({ kid }) => kid), rotated.next, rotated.rs256_next]));
});

describe('a token signed by the RS256 key', () => {
  let forged: string;
  let genuine: string;
  beforeAll(async () => {
    const { published: keys } = await loadOrCreateKeyRing(server.db, sealer);
    // The token belongs to a living grant, so that only the key decides.
    const { gid } = decodeJwt((await obtainTokens(server, { scope: 'openid projects:read' })).access_token);
    const sign = ({ alg, kid, privateJwk }: SigningKey) =>
      new SignJWT({ gid, client_id: 'spa', jti: `j-${alg}`, scope: 'openid projects:read' })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .setIssuer(server.issuer)
        .setAudience(apiResource)
        .setSubject(server.person.id)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateJwk as never);
    const signing = (alg: string) => keys.find((key) => key.alg === alg && key.state === 'current') as SigningKey;
    forged = await sign(signing('RS256'));
    genuine = await sign(signing('ES256'));
  });

  it('is not accepted by a gateway as an access token', async () => {
    const verifier = createVerifier({
      issuer: server.issuer,
      audience: apiResource,
      credentials: gatewayCredentials(),
    });
    try {
      await verifier.ready();
      expect((await verifier.verify(genuine)).sub).toBe(server.person.id);
      await expect(verifier.verify(forged)).rejects.toMatchObject({ status: 401, error: 'invalid_token' });
    } finally {
      await verifier.close();
    }
  });

  it('is not accepted by this server as an access token', async () => {
    const ask = (token: string) =>
      fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect([(await ask(genuine)).status, (await ask(forged)).status]).toEqual([200, 401]);
    expect((await introspect(server, genuine)).body.active).toBe(true);
    expect((await introspect(server, forged)).body.active).toBe(false);
  });
});
