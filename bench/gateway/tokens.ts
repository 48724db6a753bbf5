/** Access tokens of many people, signed by the benchmark. */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const resource = 'https://api.vibecaas.com';
export const issuer = 'http://127.0.0.1:9';

export interface Tokens {
  readonly publicJwk: JWK;
  readonly tokens: readonly string[];
}

export async function makeTokens(count: number): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const now = Math.floor(Date.now() / 1000);
  const sign = (index: number) =>
    new SignJWT({ client_id: 'bench', jti: randomUUID(), gid: randomUUID(), scope: 'projects:read', tier: 'business' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
      .setIssuer(issuer)
      .setAudience(resource)
      .setSubject(`person-${index}`)
      .setIssuedAt(now)
      .setExpirationTime(now + 3_600)
      .sign(privateKey);
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  return { publicJwk, tokens: await Promise.all(Array.from({ length: count }, (_, index) => sign(index))) };
}
