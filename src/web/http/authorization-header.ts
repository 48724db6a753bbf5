/**
 * Between the scheme and the credentials stand one space or more (RFC 9110 §11.4). Whoever reads the header after this, the engine
 * included, finds one.
 */
import type { Context, Next } from 'koa';

export function oneSpaceInCredentials(ctx: Context, next: Next): Promise<void> {
  const { headers } = ctx.req;
  if (headers.authorization?.includes('  ')) headers.authorization = headers.authorization.replace(/^(\S+) +/, '$1 ');
  return next();
}
