/** What a reader at a cursor gets next, from the database or from the window that a node keeps. */
import { canResume, type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { Db } from '../../../store/database.ts';
import { type FeedEntry, type FeedPage, readFeed } from '../../../store/revocation-feed.ts';

/** Many readers are at the same cursor, so one batch is made for all of them. */
export interface Batch {
  /** If true, the reader's list begins anew with this page. */
  readonly snapshot: boolean;
  readonly entries: readonly FeedEntry[];
  /** The reader's cursor after this batch. */
  readonly cursor: FeedCursor;
  readonly id: string;
  /** More follows at once: the list is not complete up to `asOf` yet. */
  readonly more: boolean;
  readonly asOf: number;
  /** The encoded forms for a stream, kept for the next reader. */
  frame?: Buffer;
  heartbeat?: Buffer;
}

/**
 * The entries of a batch as readers get them. Those about API keys have a field of their own: a reader that knows nothing of keys
 * ignores the field, and would have to distrust a list with an unknown kind.
 */
export function fieldsOf({ entries }: Batch): { entries: readonly FeedEntry[]; keys?: readonly FeedEntry[] } {
  const keys = entries.filter(({ kind }) => kind === 'key_id');
  return keys.length === 0 ? { entries } : { entries: entries.filter(({ kind }) => kind !== 'key_id'), keys };
}

/** Entries in one batch. */
export const pageSize = 1_000;

/** Resumes at `cursor` if that leaves nothing out; otherwise begins a snapshot. */
export async function readBatch(db: Db, cursor: FeedCursor | undefined): Promise<Batch> {
  const page = await readFeed(db, cursor?.seq ?? 0, pageSize);
  if (cursor && canResume(cursor, page)) return toBatch(page, page.entries, cursor);
  const first = cursor ? await readFeed(db, 0, pageSize) : page;
  return toBatch(first, first.entries);
}

/** Without a cursor, the batch is the beginning of a snapshot. */
export function toBatch(
  list: Omit<FeedPage, 'entries'>,
  entries: readonly FeedEntry[],
  cursor: FeedCursor | undefined = undefined,
): Batch {
  const { feed, position, asOf } = list;
  const last = entries.at(-1);
  const more = last !== undefined && entries.length === pageSize && last.seq < position;
  // A complete batch ends at the end of the list, even if the last entries there were purged.
  const seq = more ? last.seq : position;
  const next = { feed, seq, purgedBefore: Math.max(seq, cursor?.purgedBefore ?? list.purged) };
  return { snapshot: cursor === undefined, entries, cursor: next, id: formatFeedCursor(next), more, asOf };
}
