/**
 * Verifies VibeCaaS access tokens (RFC 9068) where they are used: in microseconds, without a call per request, and still
 * refuses a revoked one within a second. See docs/gateway.md.
 *
 *     const verifier = createVerifier({ issuer, audience, credentials: { clientId, clientSecret } });
 *     const claims = await verifier.verify(token); // or a TokenError, with its status and WWW-Authenticate
 */
import { type AuthenticationRequirements, unmetRequirement } from '../policy/authentication-requirements.ts';
import type { AccessTokenClaims } from './claims.ts';
import { createDPoPCheck, type DPoPRequest } from './dpop.ts';
import { TokenError } from './errors.ts';
import type { Clocks } from './freshness.ts';
import type { Credentials } from './http.ts';
import { createKeySet } from './key-set.ts';
import { checkRevocations, noRevocations, type RevocationCheck } from './revocation-check.ts';
import { otherResource, type SignedToken } from './signature.ts';
import { rememberSignedTokens, type SignedTokens } from './signed-tokens.ts';

export interface VerifierOptions {
  /** The authorization server, exactly as tokens name it. */
  readonly issuer: string;
  /** The resource whose tokens are accepted, without trailing slash. */
  readonly audience: string;
  /** Other resources behind the same gateway. Their tokens are accepted only where `verify` is asked for that audience. */
  readonly otherAudiences?: readonly string[];
  /** Credentials of a client registered with `--gateway`: for the revocation feed, and for introspection when that is cut off. */
  readonly credentials?: Credentials;
  /** How far clocks may differ: 5 seconds by default, at most 60. */
  readonly clockToleranceSeconds?: number;
  /** How many verified tokens are remembered: 10,000 by default, some 15 MB. */
  readonly cachedTokens?: number;
  /** The addresses of the server's endpoints, if they are not the paths below the issuer. */
  readonly endpoints?: Partial<Endpoints>;
  /**
   * DANGEROUS: while neither the feed nor introspection answers, revoked tokens are accepted until they expire. Running
   * without `credentials` requires this option too.
   */
  readonly acceptRevokedTokensWhileCutOff?: boolean;
  /**
   * Called for failures that the verifier repairs by itself: a lost feed, or keys or introspection that can't be
   * reached.
   */
  readonly onProblem?: (error: Error) => void;
  readonly fetch?: typeof fetch;
}

export interface Endpoints {
  readonly jwks: string;
  readonly revocations: string;
  readonly introspection: string;
}

export type { AuthenticationRequirements };

/** `acr` and `maxAgeSeconds` say which sign-in the request requires; otherwise any will do. */
export interface VerifyOptions extends AuthenticationRequirements {
  /** Scopes, space-separated, all of which the token must have. */
  readonly scope?: string;
  /** The resource of the request, if it is one of `otherAudiences`. */
  readonly audience?: string;
  /** The request, if the token was presented with the scheme `DPoP`; omit it for `Bearer`. */
  readonly dpop?: DPoPRequest;
}

export interface Verifier {
  /** The authorization server and the resource, as the options named them. */
  readonly issuer: string;
  readonly audience: string;
  /** The claims of a valid token, frozen. @throws TokenError for every other token */
  verify(token: string | undefined, options?: VerifyOptions): Promise<AccessTokenClaims>;
  /**
   * The same at once, for a remembered token that needs no proof while the feed is fresh. Undefined for every other
   * token: then ask `verify`. @throws TokenError
   */
  recall(token: string, options?: VerifyOptions): AccessTokenClaims | undefined;
  /**
   * Resolves when the keys are read and the revocation list is known, and keeps the process alive until then. Rejects
   * if the keys can't be read, or if the feed refuses the credentials. A verifier can be used before that, and keeps
   * trying afterwards.
   */
  ready(): Promise<void>;
  readonly status: VerifierStatus;
  /** Closes the feed and stops every timer. */
  close(): Promise<void>;
}

export interface VerifierStatus {
  /** `following`: revocations are known to the second. `cut off`: each call is introspected. `off`: no credentials. */
  readonly revocations: 'following' | 'cut off' | 'off';
  readonly revocationEntries: number;
  readonly cachedTokens: number;
}

/**
 * `clocks` are for tests, which move them instead of waiting.
 * @throws TypeError for options that would verify less than they seem to
 */
export function createVerifier(options: VerifierOptions, clocks?: Clocks): Verifier {
  refuseBadOptions(options);
  const {
    issuer,
    audience,
    otherAudiences = [],
    credentials,
    onProblem = () => {},
    fetch = globalThis.fetch,
  } = options;
  const urls = endpointsOf(options);
  const keys = createKeySet({ url: urls.jwks, fetch, onProblem });
  const keysRead = keys.refresh();
  keysRead.catch(onProblem);
  const acceptWhileCutOff = options.acceptRevokedTokensWhileCutOff ?? false;
  const revocations = credentials
    ? checkRevocations(credentials, { urls, fetch, onProblem, clocks, acceptWhileCutOff })
    : noRevocations;
  const toleranceSeconds = options.clockToleranceSeconds ?? defaults.clockToleranceSeconds;
  const signedTokens = rememberSignedTokens(
    { issuer, audiences: [audience, ...otherAudiences], toleranceSeconds, keys },
    options.cachedTokens ?? defaults.cachedTokens,
  );
  const checkProof = createDPoPCheck({ sharedSecret: credentials?.clientSecret });

  return {
    issuer,
    audience,
    ...tokenChecks({ audience, signedTokens, revocations, checkProof, toleranceSeconds }),
    ready: () => keptAlive(Promise.all([keysRead.catch(() => keys.refresh()), revocations.synced])),
    get status(): VerifierStatus {
      const { state, entries } = revocations;
      return { revocations: state, revocationEntries: entries, cachedTokens: signedTokens.size };
    },
    async close() {
      keys.close();
      await revocations.close();
    },
  };
}

