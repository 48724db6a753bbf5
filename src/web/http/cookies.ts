/**
 * Cookies of our own pages, as hardened as the engine's, and for the whole host: no neighbour under the same domain can
 * plant one. They are signed, so that only values of ours come back.
 */
import type { Context } from 'koa';
import { cookieName } from '../../policy/cookie-names.ts';

export function readCookie(ctx: Context, name: string): string | undefined {
  return ctx.cookies.get(nameHere(ctx, name), { signed: true });
}

export function writeCookie(ctx: Context, name: string, value: string, { maxAgeMs }: { maxAgeMs: number }): void {
  ctx.cookies.set(nameHere(ctx, name), value, { ...hardened(ctx), signed: true, maxAge: maxAgeMs });
}

export function removeCookie(ctx: Context, name: string): void {
  ctx.cookies.set(nameHere(ctx, name), null, { ...hardened(ctx), signed: true });
}

/** The full name of a cookie for the whole host. */
export function nameHere({ secure }: Context, name: string): string {
  return cookieName(name, { secure });
}

/** The attributes that all our cookies have. */
export function hardened({ secure }: Context) {
  return { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
}

/** The values of all cookies of this name, in the order in which the browser sent them. */
export function cookieValues(ctx: Context, fullName: string): string[] {
  return ctx
    .get('Cookie')
    .split(/; */)
    .filter((pair) => pair.startsWith(`${fullName}=`))
    .map((pair) => pair.slice(fullName.length + 1));
}

/**
 * Whether this browser keeps no cookies: none came, although the page before set one. A form of another site brings
 * none either, so a form counts only if the browser says that it came from here. Programs do not send these headers, so
 * only browsers are told.
 */
export function keepsNoCookies(ctx: Context): boolean {
  if (ctx.get('Cookie') !== '') return false;
  if (ctx.method === 'POST') return ctx.get('Sec-Fetch-Site') === 'same-origin';
  return ctx.get('Sec-Fetch-Mode') === 'navigate';
}
