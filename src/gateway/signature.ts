/**
 * The part of the check whose result never changes for a token: signature, type, issuer, audience, times, form of the
 * claims.
 */
import { type CryptoKey, decodeJwt, errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { type AccessTokenClaims, isAccessTokenClaims } from './claims.ts';
import { TokenError } from './errors.ts';
import type { KeySet } from './key-set.ts';

export interface SignedToken {
  readonly claims: AccessTokenClaims;
  /** Epoch milliseconds, with the tolerance included. */
  readonly expiresAt: number;
  readonly kid: string;
  readonly key: CryptoKey;
  /** The thumbprint of the key that the token is bound to (RFC 7800, RFC 9449 §6.1). */
  readonly thumbprint: string | undefined;
  /** The claims with all projects, if the token has too many to name them, once the server was asked. */
  whole?: AccessTokenClaims;
  /** Built when they are first needed. */
  scopes?: Set<string>;
  /** The versions of key set and revocation list against which the token was last checked. */
  keysVersion?: number;
  listVersion?: number;
}

export interface SignatureOptions {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly toleranceSeconds: number;
  readonly keys: KeySet;
}

const maxTokenChars = 8_192;

/** @throws TokenError for everything but a genuine access token of this issuer for one of these audiences, at this time */
export function createSignatureCheck({ issuer, audiences, toleranceSeconds, keys }: SignatureOptions) {
  const options = {
    issuer,
    audience: [...audiences],
    typ: 'at+jwt',
    algorithms: ['ES256'],
    clockTolerance: toleranceSeconds,
    requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
  };

  return async (token: string | undefined): Promise<SignedToken> => {
    if (typeof token !== 'string' || token === '') throw new TokenError(undefined, 'An access token is required');
    if (token.length > maxTokenChars) throw new TokenError('invalid_token', 'The access token is too long');
    let key: CryptoKey | undefined;
    const find = async ({ kid, typ }: JWTHeaderParameters): Promise<CryptoKey> => {
      if (typeof kid !== 'string') throw new errors.JWKSNoMatchingKey();
      key = keys.get(kid) ?? (isForUs(token, typ) ? await keysOrUnavailable(keys, kid) : undefined);
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    };
    const { payload, protectedHeader } = await jwtVerify(token, find, options).catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? refusal(error) : error;
    });
    if (!isAccessTokenClaims(payload)) throw new TokenError('invalid_token', 'The access token lacks claims');
    return {
      claims: Object.freeze(payload as AccessTokenClaims),
      expiresAt: (payload.exp + toleranceSeconds) * 1000,
      kid: protectedHeader.kid as string,
      key: key as CryptoKey,
      thumbprint: thumbprintOf(payload),
    };
  };

  /** Only a token that could be valid is worth a request for its key. */
  function isForUs(token: string, typ: unknown): boolean {
    const { iss, exp = 0 } = decodeJwt(token);
    return (
      iss === issuer && exp > Date.now() / 1000 - toleranceSeconds && /^(application\/)?at\+jwt$/i.test(String(typ))
    );
  }
}

async function keysOrUnavailable(keys: KeySet, kid: string): Promise<CryptoKey | undefined> {
  try {
    return await keys.ask(kid);
  } catch (cause) {
    throw new TokenError('temporarily_unavailable', 'The keys of the authorization server cannot be read now', {
      cause,
    });
  }
}

/** A kind of binding that this version does not support can't be checked. */
function thumbprintOf({ cnf }: JWTPayload): string | undefined {
  if (cnf === undefined) return undefined;
  const { jkt, ...others } = cnf as { jkt?: unknown };
  if (typeof jkt !== 'string' || Object.keys(others).length > 0) {
    throw new TokenError('invalid_token', 'The access token is bound in a way that is not supported here');
  }
  return jkt;
}

function refusal(cause: InstanceType<typeof errors.JOSEError>): TokenError {
  if (cause instanceof errors.JWTExpired)
    return new TokenError('invalid_token', 'The access token has expired', { cause });
  const claim = cause instanceof errors.JWTClaimValidationFailed ? cause.claim : undefined;
  const description = (claim && claimProblems[claim]) ?? 'The access token is not valid';
  return new TokenError('invalid_token', description, { cause });
}

export const otherResource = 'The access token is for another resource';

const claimProblems: Readonly<Record<string, string>> = {
  aud: otherResource,
  iss: 'The access token is by another issuer',
  nbf: 'The access token is not yet valid',
  typ: 'This is not an access token',
};
