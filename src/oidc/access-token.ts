/** Access tokens as this server itself checks them: a signature of ours, `at+jwt`, our issuer, not expired. */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { SigningKey } from '../operations/signing-keys.ts';

export interface AccessTokenClaims extends JWTPayload {
  readonly jti: string;
  readonly sub: string;
  readonly client_id: string;
  readonly exp: number;
  readonly aud: string;
  readonly scope?: string;
  readonly gid?: string;
  readonly cnf?: { readonly jkt?: string };
}

/** The claims of a genuine, unexpired access token; undefined for anything else. Whether it was revoked it does not say. */
export type AccessTokenVerifier = (token: string) => Promise<AccessTokenClaims | undefined>;

/** `keys` is asked each time, since they change while the server runs. */
export function accessTokenVerifier(issuer: string, keys: () => readonly SigningKey[]): AccessTokenVerifier {
  let known: readonly SigningKey[] | undefined;
  let find = createLocalJWKSet({ keys: [] });
  return async (token) => {
    if (known !== keys()) {
      known = keys();
      find = createLocalJWKSet({ keys: known.map((key) => key.publicJwk) });
    }
    try {
      const { payload } = await jwtVerify(token, find, { issuer, typ: 'at+jwt', algorithms: ['ES256'] });
      return isAccessToken(payload) ? payload : undefined;
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
