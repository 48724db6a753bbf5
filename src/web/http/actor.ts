/** The actor of a request to our own pages, with the request's id and address: for the audit log. */
import type { Context } from 'koa';
import { senderOfRequest } from '../../oidc/request-context.ts';
import type { Actor } from '../../operations/actor.ts';

/** `id` is `account:…` or `client:…`. */
export function actorOf(ctx: Context, id: string): Actor {
  return { id, requestId: ctx.state.requestId as string, ip: ctx.ip, userAgent: senderOfRequest()?.userAgent };
}
