/**
 * Decides who may take the next connection of the pool. One connection is kept for each kind of work, so that a kind whose
 * statements wait (for a lock, say) cannot take all of them. The others belong to whoever comes first.
 */

/** Smaller pools (of commands, for instance) keep none: everybody would wait for connections that nobody uses. */
const minPoolSize = 6;

/**
 * @param used connections in use by kind, for every kind there is
 * @param poolSize maximum number of connections
 */
export function mayTake<Kind extends string>(
  kind: Kind,
  used: Readonly<Record<Kind, number>>,
  poolSize: number,
): boolean {
  const kept = poolSize < minPoolSize ? 0 : 1;
  if (used[kind] < kept) return true;
  const taken = Object.values<number>(used).reduce((sum, count) => sum + Math.max(count, kept), 0);
  return taken < poolSize;
}
