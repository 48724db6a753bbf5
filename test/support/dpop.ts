/** Creates DPoP proofs (RFC 9449 §4.2) with a key of the test. They are valid unless the test changes them. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface ProofKey {
  readonly thumbprint: string;
  /** `token` is the access token that is sent with the proof; `claims` and `header` override its content. */
  proof(method: string, url: string, more?: { token?: string; claims?: object; header?: object }): Promise<string>;
}

export async function newProofKey(alg = 'ES256'): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    proof(htm, htu, { token, claims = {}, header = {} } = {}) {
      const ath = token && createHash('sha256').update(token).digest('base64url');
      const all = {
        htm,
        htu,
        iat: Math.floor(Date.now() / 1000),
        jti: crypto.randomUUID(),
        ...(ath && { ath }),
        ...claims,
      };
      return new SignJWT(all).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header }).sign(privateKey);
    },
  };
}
