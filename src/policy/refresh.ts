/**
 * Decisions of refresh token rotation (RFC 9700 §4.14.2): which generation of a family was presented, how long the next
 * token is valid, and when a confidential client's token rotates.
 */

const refreshTokenLifetimeSeconds = 30 * 24 * 3600;
export const familyLifetimeSeconds = 365 * 24 * 3600;

/** Tokens of confidential clients rotate only late in their lifetime, since these clients authenticate anyway. */
const rotateConfidentialFromPercent = 70;

/**
 * The state of a genuine token of a family:
 * - `current`: the newest one.
 * - `predecessor`: the one before, within the leeway since the rotation. It gets the same successor.
 * - `reused`: an older one, or the predecessor after the leeway. The family ends.
 * - `unknown`: newer than the stored one, after a database was restored from a backup. It is refused without consequences.
 */
export type Presented = 'current' | 'predecessor' | 'reused' | 'unknown';

export function classifyRefreshToken(token: {
  generation: number;
  currentGeneration: number;
  /** Time since the last rotation; null before the first. */
  rotatedMsAgo: number | null;
  leewaySeconds: number;
}): Presented {
  const { generation, currentGeneration, rotatedMsAgo, leewaySeconds } = token;
  if (generation === currentGeneration) return 'current';
  if (generation > currentGeneration) return 'unknown';
  const immediate = generation === currentGeneration - 1 && rotatedMsAgo !== null;
  return immediate && rotatedMsAgo < leewaySeconds * 1000 ? 'predecessor' : 'reused';
}

/** Returns the lifetime of a refresh token issued at `now`: 30 days, but never beyond that of the family. Times are epoch seconds. */
export function refreshTokenTtlSeconds(familyIssuedAt: number, now: number): number {
  return Math.max(1, Math.min(refreshTokenLifetimeSeconds, familyIssuedAt + familyLifetimeSeconds - now));
}

/** A predecessor must always rotate: if it were returned unchanged, its next use would end the family. */
export function mustRotate(token: { predecessor: boolean; publicClient: boolean; lifePassedPercent: number }): boolean {
  return token.predecessor || token.publicClient || token.lifePassedPercent >= rotateConfidentialFromPercent;
}
