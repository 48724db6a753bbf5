/**
 * Browsers that have signed in to an account before, so that strangers who guess at it keep none of them waiting
 * (OWASP, "Device cookies"): such a browser has a counter of failures of its own. The cookie opens nothing. It names the
 * account by a hash and the browser by chance; one browser is known for the account that signed in last.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { readCookie, writeCookie } from './cookies.ts';

const cookieName = 'device';
/** Half a year from the last sign-in. Milliseconds. */
const maxAge = 180 * 24 * 3600 * 1000;

/** What this browser is counted by at this address; undefined if nobody has signed in to it from here. */
export function knownDevice(ctx: Context, email: string): string | undefined {
  const [device, account] = readCookie(ctx, cookieName)?.split('.') ?? [];
  return account === nameOf(email) ? device : undefined;
}

/** The name of a browser from which somebody has signed in before, whoever that was. */
export function deviceOf(ctx: Context): string | undefined {
  return readCookie(ctx, cookieName)?.split('.')[0];
}

/** Only for who has just shown the account's password. */
export function rememberDevice(ctx: Context, email: string): void {
  const device = knownDevice(ctx, email) ?? randomBytes(16).toString('base64url');
  writeCookie(ctx, cookieName, `${device}.${nameOf(email)}`, { maxAge });
}

function nameOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
}
