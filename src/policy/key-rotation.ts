/** When signing keys may be rotated, and how long retired keys are needed. */
import { sessionLifetimeSeconds } from './session-lifetime.ts';

/** The states of a published signing key, in order. */
export type SigningKeyState = 'next' | 'current' | 'retired';

/** How long verifiers may cache the key set. It is the `max-age` of the response, and our own verifier uses it. */
export const keySetMaxAgeMs = 5 * 60 * 1000;

/** How long a retired key stays published: the hour for which tokens are valid, and a minute for clock skew. */
export const retiredKeyLifetimeMs = 61 * 60 * 1000;

/**
 * How long ID tokens of a retired key are accepted as hints (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): as long
 * as the session, for a token that was signed just before the key retired.
 */
export const hintsVerifiedMs = sessionLifetimeSeconds * 1000 + retiredKeyLifetimeMs;

/** Returns the time until which a retired key is published; null if it is not retired. */
export function publishedUntil(retiredAt: Date | null): Date | null {
  return retiredAt && new Date(retiredAt.getTime() + retiredKeyLifetimeMs);
}

/**
 * Returns when the next rotation is safe; undefined if it is safe now. The key that would sign was published by the last
 * rotation. A verifier whose cached key set is older would refuse tokens that it signs.
 */
export function safeToRotateAt(lastRotation: Date | undefined, now: Date): Date | undefined {
  if (!lastRotation) return undefined;
  const safe = new Date(lastRotation.getTime() + keySetMaxAgeMs);
  return safe > now ? safe : undefined;
}
