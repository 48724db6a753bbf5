/**
 * ID tokens that apps send back (`id_token_hint`, at sign-out and at authorization). They must stay good for as long as the
 * session that they tell of: longer than their own life (RP-Initiated Logout §2), than the key that signed them is
 * published, and than the algorithm that the client was registered for then. The engine verifies them with the published
 * keys and the client's algorithm of now.
 */
import { compactVerify, createLocalJWKSet, decodeJwt, type JWK } from 'jose';
import type { Provider } from 'oidc-provider';
import { signingAlgorithms } from '../../policy/signing-algorithms.ts';

/** @param keys the public keys of everything that may have signed an ID token of a living session */
export function verifyHints(provider: Provider, keys: readonly JWK[]): void {
  const find = createLocalJWKSet({ keys: [...keys] });
  provider.IdToken.validate = async (hint, client) => {
    const { protectedHeader } = await compactVerify(hint, find, { algorithms: [...signingAlgorithms] });
    // RFC 8725 §3.11: ID tokens have no type, everything else that we sign has one.
    if (protectedHeader.typ !== undefined) throw new Error('this is not an ID token');
    const claims = decodeJwt(hint);
    if (claims.iss !== provider.issuer) throw new Error('this ID token is of another issuer');
    if (claims.aud !== client.clientId) throw new Error('this ID token is for another client');
    if (typeof claims.sub !== 'string') throw new Error('this ID token names nobody');
    return { header: protectedHeader, payload: claims };
  };
}
