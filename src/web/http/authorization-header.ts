/**
 * One or more spaces may separate the scheme from the credentials (RFC 9110 §11.4). This leaves one space for
 * everything that reads the header later, including the engine.
 */
import type { Context, Next } from 'koa';

export function oneSpaceInCredentials(ctx: Context, next: Next): Promise<void> {
  const { headers } = ctx.req;
  if (headers.authorization?.includes('  ')) headers.authorization = headers.authorization.replace(/^(\S+) +/, '$1 ');
  return next();
}
