/** The options of a verifier, with their defaults. */
import type { AuthenticationRequirements } from '../policy/authentication-requirements.ts';
import type { DPoPRequest } from './dpop.ts';
import type { Credentials } from './http.ts';
import type { ProjectRequirements } from './projects.ts';

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
  /**
   * Accepts API keys of people too, for `audience` alone. Their claims have no `client_id`. Pass the `address` of each caller:
   * keys may be limited to networks, and unknown ones are limited by address.
   */
  readonly apiKeys?: boolean;
  /** How many API keys are remembered: 10,000 by default. */
  readonly cachedKeys?: number;
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
  readonly keyIntrospection: string;
}

/**
 * `acr` and `maxAgeSeconds` say which sign-in the request requires; otherwise any will do. `project` or `filtered` say how the
 * request is limited to projects; without them, a token or key that is limited is refused.
 */
export interface VerifyOptions extends AuthenticationRequirements, ProjectRequirements {
  /** Scopes, space-separated, all of which the token must have. */
  readonly scope?: string;
  /** The resource of the request, if it is one of `otherAudiences`. */
  readonly audience?: string;
  /** The caller's IP address, for API keys. */
  readonly address?: string | undefined;
  /** The request, if the token was presented with the scheme `DPoP`; omit it for `Bearer`. */
  readonly dpop?: DPoPRequest;
}

export const defaults = { clockToleranceSeconds: 5, cachedTokens: 10_000, cachedKeys: 10_000 };

export function endpointsOf({ issuer, endpoints }: VerifierOptions): Endpoints {
  return {
    jwks: `${issuer}/oauth/jwks`,
    revocations: `${issuer}/oauth/revocations`,
    introspection: `${issuer}/oauth/introspect`,
    keyIntrospection: `${issuer}/oauth/introspect/keys`,
    ...endpoints,
  };
}

/** @throws TypeError for options that would verify less than they seem to */
export function refuseBadOptions(options: VerifierOptions): void {
  const { issuer, audience, credentials, cachedTokens, clockToleranceSeconds: tolerance = 0 } = options;
  if (!URL.canParse(issuer) || issuer.endsWith('/')) throw new TypeError('issuer: an address without trailing slash');
  if (!audience) throw new TypeError('audience: the resource whose tokens are accepted');
  if (!(tolerance >= 0 && tolerance <= 60)) throw new TypeError('clockToleranceSeconds: 0 to 60');
  if (cachedTokens !== undefined && !(cachedTokens >= 0)) throw new TypeError('cachedTokens: a number');
  if (!credentials && options.apiKeys) throw new TypeError('apiKeys: needs credentials');
  if (!credentials && !options.acceptRevokedTokensWhileCutOff) {
    throw new TypeError('credentials: without them no revocation is seen; acceptRevokedTokensWhileCutOff allows that');
  }
}
