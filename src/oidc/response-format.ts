/**
 * Decides whether an address is for programs or for people. Programs get JSON (RFC 6749 §5.2) whatever their `Accept`
 * says, because Java's standard client, for example, prefers HTML by default.
 */
const programs = /^\/(\.well-known\/|oauth\/(?!authorize\b|logout\b))/i;

export function isForPrograms(path: string): boolean {
  return programs.test(path);
}
