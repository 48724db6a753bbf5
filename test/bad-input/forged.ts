/** Tokens that look like ours but are not, and tokens of ours that are not meant for the endpoint. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { obtainTokens } from '../support/oauth.ts';
import type { TestServer } from '../support/server.ts';

/** The names of all forged tokens. */
export const forgeries = [
  'an ID token',
  'the claims of an ID token',
  'typ JWT',
  'alg none',
  'alg none, typ at+jwt',
  'HS256 with our public key as secret',
  'another key under our kid',
  'another key under a kid of its own',
  'another key that it brings along',
  'another key at an address of its own',
  'our signature under another kid',
  'another subject under our signature',
  'another issuer',
  'expired a second ago',
  'no expiry',
  'a critical header nobody knows',
  'a refresh token',
  '10 KB',
  'dots',
  'an empty JSON',
  'a name of the prototype',
] as const;

/** All of `forgeries`, and a `genuine` token, which shows that the others fail for the right reason. */
export async function forgedTokens(
  server: TestServer,
): Promise<Record<(typeof forgeries)[number] | 'genuine', string>> {
  const tokens = await obtainTokens(server, { scope: 'openid email projects:read' });
  const genuine = tokens.access_token;
  const [head, payload, signature] = genuine.split('.') as [string, string, string];
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const sealer = createSealer(['a test secret that is long enough to be one']);
  const [signing] = (await loadOrCreateKeyRing(server.db, sealer)).published;
  const ours = await importJWK(signing?.privateJwk as never, 'ES256');
  const pem = createPublicKey({ key: signing?.publicJwk as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const { privateKey: theirs, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sign = (key: KeyObject | CryptoKey | Uint8Array, changedClaims: object = {}, changedHeader: object = {}) =>
    new SignJWT({ ...claims, ...changedClaims }).setProtectedHeader({ ...header, ...changedHeader }).sign(key as never);
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    genuine,
    'an ID token': tokens.id_token as string,
    'the claims of an ID token': await sign(ours, { aud: 'spa', client_id: undefined }),
    'typ JWT': await sign(ours, {}, { typ: 'JWT' }),
    'alg none': new UnsecuredJWT(claims).encode(),
    'alg none, typ at+jwt': `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
    'HS256 with our public key as secret': await sign(Buffer.from(pem), {}, { alg: 'HS256' }),
    'another key under our kid': await sign(theirs),
    'another key under a kid of its own': await sign(theirs, {}, { kid: 'elsewhere' }),
    'another key that it brings along': await sign(theirs, {}, { jwk: publicKey.export({ format: 'jwk' }) }),
    'another key at an address of its own': await sign(theirs, {}, { jku: 'http://127.0.0.1:1/jwks' }),
    'our signature under another kid': `${encode({ ...header, kid: '../../etc/passwd' })}.${payload}.${signature}`,
    'another subject under our signature': `${head}.${encode({ ...claims, sub: 'somebody' })}.${signature}`,
    'another issuer': await sign(ours, { iss: 'https://evil.example' }),
    'expired a second ago': await sign(ours, { exp: now - 1 }),
    'no expiry': await sign(ours, { exp: undefined }),
    'a critical header nobody knows': `${encode({ ...header, crit: ['x'], x: 1 })}.${payload}.${signature}`,
    'a refresh token': tokens.refresh_token as string,
    '10 KB': `${head}.${'A'.repeat(10_000)}.${signature}`,
    dots: '...',
    'an empty JSON': 'e30.e30.e30',
    'a name of the prototype': '__proto__',
  };
}
