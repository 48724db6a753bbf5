/**
 * Tokens whose signature was checked, by the token itself, bounded in number and in characters. There are two
 * generations: the older one is dropped at once, and tokens that are still used have moved to the younger one. That
 * costs nothing on a hit.
 */
export interface TokenCache<T> {
  get(token: string): T | undefined;
  set(token: string, value: T): void;
  delete(token: string): void;
  readonly size: number;
}

/** A token has some 700 characters. */
const charsPerToken = 1_500;

export function createTokenCache<T>(maxTokens: number): TokenCache<T> {
  const half = Math.max(1, Math.ceil(maxTokens / 2));
  let [young, old] = [new Map<string, T>(), new Map<string, T>()];
  let chars = 0;

  function set(token: string, value: T): void {
    if (young.size >= half || chars >= half * charsPerToken) {
      [old, young, chars] = [young, new Map(), 0];
    }
    young.set(token, value);
    chars += token.length;
  }

  return {
    get(token) {
      const hit = young.get(token);
      if (hit !== undefined) return hit;
      const older = old.get(token);
      if (older !== undefined) {
        old.delete(token);
        set(token, older);
      }
      return older;
    },
    set,
    delete(token) {
      young.delete(token);
      old.delete(token);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
