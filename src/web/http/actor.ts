/** The actor of a request to our own pages, with the request's id and address for the audit log, and its language for mails. */
import type { Context } from 'koa';
import { speech } from '../../../views/messages/index.ts';
import { senderOfRequest } from '../../oidc/request-context.ts';
import type { Actor } from '../../operations/actor.ts';

/** `id` is `account:…` or `client:…`. */
export function actorOf(ctx: Context, id: string): Actor {
  const requestId = ctx.state.requestId as string;
  return { id, requestId, ip: ctx.ip, userAgent: senderOfRequest()?.userAgent, language: speech().code };
}
