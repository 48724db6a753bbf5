/** What the security page says once, after another way in was connected or disconnected. */
import type { Context } from 'koa';
import type { OtherWayNotice } from '../../../views/account/other-ways.ts';
import { writeCookie } from '../http/cookies.ts';
import { seeOther } from '../http/see-other.ts';

export const noticeCookie = 'other_way';

export function sayOnSecurityPage(ctx: Context, notice: OtherWayNotice): void {
  writeCookie(ctx, noticeCookie, notice, { maxAgeMs: 60_000 });
  seeOther(ctx, '/account/security');
}
