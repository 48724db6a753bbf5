/**
 * Checks VibeCaaS access tokens (RFC 9068) where they are used: in microseconds, without a call per request, and still
 * refuses a revoked one within a second. See docs/gateway.md.
 *
 *     const verifier = createVerifier({ issuer, audience, credentials: { clientId, clientSecret } });
 *     const claims = await verifier.verify(token); // or a TokenError, with its status and WWW-Authenticate
 */
import type { AccessTokenClaims } from './claims.ts';
import { createDPoPCheck, type DPoPRequest } from './dpop.ts';
import { TokenError } from './errors.ts';
import { followRevocations } from './follower.ts';
import type { Clocks } from './freshness.ts';
import type { Credentials } from './http.ts';
import { createIntrospection } from './introspection.ts';
import { createKeySet } from './key-set.ts';
import { createSignatureCheck, type SignedToken } from './signature.ts';
import { createTokenCache } from './token-cache.ts';

export interface VerifierOptions {
  /** The authorization server, exactly as tokens name it. */
  readonly issuer: string;
  /** The resource whose tokens are accepted, without trailing slash. */
  readonly audience: string;
  /** Credentials of a client registered with `--gateway`: for the revocation feed, and for introspection when that is cut off. */
  readonly credentials?: Credentials;
  /** How far clocks may differ. 5 seconds unless told otherwise, 60 at most. */
  readonly clockToleranceSeconds?: number;
  /** Tokens remembered as verified; 10,000 unless told otherwise, some 15 MB. */
  readonly cachedTokens?: number;
  /** Where the server is reached, if not at the paths below the issuer. */
  readonly endpoints?: Partial<Endpoints>;
  /**
   * DANGEROUS: while neither the feed nor introspection answers, revoked tokens are accepted until they expire. Also
   * what it takes to run without `credentials`.
   */
  readonly acceptRevokedTokensWhileCutOff?: boolean;
  /** Told of failures that the verifier repairs by itself: a lost feed, keys or introspection that can't be reached. */
  readonly onProblem?: (error: Error) => void;
  readonly fetch?: typeof fetch;
}

export interface Endpoints {
  readonly jwks: string;
  readonly revocations: string;
  readonly introspection: string;
}

export interface VerifyOptions {
  /** Scopes that the token must all have, space-separated. */
  readonly scope?: string;
  /** The request, when the token was presented with the scheme `DPoP`; leave it out for `Bearer`. */
  readonly dpop?: DPoPRequest;
}

export interface Verifier {
  /** The authorization server and the resource, as the options named them. */
  readonly issuer: string;
  readonly audience: string;
  /** The claims of a valid token, frozen. @throws TokenError for every other */
  verify(token: string | undefined, options?: VerifyOptions): Promise<AccessTokenClaims>;
  /**
   * The same at once, for a token that is remembered and needs no proof while the feed is fresh; undefined for every
   * other: then ask `verify`. @throws TokenError
   */
  recall(token: string, options?: VerifyOptions): AccessTokenClaims | undefined;
  /**
   * Resolves when the keys are read and the revocation list is known; keeps the process alive until then. Fails when the
   * keys can't be read, or the feed refuses the credentials. A verifier can be used before that, and goes on trying after.
   */
  ready(): Promise<void>;
  readonly status: VerifierStatus;
  /** Ends the feed and every timer. */
  close(): Promise<void>;
}

export interface VerifierStatus {
  /** `following`: revocations are known to the second. `cut off`: each call is introspected. `off`: no credentials. */
  readonly revocations: 'following' | 'cut off' | 'off';
  readonly revocationEntries: number;
  readonly cachedTokens: number;
}

/**
 * `clocks` are given by tests, which move them in place of waiting.
 * @throws TypeError for options that would verify less than they seem to
 */
