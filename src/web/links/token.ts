/**
 * The way of a link from a mail: its token moves into a cookie of this browser, and the browser goes to the same page
 * without it. So no token is in the history, in a Referer, or in the address that a page with resources has.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { linkEndedPage } from '../../../views/links/ended.ts';
import { speech } from '../../../views/messages/index.ts';
import { senderOfRequest } from '../../oidc/request-context.ts';
import type { Origin } from '../../operations/recovery.ts';
import { type LinkKind, linkPath, linkToken } from '../../policy/mails.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { seeOther } from '../http/see-other.ts';

const cookie = 'link';
/** As long as somebody may think about a new password. */
const maxAgeMs = 30 * 60_000;

/** Adds the address in the mail. Call it after the routes of `page`, which may look like a token's. */
export function followLink(router: Router, kind: LinkKind, page: string): void {
  router.get(`${linkPath[kind]}/:token`, (ctx) => {
    const { token = '' } = ctx.params as { token?: string };
    if (!linkToken.test(token)) return showEnded(ctx, kind);
    writeCookie(ctx, cookie, `${kind}.${token}`, { maxAgeMs });
    seeOther(ctx, page);
  });
}

/** The token of the link that this browser followed last, if it is of this kind. */
export function followedToken(ctx: Context, kind: LinkKind): string | undefined {
  const [of, token] = readCookie(ctx, cookie)?.split('.') ?? [];
  return of === kind ? token : undefined;
}

export function forgetToken(ctx: Context): void {
  removeCookie(ctx, cookie);
}

/** Where the request came from, for the audit log. */
export const originOf = (ctx: Context): Origin => ({
  ip: ctx.ip,
  requestId: ctx.state.requestId as string,
  userAgent: senderOfRequest()?.userAgent,
  language: speech().code,
});

/** The page of a link that was used, expired, or was replaced by a newer one. */
export function showEnded(ctx: Context, kind: LinkKind): void {
  ctx.status = 410;
  ctx.body = linkEndedPage({ kind });
}
