/**
 * An answer without content has no type (RFC 9110 §8.3): clients that see `application/json` parse what is not there, and
 * fail. The engine answers a revocation by an empty text, for which Koa makes up a type.
 */
import type { Context, Next } from 'koa';

export async function emptyAnswers(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.body !== '') return;
  const { status } = ctx;
  ctx.remove('Content-Type');
  ctx.body = null;
  ctx.status = status;
  // To HEAD as to GET (RFC 9110 §9.3.2).
  ctx.length = 0;
}
