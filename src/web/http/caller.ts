/**
 * Reads the caller's address before anybody asks for it, so that limits, the log, the audit log and all who read `ctx.ip`
 * see one and the same: an address, whatever was sent. The header is rewritten, since Koa reads it anew for each context.
 */
import type { Context, Next } from 'koa';
import { callerAddress } from '../../policy/caller-address.ts';

export function readCaller(trustProxy: boolean) {
  return (ctx: Context, next: Next): Promise<void> => {
    const { headers, socket } = ctx.req;
    const sent = trustProxy ? [headers['x-forwarded-for']].flat().join(',') : undefined;
    const address = callerAddress(sent, socket.remoteAddress);
    if (address === '') delete headers['x-forwarded-for'];
    else headers['x-forwarded-for'] = address;
    return next();
  };
}
