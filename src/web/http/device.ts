/**
 * Browsers that have signed in to an account before get a failure counter of their own, so that strangers who guess at
 * the account do not delay them (OWASP, "Device cookies"). The cookie opens nothing. It names the account by a hash and
 * the browser by a random id; a browser is known only for the account that signed in last.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { readCookie, writeCookie } from './cookies.ts';

const cookieName = 'device';
/** Half a year from the last sign-in. */
const maxAgeMs = 180 * 24 * 3600 * 1000;

/**
 * The device id under which this browser's failures are counted for this address; undefined if nobody has signed in to
 * it here.
 */
export function knownDevice(ctx: Context, email: string): string | undefined {
  const [device, account] = readCookie(ctx, cookieName)?.split('.') ?? [];
  return account === nameOf(email) ? device : undefined;
}

/** The device id of a browser in which somebody has signed in before, whatever the account. */
export function deviceOf(ctx: Context): string | undefined {
  return readCookie(ctx, cookieName)?.split('.')[0];
}

/** Call this only for a person who has just shown the account's password. */
export function rememberDevice(ctx: Context, email: string): void {
  const device = knownDevice(ctx, email) ?? randomBytes(16).toString('base64url');
  writeCookie(ctx, cookieName, `${device}.${nameOf(email)}`, { maxAgeMs });
}

function nameOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
}
