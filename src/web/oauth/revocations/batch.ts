/** What a reader at some cursor gets next, from the database or from the window that a node keeps. */
import { canResume, type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { Db } from '../../../store/database.ts';
import { type FeedEntry, type FeedPage, readFeed } from '../../../store/revocation-feed.ts';

/** Many readers stand at the same cursor, so it is made once for all of them. */
export interface Batch {
  /** True: the reader's list, if it has one, begins anew with this page. */
  readonly snapshot: boolean;
  readonly entries: readonly FeedEntry[];
  /** Where the reader stands after it. */
  readonly cursor: FeedCursor;
  readonly id: string;
  /** There is more at once: the list is not complete up to `asOf` yet. */
  readonly more: boolean;
  readonly asOf: number;
  /** The forms in which a stream sends it, kept for the next reader. */
  frame?: Buffer;
  heartbeat?: Buffer;
}

/** Entries in one batch. */
export const pageSize = 1_000;

/** Resumes at `cursor` where that leaves nothing out, and begins a snapshot otherwise. */
export async function readBatch(db: Db, cursor: FeedCursor | undefined): Promise<Batch> {
  const page = await readFeed(db, cursor?.seq ?? 0, pageSize);
  if (cursor && canResume(cursor, page)) return toBatch(page, page.entries, cursor);
  const first = cursor ? await readFeed(db, 0, pageSize) : page;
  return toBatch(first, first.entries);
}

/** Without a cursor it is the beginning of a snapshot. */
export function toBatch(
  list: Omit<FeedPage, 'entries'>,
  entries: readonly FeedEntry[],
  cursor: FeedCursor | undefined = undefined,
): Batch {
  const { feed, position, asOf } = list;
  const last = entries.at(-1);
  const more = last !== undefined && entries.length === pageSize && last.seq < position;
  // Complete, it stands at the end of the list, even if the last entries there are purged.
  const seq = more ? last.seq : position;
  const next = { feed, seq, purgedBefore: Math.max(seq, cursor?.purgedBefore ?? list.purged) };
  return { snapshot: cursor === undefined, entries, cursor: next, id: formatFeedCursor(next), more, asOf };
}
