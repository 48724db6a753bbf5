/** What the server remembers of access tokens whose signature it has verified. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it, onTestFinished, vi } from 'vitest';
import { accessTokenVerifier } from '../../src/oidc/access-token.ts';
import type { SigningKey } from '../../src/operations/signing-keys.ts';

const issuer = 'https://auth.example';

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = { kid, alg: 'ES256', publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } } as SigningKey;
  const sign = () =>
    new SignJWT({ client_id: 'app' })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience('https://api.example')
      .setSubject('ada')
      .setJti('1')
      .setExpirationTime('1h')
      .sign(privateKey);
  return { key, token: await sign() };
}

it('a token that was verified while its key was withdrawn is refused from then on', async () => {
  const [old, next] = [await newKey('old'), await newKey('next')];
  let keys = [old.key];
  const verify = accessTokenVerifier(issuer, () => keys);
  const begun = verify(old.token);
  keys = [next.key];
  expect(await verify(next.token)).toMatchObject({ sub: 'ada' });
  await begun;
  expect(await verify(old.token)).toBeUndefined();
});

it('a token that is remembered is refused once it has expired', async () => {
  const { key, token } = await newKey('one');
  const verify = accessTokenVerifier(issuer, () => keys);
  const keys = [key];
  expect(await verify(token)).toMatchObject({ sub: 'ada' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await verify(token)).toBeUndefined();
});