export function createVerifier(options: VerifierOptions, clocks?: Clocks): Verifier {
  const {
    issuer,
    audience,
    credentials,
    cachedTokens = 10_000,
    onProblem = () => {},
    fetch = globalThis.fetch,
  } = options;
  const { clockToleranceSeconds: tolerance = 5, acceptRevokedTokensWhileCutOff: careless = false } = options;
  check(options, tolerance, careless);
  const endpoints: Endpoints = {
    jwks: `${issuer}/oauth/jwks`,
    revocations: `${issuer}/oauth/revocations`,
    introspection: `${issuer}/oauth/introspect`,
    ...options.endpoints,
  };
  const keys = createKeySet({ url: endpoints.jwks, fetch, onProblem });
  const keysRead = keys.refresh();
  keysRead.catch(onProblem);
  const following = { url: endpoints.revocations, fetch, onProblem, ...(clocks && { clocks }) };
  const follower = credentials && followRevocations({ ...following, credentials });
  const introspect = credentials && createIntrospection({ url: endpoints.introspection, credentials, fetch });
  const checkSignature = createSignatureCheck({ issuer, audience, tolerance, keys });
  const checkProof = createDPoPCheck({ sharedSecret: credentials?.clientSecret });
  const cache = createTokenCache<SignedToken>(cachedTokens);

  async function verify(token: string | undefined, request?: VerifyOptions): Promise<AccessTokenClaims> {
    const known = token === undefined ? undefined : cache.get(token);
    const signed = known ?? (await checkSignature(token));
    if (!known) cache.set(token as string, signed);
    // The database's clock counts too: its entries end with the token by that clock.
    const { fresh, now } = follower ? follower.look() : { fresh: false, now: Date.now() };
    if (!stands(token as string, signed, now)) return verify(token, request);
    if (fresh) checkList(signed, now);
    else await ask(token as string);
    const { thumbprint } = signed;
    const useProof =
      thumbprint === undefined ? undefined : await checkProof(request?.dpop, token as string, thumbprint);
    checkRequest(signed, request);
    // Last, so that a request that is refused for something else has used no proof up.
    useProof?.();
    return signed.claims;
  }

  function recall(token: string, request?: VerifyOptions): AccessTokenClaims | undefined {
    const signed = cache.get(token);
    if (!signed || signed.thumbprint !== undefined || !follower) return undefined;
    const { fresh, now } = follower.look();
    if (!fresh || !stands(token, signed, now)) return undefined;
    checkList(signed, now);
    checkRequest(signed, request);
    return signed.claims;
  }

  /** False, and forgotten: its key was withdrawn. @throws TokenError when it has expired */
  function stands(token: string, signed: SignedToken, now: number): boolean {
    if (now >= signed.expiresAt) {
      cache.delete(token);
      throw new TokenError('invalid_token', 'The access token has expired');
    }
    if (signed.keysVersion === keys.version) return true;
    if (!keys.holds(signed.kid, signed.key)) {
      cache.delete(token);
      return false;
    }
    signed.keysVersion = keys.version;
    return true;
  }

  function checkList(signed: SignedToken, now: number): void {
    if (signed.listVersion === follower?.list.version) return;
    if (follower?.list.revokes(signed.claims, now)) throw revoked();
    signed.listVersion = follower?.list.version;
  }

  /** The feed is cut off: the server itself says, or nobody does. */
  async function ask(token: string): Promise<void> {
    if (!introspect) return;
    const active = await introspect(token).catch((cause: Error) => {
      onProblem(cause);
      if (careless) return true;
      throw new TokenError('temporarily_unavailable', 'Whether the access token was revoked cannot be known now', {
        cause,
      });
    });
    if (!active) throw revoked();
  }

  return {
    issuer,
    audience,
    verify,
    recall,
    async ready() {
      // No timer of ours does; a program that waits at its top would end.
      const alive = setInterval(() => {}, 60_000);
      const followed = follower?.look().fresh ? undefined : follower?.synced;
      await Promise.all([keysRead.catch(() => keys.refresh()), followed]).finally(() => clearInterval(alive));
    },
    get status(): VerifierStatus {
      const revocations = !follower ? 'off' : follower.look().fresh ? 'following' : 'cut off';
      return { revocations, revocationEntries: follower?.list.size ?? 0, cachedTokens: cache.size };
    },
    async close() {
      keys.close();
      await follower?.close();
    },
  };
}

function check({ issuer, audience, credentials, cachedTokens }: VerifierOptions, tolerance: number, careless: boolean) {
  if (!URL.canParse(issuer) || issuer.endsWith('/')) throw new TypeError('issuer: an address without trailing slash');
  if (!audience) throw new TypeError('audience: the resource whose tokens are accepted');
  if (!(tolerance >= 0 && tolerance <= 60)) throw new TypeError('clockToleranceSeconds: 0 to 60');
  if (cachedTokens !== undefined && !(cachedTokens >= 0)) throw new TypeError('cachedTokens: a number');
  if (!credentials && !careless) {
    throw new TypeError('credentials: without them no revocation is seen; acceptRevokedTokensWhileCutOff allows that');
  }
}

function revoked(): TokenError {
  return new TokenError('invalid_token', 'The access token was revoked');
}

function checkRequest(signed: SignedToken, request: VerifyOptions | undefined): void {
  if (request?.dpop && signed.thumbprint === undefined) {
    throw new TokenError('invalid_token', 'The access token is not bound to a key');
  }
  if (request?.scope) requireScopes(signed, request.scope);
}

/** RFC 6750 §3.1: 403, and which scopes would do. */
function requireScopes(signed: SignedToken, scope: string): void {
  signed.scopes ??= new Set((signed.claims.scope ?? '').split(' '));
  if (signed.scopes.has(scope)) return;
  const missing = scope.split(' ').filter((one) => one !== '' && !signed.scopes?.has(one));
  if (missing.length > 0) {
    throw new TokenError('insufficient_scope', `The access token lacks ${missing.join(' ')}`, { scope });
  }
}
