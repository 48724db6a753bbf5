/**
 * Where somebody who makes an account goes on afterwards: the authorization of an app that sent them here, or a page of ours.
 * This browser remembers it while the mail is on its way. In another browser the account is made all the same.
 */
import type { Context } from 'koa';
import { readCookie, removeCookie, writeCookie } from './cookies.ts';
import { localPath } from './local-path.ts';

export type RegistrationPlace =
  | { readonly next: string }
  /** `until` is when the authorization ends, in epoch seconds. */
  | { readonly interaction: string; readonly until: number };

const cookie = 'register_for';
/** As long as the link works. */
const maxAgeMs = 24 * 3600 * 1000;

export function keepRegistrationPlace(ctx: Context, place: RegistrationPlace): void {
  writeCookie(ctx, cookie, Buffer.from(JSON.stringify(place)).toString('base64url'), { maxAgeMs });
}

/** The cookie is signed, so it holds what a node has written. An authorization that is over leads to the start. */
export function registrationPlace(ctx: Context): RegistrationPlace {
  const value = readCookie(ctx, cookie);
  const place = value && (JSON.parse(Buffer.from(value, 'base64url').toString()) as RegistrationPlace);
  if (!place || ('until' in place && place.until * 1000 <= Date.now())) return { next: localPath(undefined) };
  return place;
}

export function forgetRegistrationPlace(ctx: Context): void {
  removeCookie(ctx, cookie);
}
