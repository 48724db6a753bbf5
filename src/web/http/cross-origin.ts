/**
 * Which headers a script of another origin may read of an answer whose body it may read (Fetch §3.3.3): the challenge,
 * the nonce to repeat a DPoP proof with (RFC 9449 §8), the waiting time, and the request id. Access to the body is
 * decided elsewhere: by the engine for a client's own origins, and by each document that is public.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Next } from 'koa';

const exposed = 'WWW-Authenticate, DPoP-Nonce, Retry-After, X-Request-Id';

/** Wraps everything that answers scripts, errors included. */
export async function exposeHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  // Programs other than browsers send no origin.
  if (ctx.req.headers.origin === undefined || !ctx.res.hasHeader('Access-Control-Allow-Origin')) return;
  if (ctx.method !== 'OPTIONS') ctx.set('Access-Control-Expose-Headers', exposed);
}

/** Lets a script of any origin read an answer that is the same for everybody, before the client is known. */
export function allowEveryOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', exposed);
  response.setHeader('Vary', 'Origin');
}
