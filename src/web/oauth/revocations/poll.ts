/** The feed for callers that cannot stream: what is new since their cursor, waiting a while for it. */
import type { ServerResponse } from 'node:http';
import { type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { Batch } from './batch.ts';
import type { FeedHub } from './hub.ts';

/** Seconds. */
export const longestWait = 25;

/** Waits at most `wait` seconds for an entry. Throws when the database can't be read. */
export async function pollFeed(
  response: ServerResponse,
  { hub, cursor, wait }: { hub: FeedHub; cursor: FeedCursor | undefined; wait: number },
): Promise<object> {
  const end = performance.now() + wait * 1_000;
  const id = cursor && formatFeedCursor(cursor);
  for (;;) {
    const changed = hub.changed();
    const batch = await hub.batch(cursor);
    const over = performance.now() >= end || hub.stopped || response.destroyed;
    if (over || batch.snapshot || batch.id !== id) return document(batch);
    await changed;
  }
}

function document(batch: Batch): object {
  const { snapshot, entries, more, asOf, id } = batch;
  return { feed: batch.cursor.feed, cursor: id, as_of: asOf, snapshot, entries, more };
}
