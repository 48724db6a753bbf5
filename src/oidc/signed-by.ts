/** Verifies the signature of a JWT from outside with one of several keys. */
import { compactVerify, createLocalJWKSet, errors, type JWK } from 'jose';

/** HMAC and `none` are not among them: a public key must never be taken for a secret. */
export const assertionAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Whether one of the keys has signed it. Two keys with one `kid` are both tried. */
export async function isSignedByOne(
  jwt: string,
  keys: readonly JWK[],
  algorithms: readonly string[],
): Promise<boolean> {
  const options = { algorithms: [...algorithms] };
  try {
    await compactVerify(jwt, createLocalJWKSet({ keys: [...keys] }), options);
    return true;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return false;
    for await (const key of error) {
      if (
        await compactVerify(jwt, key, options).then(
          () => true,
          () => false,
        )
      )
        return true;
    }
    return false;
  }
}
