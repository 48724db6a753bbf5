/** Why the cache is not used; undefined if it is. */
export const notCached: string | undefined;
