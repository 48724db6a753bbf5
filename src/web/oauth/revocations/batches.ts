/**
 * One batch for each cursor until something changes, however many readers are there, and a way to wait for the change.
 */
import { type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { Batch } from './batch.ts';

export interface Batches {
  after(cursor: FeedCursor | undefined): Promise<Batch>;
  /** Resolves at the next change. */
  changed(): Promise<void>;
  /** Forgets all batches and wakes the readers that wait. */
  change(): void;
}

export function createBatches(make: (cursor: FeedCursor | undefined) => Promise<Batch>): Batches {
  const made = new Map<string, Promise<Batch>>();
  let waiting = Promise.withResolvers<void>();
  return {
    after(cursor) {
      const key = cursor ? formatFeedCursor(cursor) : '';
      const known = made.get(key);
      if (known) return known;
      const batch = make(cursor);
      made.set(key, batch);
      batch.catch(() => made.delete(key));
      return batch;
    },
    changed: () => waiting.promise,
    change() {
      made.clear();
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
  };
}
