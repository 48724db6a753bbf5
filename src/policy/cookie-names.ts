/**
 * Returns the name of a cookie. With an https issuer its prefix makes browsers refuse a cookie of that name from a sibling
 * domain or from plain http. The prefix is `__Host-`, or the weaker `__Secure-` for a cookie with a path, which `__Host-`
 * does not allow. Over http there are no prefixes, and cookies are shared between ports, so `vcauth_` avoids a collision
 * with the `session` cookie of an app that is developed on the same machine.
 */
export function cookieName(name: string, { secure, path = '/' }: { secure: boolean; path?: string }): string {
  if (!secure) return `vcauth_${name}`;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
