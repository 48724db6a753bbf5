/**
 * Rewrites X-Forwarded-For to the one address of the caller, so that limits, the log, the audit log and everything else
 * that reads `ctx.ip` see the same valid address, whatever was sent. The address is also set on this request, so that Koa
 * does not parse the header again.
 */
import type { IncomingMessage } from 'node:http';
import type { Context, Next } from 'koa';
import { callerAddress } from '../../policy/caller-address.ts';

export function pinCaller(trustProxy: boolean) {
  return (ctx: Context, next: Next): Promise<void> => {
    const { headers } = ctx.req;
    const address = addressOf(ctx.req, trustProxy);
    if (address === '') {
      delete headers['x-forwarded-for'];
    } else {
      headers['x-forwarded-for'] = address;
      ctx.request.ip = address;
    }
    return next();
  };
}

/** Returns the address of the caller of a request as it came, or '' if it has hung up. */
export function addressOf({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const sent = trustProxy ? [headers['x-forwarded-for']].flat().join(',') : undefined;
  return callerAddress(sent, socket.remoteAddress);
}