const defaults = { clockToleranceSeconds: 5, cachedTokens: 10_000 };

function endpointsOf({ issuer, endpoints }: VerifierOptions): Endpoints {
  return {
    jwks: `${issuer}/oauth/jwks`,
    revocations: `${issuer}/oauth/revocations`,
    introspection: `${issuer}/oauth/introspect`,
    ...endpoints,
  };
}

function refuseBadOptions(options: VerifierOptions): void {
  const { issuer, audience, credentials, cachedTokens, clockToleranceSeconds: tolerance = 0 } = options;
  if (!URL.canParse(issuer) || issuer.endsWith('/')) throw new TypeError('issuer: an address without trailing slash');
  if (!audience) throw new TypeError('audience: the resource whose tokens are accepted');
  if (!(tolerance >= 0 && tolerance <= 60)) throw new TypeError('clockToleranceSeconds: 0 to 60');
  if (cachedTokens !== undefined && !(cachedTokens >= 0)) throw new TypeError('cachedTokens: a number');
  if (!credentials && !options.acceptRevokedTokensWhileCutOff) {
    throw new TypeError('credentials: without them no revocation is seen; acceptRevokedTokensWhileCutOff allows that');
  }
}

interface Checks {
  readonly audience: string;
  readonly signedTokens: SignedTokens;
  readonly revocations: RevocationCheck;
  readonly checkProof: ReturnType<typeof createDPoPCheck>;
  readonly toleranceSeconds: number;
}

/** In this order: signature and expiry, revocation, possession of the key, the scopes and the sign-in of this request. */
function tokenChecks(checks: Checks): Pick<Verifier, 'verify' | 'recall'> {
  const { signedTokens, revocations, checkProof } = checks;

  async function verify(token: string | undefined, request?: VerifyOptions): Promise<AccessTokenClaims> {
    const known = token === undefined ? undefined : signedTokens.find(token);
    // To await a remembered token would double the cost of verifying it.
    const signed = known ?? (await signedTokens.check(token));
    const { fresh, now } = revocations.look();
    if (!signedTokens.recheck(signed, token as string, now)) return verify(token, request);
    if (fresh) revocations.checkList(signed, now);
    else await revocations.ask(token as string);
    const { thumbprint } = signed;
    const useProof =
      thumbprint === undefined ? undefined : await checkProof(request?.dpop, token as string, thumbprint);
    checkRequest(signed, request, now, checks);
    // Last, so that a request that is refused for another reason uses up no proof.
    useProof?.();
    return signed.claims;
  }

  return {
    verify,
    recall(token, request) {
      const signed = signedTokens.find(token);
      if (!signed || signed.thumbprint !== undefined) return undefined;
      const { fresh, now } = revocations.look();
      if (!fresh || !signedTokens.recheck(signed, token, now)) return undefined;
      revocations.checkList(signed, now);
      checkRequest(signed, request, now, checks);
      return signed.claims;
    },
  };
}

/**
 * Keeps the process alive until `work` is done. No other timer of the verifier does, so a program that awaits at its
 * top level would end.
 */
async function keptAlive(work: Promise<unknown>): Promise<void> {
  const alive = setInterval(() => {}, 60_000);
  await work.finally(() => clearInterval(alive));
}

/** `now` is in epoch milliseconds. */
function checkRequest(
  signed: SignedToken,
  request: VerifyOptions | undefined,
  now: number,
  { audience, toleranceSeconds }: Checks,
): void {
  if (!isFor(signed.claims.aud, request?.audience ?? audience)) throw new TokenError('invalid_token', otherResource);
  if (request?.dpop && signed.thumbprint === undefined) {
    throw new TokenError('invalid_token', 'The access token is not bound to a key');
  }
  if (request?.scope) requireScopes(signed, request.scope);
  if (request?.acr === undefined && request?.maxAgeSeconds === undefined) return;
  const { acr, maxAgeSeconds } = request;
  const unmet = unmetRequirement(signed.claims, request, { now: now / 1000, toleranceSeconds });
  if (unmet) {
    const options = { required: { acr, maxAgeSeconds }, caller: signed.claims };
    throw new TokenError('insufficient_user_authentication', unmet, options);
  }
}

/** RFC 7519 §4.1.3: one audience, or a list. */
function isFor(audiences: string | readonly string[] | undefined, audience: string): boolean {
  return typeof audiences === 'string' ? audiences === audience : audiences?.includes(audience) === true;
}

/** RFC 6750 §3.1: 403, and which scopes would be sufficient. */
function requireScopes(signed: SignedToken, scope: string): void {
  signed.scopes ??= new Set((signed.claims.scope ?? '').split(' '));
  if (signed.scopes.has(scope)) return;
  const missing = scope.split(' ').filter((one) => one !== '' && !signed.scopes?.has(one));
  if (missing.length > 0) {
    const options = { scope, caller: signed.claims };
    throw new TokenError('insufficient_scope', `The access token lacks ${missing.join(' ')}`, options);
  }
}
