/** What has just been done, shown once on the next page. */
import type { Context } from 'koa';
import type { AdminFrame } from '../../../views/admin/layout.ts';
import { isNotice, type NoticeName } from '../../../views/admin/notices.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { seeOther } from '../http/see-other.ts';
import type { Admin } from './guard.ts';

const cookie = 'done';

/** Redirects to `url`, which shows the notice. */
export function done(ctx: Context, name: NoticeName, url: string): void {
  writeCookie(ctx, cookie, name, { maxAgeMs: 60_000 });
  seeOther(ctx, url);
}

/** The frame of a page that shows what has just been done. */
export function framed(ctx: Context, { csrf, email }: Admin): AdminFrame {
  const notice = takeNotice(ctx);
  return { csrf, email, ...(notice && { notice }) };
}

function takeNotice(ctx: Context): NoticeName | undefined {
  const name = readCookie(ctx, cookie);
  if (name === undefined) return undefined;
  removeCookie(ctx, cookie);
  return isNotice(name) ? name : undefined;
}
