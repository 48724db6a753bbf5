/**
 * Which secrets may be stored as a plain hash. Ours have 264 random bits, so nobody finds one by trying. A secret that
 * somebody chose at another server may be a word; it keeps a slow hash, as a password does.
 */

const minChars = 22;
const minDifferentChars = 10;

/** Reports whether a secret looks like one that a machine made: 22 random characters have more than 64 bits, whatever the alphabet. */
export function isStrongSecret(secret: string): boolean {
  return secret.length >= minChars && new Set(secret).size >= minDifferentChars;
}
