/**
 * Tokens whose signature was checked, by the token itself, bounded in number and in characters. Two generations: the older
 * half is dropped at once, and what is still used has moved to the younger one. That costs nothing on a hit.
 */
export interface TokenCache<T> {
  get(token: string): T | undefined;
  set(token: string, value: T): void;
  delete(token: string): void;
  readonly size: number;
}

/** A token has some 700 characters. */
const charactersPerToken = 1_500;

export function createTokenCache<T>(most: number): TokenCache<T> {
  const half = Math.max(1, Math.ceil(most / 2));
  let [young, old] = [new Map<string, T>(), new Map<string, T>()];
  let characters = 0;

  function set(token: string, value: T): void {
    if (young.size >= half || characters >= half * charactersPerToken) {
      [old, young, characters] = [young, new Map(), 0];
    }
    young.set(token, value);
    characters += token.length;
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
