/** What has just been done, said once on the page that comes next. */
import type { Context } from 'koa';
import { type NoticeName, notices } from '../../../views/admin/notices.ts';
import { readCookie, removeCookie, writeCookie } from '../cookies.ts';
import { seeOther } from '../see-other.ts';

const cookie = 'done';

/** Goes on to `url`, which will say it. */
export function done(ctx: Context, name: NoticeName, url: string): void {
  writeCookie(ctx, cookie, name, { maxAge: 60_000 });
  seeOther(ctx, url);
}

export function takeNotice(ctx: Context): NoticeName | undefined {
  const name = readCookie(ctx, cookie);
  if (name === undefined) return undefined;
  removeCookie(ctx, cookie);
  return Object.hasOwn(notices, name) ? (name as NoticeName) : undefined;
}
