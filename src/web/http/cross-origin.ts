/**
 * What a script of another origin may read of an answer that it may read at all (Fetch §3.3.3): beside the body the
 * challenge, the nonce to repeat a DPoP proof with (RFC 9449 §8), how long to wait, and the id to ask us with. Who may
 * read at all is decided elsewhere: by the engine for a client's own origins, by each document that is for everybody.
 */
import type { Context, Next } from 'koa';

const exposed = 'WWW-Authenticate, DPoP-Nonce, Retry-After, X-Request-Id';

/** Stands around everything that answers scripts, errors included. */
export async function exposeHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  // Programs that are no browser name no origin.
  if (ctx.req.headers.origin === undefined || !ctx.res.hasHeader('Access-Control-Allow-Origin')) return;
  if (ctx.method !== 'OPTIONS') ctx.set('Access-Control-Expose-Headers', exposed);
}
