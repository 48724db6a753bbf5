/**
 * Cookies of our own pages, as hardened as the engine's, and for the whole host: no neighbour under the same domain can
 * plant one. They are signed, so that what comes back is what was sent.
 */
import type { Context } from 'koa';
import { cookieName } from '../../policy/cookie-names.ts';

export function readCookie(ctx: Context, name: string): string | undefined {
  return ctx.cookies.get(nameHere(ctx, name), { signed: true });
}

/** `maxAge` is in milliseconds. */
export function writeCookie(ctx: Context, name: string, value: string, { maxAge }: { maxAge: number }): void {
  ctx.cookies.set(nameHere(ctx, name), value, { ...hardened(ctx), signed: true, maxAge });
}

export function removeCookie(ctx: Context, name: string): void {
  ctx.cookies.set(nameHere(ctx, name), null, { ...hardened(ctx), signed: true });
}

/** The full name of a cookie for the whole host. */
export function nameHere({ secure }: Context, name: string): string {
  return cookieName(name, { secure });
}

/** What every cookie of ours has in common. */
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
 * Whether this browser keeps no cookies: none at all came, where the page before gave it one. The form of another site
 * brings none either, so a form counts only if the browser says that it is from here; and only browsers are told.
 */
export function keepsNoCookies(ctx: Context): boolean {
  if (ctx.get('Cookie') !== '') return false;
  if (ctx.method === 'POST') return ctx.get('Sec-Fetch-Site') === 'same-origin';
  return ctx.get('Sec-Fetch-Mode') === 'navigate';
}
