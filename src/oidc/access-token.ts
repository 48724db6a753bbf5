/**
 * Verifies access tokens for this server itself: signed by one of its keys, of type `at+jwt`, from this issuer, not
 * expired.
 */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { SigningKey } from '../operations/signing-keys.ts';
import { accessTokenAlgorithm } from '../policy/signing-algorithms.ts';
import { sha256 } from '../store/sealer.ts';

export interface AccessTokenClaims extends JWTPayload {
  readonly jti: string;
  readonly sub: string;
  readonly client_id: string;
  readonly exp: number;
  readonly aud: string;
  readonly scope?: string;
  readonly gid?: string;
  /** How sure the sign-in was, when it was, in epoch seconds, and what was shown. */
  readonly acr?: string;
  readonly auth_time?: number;
  readonly amr?: readonly string[];
  /** The position of the refresh token that it was issued with; a grant's first token has none. */
  readonly rot?: string;
  readonly cnf?: { readonly jkt?: string };
  /** The projects that it is limited to; absent if it is not. */
  readonly authorization_details?: unknown;
  /** The services that act for the person (RFC 8693 §4.1), and the ids of the tokens that it was exchanged from. */
  readonly act?: unknown;
  readonly derived_from?: unknown;
}

/**
 * Returns the claims of a genuine, unexpired access token; undefined for anything else. Does not check whether the
 * token was revoked.
 */
export type AccessTokenVerifier = (token: string) => Promise<AccessTokenClaims | undefined>;

/** No token that this server issues is longer. */
const maxTokenChars = 8_192;

/**
 * Calls `keys` for every token, because the keys change while the server runs. A verified signature is remembered by
 * the token's hash until the keys change.
 */
export function accessTokenVerifier(issuer: string, keys: () => readonly SigningKey[]): AccessTokenVerifier {
  let known: readonly SigningKey[] | undefined;
  let find = createLocalJWKSet({ keys: [] });
  const verified = new LRUCache<string, AccessTokenClaims>({ max: 5_000 });
  return async (token) => {
    if (known !== keys()) {
      known = keys();
      const forAccessTokens = known.filter(({ alg }) => alg === accessTokenAlgorithm);
      find = createLocalJWKSet({ keys: forAccessTokens.map((key) => key.publicJwk) });
      verified.clear();
    }
    const used = known;
    if (token.length > maxTokenChars) return undefined;
    const hash = sha256(token).toString('base64');
    const before = verified.get(hash);
    if (before) return before.exp > Date.now() / 1000 ? before : undefined;
    try {
      const { payload } = await jwtVerify(token, find, { issuer, typ: 'at+jwt', algorithms: [accessTokenAlgorithm] });
      if (!isAccessToken(payload)) return undefined;
      // Its key may have been withdrawn meanwhile.
      if (used === known) verified.set(hash, payload);
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

function isAccessToken(claims: JWTPayload): claims is AccessTokenClaims {
  return (
    [claims.jti, claims.sub, claims.client_id, claims.aud].every((claim) => typeof claim === 'string') &&
    typeof claims.exp === 'number'
  );
}
