/**
 * What a browser keeps while its person sets a new password by mail: which authorization they came from, and afterwards what
 * the security page says. Only the browser that began the authorization can go on with it; a link that is opened in another
 * one leads to the security page.
 */
import type { Context } from 'koa';
import { attemptSeconds } from '../../policy/second-step.ts';
import { readCookie, removeCookie, writeCookie } from './cookies.ts';
import { addressOf } from './sign-in-address.ts';

const wayBack = 'reset_for';
const notice = 'after_reset';

/** Keeps the way back to an authorization of this browser, as long as that lives. */
export function keepWayBack(ctx: Context, { uid, exp }: { readonly uid: string; readonly exp: number }): void {
  writeCookie(ctx, wayBack, uid, { maxAgeMs: Math.max(1, exp * 1000 - Date.now()) });
}

/** The uid of that authorization; undefined if the person came from no app, or if it is over. */
export function takeWayBack(ctx: Context): string | undefined {
  const uid = readCookie(ctx, wayBack);
  if (uid !== undefined) removeCookie(ctx, wayBack);
  return uid;
}

/** The security page will say that the password is new and that other ways in still work. */
export function saySecurityIsReset(ctx: Context, interaction: string | undefined): void {
  writeCookie(ctx, notice, `reset.${interaction ?? ''}`, { maxAgeMs: attemptSeconds * 1000 });
}

/** Whether the security page has to say that, once, and where the person may go on. */
export function takeSecurityIsReset(ctx: Context): { readonly back: string | undefined } | undefined {
  const said = readCookie(ctx, notice);
  if (said === undefined) return undefined;
  removeCookie(ctx, notice);
  const uid = said.split('.')[1];
  return { back: uid ? addressOf('second-step', uid) : undefined };
}
