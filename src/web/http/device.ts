/**
 * Browsers that have signed in to an account before get a failure counter of their own, so that strangers who guess at
 * the account do not delay them (OWASP, "Device cookies"). The cookie opens nothing. It names the account by a hash and
 * the browser by a random id. Several accounts of one browser are known, so that people who share it are not strangers to it.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { readCookie, writeCookie } from './cookies.ts';

const cookieName = 'device';
/** Half a year from the last sign-in. */
const maxAgeMs = 180 * 24 * 3600 * 1000;
/** Those that signed in last. */
const maxAccounts = 5;

/**
 * The device id under which this browser's failures are counted for this address; undefined if nobody has signed in to
 * it here.
 */
export function knownDevice(ctx: Context, email: string): string | undefined {
  const [device, ...accounts] = readCookie(ctx, cookieName)?.split('.') ?? [];
  return accounts.includes(nameOf(email)) ? device : undefined;
}

/** The device id of a browser in which somebody has signed in before, whatever the account. */
export function deviceOf(ctx: Context): string | undefined {
  return readCookie(ctx, cookieName)?.split('.')[0];
}

/** Call this only for a person who has just shown the account's password. */
export function rememberDevice(ctx: Context, email: string): void {
  const [device = randomBytes(16).toString('base64url'), ...accounts] = readCookie(ctx, cookieName)?.split('.') ?? [];
  const name = nameOf(email);
  const others = accounts.filter((other) => other !== name);
  writeCookie(ctx, cookieName, [device, name, ...others].slice(0, 1 + maxAccounts).join('.'), { maxAgeMs });
}

function nameOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
}
