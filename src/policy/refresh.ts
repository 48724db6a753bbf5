/**
 * Refresh token rotation (RFC 9700 §4.14.2) as decisions on numbers: which generation of a family is presented, how
 * long the next one lives, when a confidential client's token rotates.
 */

/** 30 days, and for a whole family one year, in seconds. */
const refreshTokenLifetime = 30 * 24 * 3600;
export const familyLifetimeSeconds = 365 * 24 * 3600;

/** Confidential clients authenticate anyway: theirs rotate from this share of the lifetime on, in percent. */
const rotateConfidentialFrom = 70;

/**
 * What a genuine token of a family is:
 * - `current`: the newest;
 * - `predecessor`: the one before it, within the leeway since the rotation: gets the same successor;
 * - `reused`: older, or presented too late: the family dies;
 * - `unknown`: newer than anything stored (a database restored from a backup): refused, and harms nobody.
 */
export type Presented = 'current' | 'predecessor' | 'reused' | 'unknown';

export function classifyRefreshToken(token: {
  generation: number;
  currentGeneration: number;
  /** Milliseconds since the last rotation, null before the first. */
  rotatedMsAgo: number | null;
  leewaySeconds: number;
}): Presented {
  const { generation, currentGeneration, rotatedMsAgo, leewaySeconds } = token;
  if (generation === currentGeneration) return 'current';
  if (generation > currentGeneration) return 'unknown';
  const immediate = generation === currentGeneration - 1 && rotatedMsAgo !== null;
  return immediate && rotatedMsAgo < leewaySeconds * 1000 ? 'predecessor' : 'reused';
}

/** Seconds that a refresh token issued at `now` may live: 30 days, sliding, but never past the family's year. */
export function refreshTokenTtlSeconds(familyIssuedAt: number, now: number): number {
  return Math.max(1, Math.min(refreshTokenLifetime, familyIssuedAt + familyLifetimeSeconds - now));
}

/** A predecessor must be rotated whoever presents it: handed back unchanged, its next use would kill the family. */
export function mustRotate(token: { predecessor: boolean; publicClient: boolean; lifePassedPercent: number }): boolean {
  return token.predecessor || token.publicClient || token.lifePassedPercent >= rotateConfidentialFrom;
}
