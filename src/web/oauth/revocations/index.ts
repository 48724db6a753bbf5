/**
 * The revocation feed (docs/gateway.md): which access tokens to refuse before they expire, for gateways that verify
 * tokens by themselves. A snapshot, then every change, by server-sent events or by long poll.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import { parseFeedCursor } from '../../../policy/feed-cursor.ts';
import type { WebDeps } from '../../deps.ts';
import { refuse, requireGateway } from '../gateway-client.ts';
import type { FeedHub } from './hub.ts';
import { maxWaitSeconds, pollFeed } from './poll.ts';
import { createReaders, type ReaderLimits } from './readers.ts';
import { streamFeed } from './stream.ts';

export interface FeedDeps extends Pick<WebDeps, 'engine'> {
  readonly hub: FeedHub;
  readonly limits?: ReaderLimits;
}

export function revocationRoutes({ engine, hub, limits }: FeedDeps): Router {
  const router = new Router();
  const readers = createReaders(async (clientId) => {
    const client = await engine.provider().Client.find(clientId);
    return client?.gateway_resource !== undefined;
  }, limits);

  router.get('/oauth/revocations', async (ctx) => {
    if (ctx.method !== 'GET') throw new AppError('invalid', 'The feed is read by GET');
    const client = await requireGateway(ctx, { engine });
    if (!client) return;
    const type = ctx.accepts('text/event-stream', 'application/json');
    if (!type)
      return refuse(ctx, 406, 'invalid_request', 'The feed is available as text/event-stream and application/json');
    const waitSeconds = waitSecondsOf(ctx);
    const leave = hub.stopped ? undefined : readers.admit(client.clientId);
    if (!leave) throw new AppError('unavailable', 'There are too many readers of the feed; come back later');

    const unfollow = hub.follow();
    ctx.res.once('close', () => {
      leave();
      unfollow();
    });
    const cursor = parseFeedCursor(ctx.get('Last-Event-ID') || first(ctx.query.cursor));
    if (type === 'application/json') {
      ctx.body = await pollFeed(ctx.res, { hub, cursor, waitSeconds });
      return;
    }
    ctx.status = 200;
    ctx.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    ctx.respond = false;
    ctx.res.flushHeaders();
    void streamFeed(ctx.res, { hub, cursor, stillMay: () => readers.stillMay(client.clientId) });
  });

  return router;
}

/** A wait above the maximum counts as the maximum. */
function waitSecondsOf(ctx: Context): number {
  const text = first(ctx.query.wait) ?? '0';
  if (!/^\d+(\.\d+)?$/.test(text)) throw new AppError('invalid', 'wait must be a number of seconds');
  return Math.min(Number(text), maxWaitSeconds);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
