/**
 * The engine answers a revocation with an empty string, for which Koa invents a type. RFC 7009 §2.2 says that its body means
 * nothing, but some clients parse every answer as JSON: an empty object suits them and harms nobody. Any other answer without
 * content has no type (RFC 9110 §8.3): clients that see `application/json` would try to parse it and fail.
 */
import type { Context, Next } from 'koa';

export async function emptyAnswers(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.body !== '') return;
  const { status } = ctx;
  ctx.remove('Content-Type');
  if (status === 200 && ctx.path === '/oauth/revoke') {
    ctx.body = {};
    return;
  }
  ctx.body = null;
  ctx.status = status;
  // HEAD gets the same header fields as GET (RFC 9110 §9.3.2).
  ctx.length = 0;
}
