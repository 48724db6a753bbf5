/**
 * Cookies of our own pages, as hardened as the engine's: with an https issuer their names keep a neighbour under the
 * same domain, or anybody on plain http, from planting one. Signed, so that what comes back is what was sent.
 */
import type { Context } from 'koa';

export function readCookie(ctx: Context, name: string, path = '/'): string | undefined {
  return ctx.cookies.get(fullName(ctx, name, path), { signed: true });
}

/** `value` null takes it away; without `maxAge` (milliseconds) it lives as long as the browser's session. */
export function writeCookie(
  ctx: Context,
  name: string,
  value: string | null,
  { path = '/', maxAge }: { path?: string; maxAge?: number } = {},
): void {
  const options = { signed: true, httpOnly: true, sameSite: 'lax', secure: ctx.secure, path } as const;
  ctx.cookies.set(fullName(ctx, name, path), value, maxAge === undefined ? options : { ...options, maxAge });
}

function fullName(ctx: Context, name: string, path: string): string {
  if (!ctx.secure) return name;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
