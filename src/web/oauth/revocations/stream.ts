/**
 * One reader of the feed by server-sent events (WHATWG HTML §9.2). It is written to only as fast as it reads: what waits
 * for it here is one page, and one that does not drain in time is cut.
 */
import type { ServerResponse } from 'node:http';
import { type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { FeedHub, News } from './hub.ts';

export interface StreamOptions {
  readonly hub: FeedHub;
  readonly cursor: FeedCursor | undefined;
  readonly stillMay: () => Promise<boolean>;
  /** A reader that does not read is cut after so long. Milliseconds. */
  readonly patience?: number | undefined;
}

/** A stream ends after an hour, so that its reader authenticates again. Milliseconds. */
const lifetime = 3_600_000;

/** Writes until the reader is gone, too slow, may no longer, or the server stops. Never throws. */
export async function streamFeed(response: ServerResponse, options: StreamOptions) {
  const { hub, cursor: from, stillMay, patience = 5_000 } = options;
  const send = (frame: Buffer) => write(response, frame, patience);
  const end = performance.now() + lifetime;
  let [cursor, beat] = [from, -1];
  let id = from && formatFeedCursor(from);
  response.write('retry: 1000\n\n');
  while (!response.destroyed && !hub.stopped && performance.now() < end && (await stillMay())) {
    const pulse = hub.pulse();
    // Without the database there is nothing to say.
    const news = await hub.news(cursor).catch(() => undefined);
    const beating = hub.beat;
    if (news && (news.snapshot || news.id !== id)) {
      if (!(await send(frameOf(news)))) break;
      [cursor, id] = [news.cursor, news.id];
      if (news.more) continue;
    }
    if (news && beat !== beating) {
      beat = beating;
      if (!(await send(heartbeat(news)))) break;
    }
    await pulse;
  }
  response.end();
}

/** False when the reader is gone or was cut. */
async function write(response: ServerResponse, frame: Buffer, patience: number): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(frame)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const settle = () => resolve(!response.destroyed);
  const late = setTimeout(() => response.destroy(), patience);
  response.once('drain', settle).once('close', settle);
  const drained = await promise;
  clearTimeout(late);
  response.off('drain', settle).off('close', settle);
  return drained;
}

function frameOf(news: News): Buffer {
  news.frame ??= event(news.snapshot ? 'snapshot' : 'revoked', news.id, {
    ...(news.snapshot && { feed: news.cursor.feed }),
    cursor: news.id,
    as_of: news.asOf,
    entries: news.entries,
    more: news.more,
  });
  return news.frame;
}

function heartbeat(news: News): Buffer {
  news.heartbeat ??= event('heartbeat', news.id, { cursor: news.id, as_of: news.asOf });
  return news.heartbeat;
}

function event(name: string, id: string, data: object): Buffer {
  return Buffer.from(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
