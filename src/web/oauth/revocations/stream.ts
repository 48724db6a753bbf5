/**
 * One reader of the feed by server-sent events (WHATWG HTML §9.2). It gets data only as fast as it reads: at most one
 * page waits for it here, and a reader that does not drain that in time is cut off.
 */
import type { ServerResponse } from 'node:http';
import { type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import { type Batch, fieldsOf } from './batch.ts';
import type { FeedHub } from './hub.ts';

export interface StreamOptions {
  readonly hub: FeedHub;
  readonly cursor: FeedCursor | undefined;
  readonly stillMay: () => Promise<boolean>;
  /** A reader that does not read for this long is cut off. */
  readonly timeoutMs?: number | undefined;
}

/** A stream ends after an hour, so that its reader authenticates again. */
const lifetimeMs = 3_600_000;

/** Writes until the reader is gone, too slow or no longer allowed, or the server stops. Never throws. */
export async function streamFeed(response: ServerResponse, options: StreamOptions) {
  const { hub, cursor: from, stillMay, timeoutMs = 5_000 } = options;
  const send = (frame: Buffer) => write(response, frame, timeoutMs);
  const end = performance.now() + lifetimeMs;
  let [cursor, heartbeats, asOf] = [from, -1, Number.NEGATIVE_INFINITY];
  let id = from && formatFeedCursor(from);
  response.write('retry: 1000\n\n');
  while (!response.destroyed && !hub.stopped && performance.now() < end && (await stillMay())) {
    const changed = hub.changed();
    // Without the database there is nothing to send.
    const batch = await hub.batch(cursor).catch(() => undefined);
    const latest = hub.heartbeats;
    if (batch && (batch.snapshot || batch.id !== id)) {
      if (!(await send(frameOf(batch)))) break;
      [cursor, id] = [batch.cursor, batch.id];
      if (batch.more) continue;
    }
    // A read that began earlier may answer later. Its time says nothing new, and the next second has another.
    if (batch && heartbeats !== latest && batch.asOf > asOf) {
      [heartbeats, asOf] = [latest, batch.asOf];
      if (!(await send(heartbeat(batch)))) break;
    }
    await changed;
  }
  response.end();
}

/** Returns false if the reader is gone or was cut off. */
async function write(response: ServerResponse, frame: Buffer, timeoutMs: number): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(frame)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const settle = () => resolve(!response.destroyed);
  const late = setTimeout(() => response.destroy(), timeoutMs);
  response.once('drain', settle).once('close', settle);
  const drained = await promise;
  clearTimeout(late);
  response.off('drain', settle).off('close', settle);
  return drained;
}

function frameOf(batch: Batch): Buffer {
  batch.frame ??= event(batch.snapshot ? 'snapshot' : 'revoked', batch.id, {
    ...(batch.snapshot && { feed: batch.cursor.feed }),
    cursor: batch.id,
    as_of: batch.asOf,
    ...fieldsOf(batch),
    more: batch.more,
  });
  return batch.frame;
}

function heartbeat(batch: Batch): Buffer {
  batch.heartbeat ??= event('heartbeat', batch.id, { cursor: batch.id, as_of: batch.asOf });
  return batch.heartbeat;
}

function event(name: string, id: string, data: object): Buffer {
  return Buffer.from(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
