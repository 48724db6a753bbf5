/** The latest entries of the list, as of the last read: enough for every reader that is not far behind. */
import { canResume, type FeedCursor } from '../../../policy/feed-cursor.ts';
import type { Db } from '../../../store/database.ts';
import { endOfFeed, type FeedEntry, type FeedPage, readFeed } from '../../../store/revocation-feed.ts';
import { type Batch, pageSize, toBatch } from './batch.ts';

export interface FeedWindow {
  /** Reads up to the end of the list. Throws if the database can't be read; what was known stays until `forget`. */
  catchUp(): Promise<void>;
  forget(): void;
  /**
   * The batch for a reader at `cursor`; undefined if the window does not hold all of it, or is too old to be current.
   */
  after(cursor: FeedCursor | undefined): Batch | undefined;
  /** The time since the latest read began; infinite before the first one. */
  readonly ageMs: number;
}

/** The entries after `floor`, up to the position of the list. */
interface Known {
  readonly head: Omit<FeedPage, 'entries'>;
  readonly entries: FeedEntry[];
  readonly floor: number;
}

const maxEntries = 20_000;
const maxAgeMs = 1_900;

export function createFeedWindow(db: Db): FeedWindow {
  let known: Known | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  return {
    /** Publishes only a complete list, because its `asOf` covers all of it. */
    async catchUp() {
      let next = known;
      for (;;) {
        const since = performance.now();
        const page = await readFeed(db, next?.head.position ?? endOfFeed, pageSize);
        const { full, ...grown } = extended(next, page);
        next = grown;
        if (full) continue;
        [known, readAt] = [next, since];
        return;
      }
    },
    forget() {
      known = undefined;
    },
    after(cursor) {
      if (!cursor || !known || performance.now() - readAt >= maxAgeMs) return undefined;
      const { head, entries, floor } = known;
      if (cursor.feed !== head.feed || cursor.seq < floor || cursor.seq > head.position) return undefined;
      const from = cursor.seq === head.position ? -1 : entries.findIndex(({ seq }) => seq > cursor.seq);
      return toBatch({ ...head, purged: 0 }, from === -1 ? [] : entries.slice(from, from + pageSize), cursor);
    },
    get ageMs() {
      return performance.now() - readAt;
    },
  };
}

/** `known` and the page that follows it; the page alone if it does not follow. `full`: more may follow at once. */
function extended(known: Known | undefined, page: FeedPage): Known & { readonly full: boolean } {
  const { entries: added, ...head } = page;
  const stand = known && { feed: known.head.feed, seq: known.head.position, purgedBefore: known.head.position };
  if (!known || !stand || !canResume(stand, page)) return { head, entries: [], floor: page.position, full: false };
  const entries = known.entries.concat(added);
  const dropped = entries.splice(0, Math.max(0, entries.length - maxEntries));
  const last = added.length === pageSize ? added.at(-1) : undefined;
  return {
    head: { ...head, position: last?.seq ?? head.position },
    entries,
    floor: dropped.at(-1)?.seq ?? known.floor,
    full: last !== undefined,
  };
}
