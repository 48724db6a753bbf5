/**
 * Which headers a script of another origin may read of an answer whose body it may read (Fetch §3.3.3): the challenge,
 * the nonce to repeat a DPoP proof with (RFC 9449 §8), the waiting time, and the request id. Access to the body is
 * decided elsewhere: by the engine for a client's own origins, and by each document that is public.
 */
import type { Context, Next } from 'koa';

export const exposedHeaders = 'WWW-Authenticate, DPoP-Nonce, Retry-After, X-Request-Id';

/** Wraps everything that answers scripts, errors included. */
export async function exposeHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  // Programs other than browsers send no origin.
  if (ctx.req.headers.origin === undefined || !ctx.res.hasHeader('Access-Control-Allow-Origin')) return;
  if (ctx.method !== 'OPTIONS') ctx.set('Access-Control-Expose-Headers', exposedHeaders);
}
