/**
 * Verifies VibeCaaS access tokens (RFC 9068) where they are used: in microseconds, without a call per request, and still
 * refuses a revoked one within a second. See docs/gateway.md.
 *
 *     const verifier = createVerifier({ issuer, audience, credentials: { clientId, clientSecret } });
 *     const claims = await verifier.verify(token); // or a TokenError, with its status and WWW-Authenticate
 */
import { looksLikeApiKey } from '../policy/api-keys.ts';
import type { AuthenticationRequirements } from '../policy/authentication-requirements.ts';
import { type ApiKeys, createApiKeys } from './api-keys.ts';
import type { AccessTokenClaims, CallerClaims } from './claims.ts';
import { createDPoPCheck } from './dpop.ts';
import { TokenError } from './errors.ts';
import type { Clocks } from './freshness.ts';
import { createKeySet } from './key-set.ts';
import { mustAskForProjects, requireProjects } from './projects.ts';
import { isFor, requireScopes, requireSignIn } from './request-check.ts';
import { checkRevocations, noRevocations, type RevocationCheck } from './revocation-check.ts';
import { otherResource, type SignedToken } from './signature.ts';
import { rememberSignedTokens, type SignedTokens } from './signed-tokens.ts';
import {
  defaults,
  type Endpoints,
  endpointsOf,
  refuseBadOptions,
  type VerifierOptions,
  type VerifyOptions,
} from './verifier-options.ts';

export type { AccessTokenClaims, AuthenticationRequirements, CallerClaims, Endpoints, VerifierOptions, VerifyOptions };

export interface Verifier {
  /** The authorization server and the resource, as the options named them. */
  readonly issuer: string;
  readonly audience: string;
  /** The claims of a valid token or key, frozen. @throws TokenError for every other one */
  verify(token: string | undefined, options?: VerifyOptions): Promise<CallerClaims>;
  /**
   * The same at once, for a remembered token that needs no proof while the feed is fresh. Undefined for every other
   * token: then ask `verify`. @throws TokenError
   */
  recall(token: string, options?: VerifyOptions): CallerClaims | undefined;
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
  readonly cachedKeys: number;
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
  // A restored database has new keys, since nobody knows which tokens were revoked after its backup.
  const onOtherFeed = () => void keys.renew().catch(onProblem);
  const acceptWhileCutOff = options.acceptRevokedTokensWhileCutOff ?? false;
  const revocations = credentials
    ? checkRevocations(credentials, { urls, fetch, onProblem, onOtherFeed, clocks, acceptWhileCutOff })
    : noRevocations;
  const toleranceSeconds = options.clockToleranceSeconds ?? defaults.clockToleranceSeconds;
  const signedTokens = rememberSignedTokens(
    { issuer, audiences: [audience, ...otherAudiences], toleranceSeconds, keys },
    options.cachedTokens ?? defaults.cachedTokens,
  );
  const checkProof = createDPoPCheck({ sharedSecret: credentials?.clientSecret });
  const shared = { fetch, onProblem, issuer, audience, toleranceSeconds, revocations, acceptWhileCutOff };
  const maxKeys = options.cachedKeys ?? defaults.cachedKeys;
  const apiKeys =
    options.apiKeys && credentials
      ? createApiKeys({ ...shared, url: urls.keyIntrospection, credentials, maxKeys })
      : undefined;

  return {
    issuer,
    audience,
    ...tokenChecks({ audience, signedTokens, revocations, checkProof, toleranceSeconds, apiKeys }),
    ready: () => keptAlive(Promise.all([keysRead.catch(() => keys.refresh()), revocations.synced])),
    get status(): VerifierStatus {
      const { state, entries } = revocations;
      return {
        revocations: state,
        revocationEntries: entries,
        cachedTokens: signedTokens.size,
        cachedKeys: apiKeys?.size ?? 0,
      };
    },
    async close() {
      keys.close();
      await Promise.all([apiKeys?.close(), revocations.close()]);
    },
  };
}

interface Checks {
  readonly audience: string;
  readonly signedTokens: SignedTokens;
  readonly revocations: RevocationCheck;
  readonly checkProof: ReturnType<typeof createDPoPCheck>;
  readonly toleranceSeconds: number;
  readonly apiKeys: ApiKeys | undefined;
}

/** In this order: signature and expiry, revocation, possession of the key, the scopes, the project and the sign-in of this request. */
function tokenChecks(checks: Checks): Pick<Verifier, 'verify' | 'recall'> {
  const { signedTokens, revocations, checkProof, apiKeys } = checks;

  async function verify(token: string | undefined, request?: VerifyOptions): Promise<CallerClaims> {
    if (token !== undefined && looksLikeApiKey(token)) {
      if (!apiKeys) throw new TokenError('invalid_token', 'API keys are not accepted here');
      // To await a remembered key would cost more than to check it.
      return apiKeys.recall(token, request) ?? apiKeys.verify(token, request);
    }
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
    if (lacksProjects(signed)) signed.whole = withProjects(signed, await revocations.describe(token as string));
    checkRequest(signed, request, now, checks);
    // Last, so that a request that is refused for another reason uses up no proof.
    useProof?.();
    return signed.whole ?? signed.claims;
  }

  return {
    verify,
    recall(token, request) {
      if (looksLikeApiKey(token)) return apiKeys?.recall(token, request);
      const signed = signedTokens.find(token);
      if (!signed || signed.thumbprint !== undefined || lacksProjects(signed)) return undefined;
      const { fresh, now } = revocations.look();
      if (!fresh || !signedTokens.recheck(signed, token, now)) return undefined;
      revocations.checkList(signed, now);
      checkRequest(signed, request, now, checks);
      return signed.whole ?? signed.claims;
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
  if (request?.scope) requireScopes(signed, request.scope, 'access token');
  requireProjects(signed.whole ?? signed.claims, request);
  requireSignIn(signed, request, { now, toleranceSeconds });
}

function lacksProjects({ claims, whole }: SignedToken): boolean {
  return claims.authorization_details !== undefined && whole === undefined && mustAskForProjects(claims);
}

/** An answer without a list, or with a stand-in for one, allows nothing. */
function withProjects({ claims }: SignedToken, answer: Record<string, unknown>): AccessTokenClaims {
  return Object.freeze({ ...claims, authorization_details: answer.authorization_details ?? [] });
}
