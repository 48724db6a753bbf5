/**
 * What our cookies are called. With an https issuer the prefix makes browsers refuse a cookie of that name from a
 * neighbouring host or from plain http: `__Host-`, or `__Secure-` where the cookie is for one path, which `__Host-`
 * does not allow and which promises less. Over http there are no prefixes, and cookies know no ports: a name of our own
 * keeps clear of the `session` of the app that somebody develops on the same machine.
 */
export function cookieName(name: string, { secure, path = '/' }: { secure: boolean; path?: string }): string {
  if (!secure) return `vcauth_${name}`;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
