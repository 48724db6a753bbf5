/** The door of the admin API, which is imported with its first request. It answers in the API’s envelope even if that fails. */
import type { Context, Middleware, Next } from 'koa';
import type { Logger } from '../../log/index.ts';
import type { LazyRoom, Room } from '../http/lazy-room.ts';
import { refuse } from './envelope.ts';
import { Refusal } from './refusal.ts';

export function openAdminApi(room: LazyRoom, log: Logger): Middleware {
  return async (ctx: Context, next: Next) => {
    if (!room.holds(ctx.path)) return next();
    let opened: Room;
    try {
      opened = await room.open();
    } catch (error) {
      log.error({ err: error, requestId: ctx.state.requestId }, 'the admin API could not be imported');
      return refuse(ctx, new Refusal(500, 'SERVER_ERROR', 'Something here failed'));
    }
    return opened.middleware(ctx, next);
  };
}
