/**
 * Verifies ID tokens that apps send back (`id_token_hint`, at sign-out and at authorization). They must stay valid as
 * long as the session that they describe: after their own expiry (RP-Initiated Logout §2), after the key that signed
 * them is no longer published, and after the client is registered for another algorithm. The engine verifies them with
 * the published keys and the client's present algorithm.
 */
import { compactVerify, createLocalJWKSet, decodeJwt, type JWK } from 'jose';
import type { Provider } from 'oidc-provider';
import { signingAlgorithms } from '../../policy/signing-algorithms.ts';

/** @param keys the public keys of every key that may have signed an ID token of a session that still exists */
export function verifyHints(provider: Provider, keys: readonly JWK[]): void {
  const find = createLocalJWKSet({ keys: [...keys] });
  provider.IdToken.validate = async (hint, client) => {
    const { protectedHeader } = await compactVerify(hint, find, { algorithms: [...signingAlgorithms] });
    // RFC 8725 §3.11: ID tokens have no type; everything else that this server signs has one.
    if (protectedHeader.typ !== undefined) throw new Error('this is not an ID token');
    const claims = decodeJwt(hint);
    if (claims.iss !== provider.issuer) throw new Error('this ID token is of another issuer');
    if (claims.aud !== client.clientId) throw new Error('this ID token is for another client');
    if (typeof claims.sub !== 'string') throw new Error('this ID token names nobody');
    return { header: protectedHeader, payload: claims };
  };
}
