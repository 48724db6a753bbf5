/** What the owner has just done to an app, shown once on the next page. */
import type { Context } from 'koa';
import { type OwnNotice, ownNotices } from '../../../views/account/your-app-notices.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { seeOther } from '../http/see-other.ts';

const cookie = 'app_done';

/** Redirects to `url`, which shows the notice. */
export function doneToOwn(ctx: Context, notice: OwnNotice, url: string): void {
  writeCookie(ctx, cookie, notice, { maxAgeMs: 60_000 });
  seeOther(ctx, url);
}

export function takeOwnNotice(ctx: Context): { notice?: OwnNotice } {
  const name = readCookie(ctx, cookie);
  if (name === undefined) return {};
  removeCookie(ctx, cookie);
  const notice = ownNotices.find((one) => one === name);
  return notice ? { notice } : {};
}
