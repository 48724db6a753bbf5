/**
 * Decisions of refresh token rotation (RFC 9700 §4.14.2): what a presented token of a family leads to, how long the next
 * token is valid, and when a confidential client's token rotates. docs/decisions/0050 has the reasons.
 */

const refreshTokenLifetimeSeconds = 30 * 24 * 3600;
export const familyLifetimeSeconds = 365 * 24 * 3600;

/** Tokens of confidential clients rotate only late in their lifetime, since these clients authenticate anyway. */
const rotateConfidentialFromPercent = 70;

/** The position of a refresh token in its family. A rotation increases the generation, a fork the branch. */
export interface Position {
  readonly generation: number;
  readonly branch: number;
}

/** What the row of a family says about its current token, which has the position of the row. */
export interface FamilyState extends Position {
  /** The branch of the token before the current generation. */
  readonly predecessorBranch: number;
  /** The current token was used without being rotated, or an access token issued with it was used. */
  readonly used: boolean;
  /** When the current token was issued in place of another one, in seconds; null before the first rotation. */
  readonly rotatedAt: number | null;
}

/**
 * What a genuine token of a family leads to:
 * - `rotated`: it is the current one, and a successor replaces it.
 * - `repeated`: it is the predecessor within the leeway. It gets the same successor.
 * - `forked`: it is the predecessor after the leeway, and its successor was never used: the answer was lost. A new
 *   successor takes the place of the unused one.
 * - `reused`: it is the predecessor of a used successor, a replaced successor, or older. The family ends.
 * - `unknown`: it is newer than the stored one, after a database was restored from a backup. It is refused without
 *   consequences.
 */
export type RefreshAnswer =
  | { readonly kind: 'rotated' | 'repeated' | 'forked'; readonly state: FamilyState }
  | { readonly kind: 'reused' | 'unknown' };

/**
 * Decides about a token that is presented at `at` (seconds, by the clock of `rotatedAt`). A leeway of 0 is strict: each
 * token works once, and no answer may be lost. The statement in `store/grants.ts` does the same.
 */
export function presentRefreshToken(
  state: FamilyState,
  token: Position,
  { at, leewaySeconds }: { at: number; leewaySeconds: number },
): RefreshAnswer {
  const { generation, branch, predecessorBranch, used, rotatedAt } = state;
  if (token.generation > generation || token.branch > branch) return { kind: 'unknown' };
  if (token.generation === generation && token.branch === branch) {
    const next = { generation: generation + 1, branch, predecessorBranch: branch, used: false, rotatedAt: at };
    return { kind: 'rotated', state: next };
  }
  const isPredecessor = token.generation === generation - 1 && token.branch === predecessorBranch;
  if (!isPredecessor || rotatedAt === null || leewaySeconds === 0) return { kind: 'reused' };
  if (rotatedAt > at - leewaySeconds) return { kind: 'repeated', state };
  if (used) return { kind: 'reused' };
  return { kind: 'forked', state: { ...state, branch: branch + 1, rotatedAt: at } };
}

/**
 * What an access token says by being used, if it was issued with the refresh token of the position `issued`:
 * - `replaced`: a fork came after it. It is no longer active.
 * - `first`: the first use of the current refresh token's answer, which must be noted. Before the first rotation there is
 *   nothing to note, since no predecessor could come back.
 * - `later`: anything else.
 */
export function accessTokenUse(state: Position & { readonly used: boolean }, issued: Position) {
  if (issued.branch !== state.branch) return 'replaced';
  return issued.generation > 0 && issued.generation === state.generation && !state.used ? 'first' : 'later';
}

/** The access token's claim about the refresh token that it was issued with. */
export const formatPosition = ({ generation, branch }: Position): string => `${generation}.${branch}`;

/** Reads that claim. Tokens of a family's first answer have none. */
export function parsePosition(claim: unknown): Position {
  const [, generation = 0, branch = 0] = /^(\d{1,10})\.(\d{1,10})$/.exec(String(claim)) ?? [];
  return { generation: Number(generation), branch: Number(branch) };
}

/**
 * Returns the end of a family: a year after it began, or earlier if the person chose so. Times are epoch seconds.
 */
export function familyEnd(familyIssuedAt: number, endsAt: Date | null | undefined): number {
  const cap = familyIssuedAt + familyLifetimeSeconds;
  return endsAt ? Math.min(cap, Math.floor(endsAt.getTime() / 1000)) : cap;
}

/**
 * Returns the lifetime of a refresh token issued at `now`: 30 days, but never beyond the end of the family. A token that will
 * have no successor lives until then (docs/decisions/0092). Times are epoch seconds.
 */
export function refreshTokenTtlSeconds(end: number, now: number, { rotates = true } = {}): number {
  return Math.max(1, rotates ? Math.min(refreshTokenLifetimeSeconds, end - now) : end - now);
}

/** A predecessor must always rotate: if it were returned unchanged, its next use would end the family. */
export function mustRotate(token: { predecessor: boolean; publicClient: boolean; lifePassedPercent: number }): boolean {
  return token.predecessor || token.publicClient || token.lifePassedPercent >= rotateConfidentialFromPercent;
}
