/** The answer to a form that was accepted (RFC 9110 §15.4.4). */
import type { Context } from 'koa';

/** Redirects with 303, so that the browser uses GET and never sends a form twice. */
export function seeOther(ctx: Context, url: string): void {
  ctx.status = 303;
  ctx.redirect(url);
}
