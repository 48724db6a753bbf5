/** When signing keys may be rotated, and until when one that retired is needed. */
import { sessionLifetimeSeconds } from './session-lifetime.ts';

/** How long verifiers may keep the key set: what its answer says (`max-age`), and our own verifier. Milliseconds. */
export const keySetMaxAgeMs = 5 * 60 * 1000;

/** An access token lives one hour, an ID token too; a minute more for clocks. Milliseconds. */
export const retiredKeyLifetimeMs = 61 * 60 * 1000;

/**
 * An app sends the ID token of a session back as a hint (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2) for as long
 * as the session lives. The last one may be signed just before the key retires. Milliseconds.
 */
export const hintsVerifiedMs = sessionLifetimeSeconds * 1000 + retiredKeyLifetimeMs;

/** Until when a retired key is published; null for one that is not retired. */
export function publishedUntil(retiredAt: Date | null): Date | null {
  return retiredAt && new Date(retiredAt.getTime() + retiredKeyLifetimeMs);
}

/**
 * When the next rotation is safe; undefined when it is now. The key that would sign was published by the rotation before:
 * as long as a verifier may hold a key set from before that, it would refuse what that key signs.
 */
export function safeToRotateAt(lastRotation: Date | undefined, now: Date): Date | undefined {
  if (!lastRotation) return undefined;
  const safe = new Date(lastRotation.getTime() + keySetMaxAgeMs);
  return safe > now ? safe : undefined;
}
