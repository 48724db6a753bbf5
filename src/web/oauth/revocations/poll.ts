/** The feed for callers that cannot stream: it waits a while for entries after their cursor. */
import type { ServerResponse } from 'node:http';
import { type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import { type Batch, fieldsOf } from './batch.ts';
import type { FeedHub } from './hub.ts';

export const maxWaitSeconds = 25;

/** Waits at most `waitSeconds` for an entry. Throws if the database can't be read. */
export async function pollFeed(
  response: ServerResponse,
  { hub, cursor, waitSeconds }: { hub: FeedHub; cursor: FeedCursor | undefined; waitSeconds: number },
): Promise<object> {
  const end = performance.now() + waitSeconds * 1_000;
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
  const { snapshot, more, asOf, id } = batch;
  return { feed: batch.cursor.feed, cursor: id, as_of: asOf, snapshot, ...fieldsOf(batch), more };
}
