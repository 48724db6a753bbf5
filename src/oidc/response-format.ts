/**
 * Whom an address speaks to. Programs get JSON (RFC 6749 §5.2) whatever they say they accept: Java's standard client,
 * for one, prefers HTML unless told otherwise.
 */
const programs = /^\/(\.well-known\/|oauth\/(?!authorize\b|logout\b))/i;

export function isForPrograms(path: string): boolean {
  return programs.test(path);
}
