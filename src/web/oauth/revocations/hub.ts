/**
 * One reader of the database for all readers of the feed on this node: it reads once a second, and at once when a
 * revocation is told (NOTIFY), and keeps the latest entries only. It reads nothing while nobody follows.
 */
import type { Logger } from '../../../log/index.ts';
import { canResume, type FeedCursor, formatFeedCursor } from '../../../policy/feed-cursor.ts';
import type { Db } from '../../../store/database.ts';
import { endOfFeed, type FeedEntry, type FeedPage, readFeed } from '../../../store/revocation-feed.ts';

/** What a reader at some cursor gets next. Many stand at the same one, so it is made once for all of them. */
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

export interface FeedHub {
  /** The entries after `cursor`, none of them if there are none. Throws when the database can't be read. */
  batch(cursor: FeedCursor | undefined): Promise<Batch>;
  /** Counts the seconds in which the database was read. */
  readonly heartbeats: number;
  /** Resolves when something may have changed: a read, or a second without one. */
  changed(): Promise<void>;
  /** A revocation was told. */
  wake(): void;
  /** Reads for one more follower; call the result once when it is gone. */
  follow(): () => void;
  readonly followers: number;
  /** Seconds since the database was read; undefined while nobody follows. */
  readonly age: number | undefined;
  /** From now on nobody is served: followers end at their next pulse, which comes at once. */
  stop(): void;
  readonly stopped: boolean;
}

const second = 1_000;
/** Entries: in one page, and kept for followers that are behind. */
const [pageSize, kept] = [1_000, 20_000];
/** Between two reads when revocations come thick and fast; and how old a read may be that speaks for now. Milliseconds. */
const [minReadIntervalMs, fresh] = [20, 1_900];

export function createFeedHub(db: Db, log: Logger): FeedHub {
  let [followers, heartbeats, stopped] = [0, 0, false];
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  /** What the read that comes after the one under way is for. */
  const due = { read: false, heartbeats: false };
  let head: Omit<FeedPage, 'entries'> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let healthy = true;
  /** The entries after `floor` up to the head's position. */
  let [entries, floor]: [FeedEntry[], number] = [[], 0];
  const made = new Map<string, Promise<Batch>>();
  let pulsing = Promise.withResolvers<void>();

  function changed(): void {
    made.clear();
    pulsing.resolve();
    pulsing = Promise.withResolvers();
  }

  async function read(): Promise<void> {
    const beating = due.heartbeats;
    [due.read, due.heartbeats] = [false, false];
    try {
      await catchUp();
      if (beating) heartbeats += 1;
      if (!healthy) log.info('the revocation list can be read again');
      healthy = true;
    } catch (error) {
      // What was read before says nothing of now.
      [head, entries] = [undefined, []];
      if (healthy) log.warn({ err: error }, 'the revocation list could not be read: no heartbeat');
      healthy = false;
    }
    changed();
  }

  /** Up to the end of the list; only then it is told, since `asOf` speaks for all of it. */
  async function catchUp(): Promise<void> {
    let [next, added, from] = [head, entries, floor];
    for (;;) {
      const since = performance.now();
      const page = await readFeed(db, next?.position ?? endOfFeed, pageSize);
      const known = next && { feed: next.feed, seq: next.position, purgedBefore: next.position };
      const resumed = known !== undefined && canResume(known, page);
      added = resumed ? added.concat(page.entries) : [];
      if (!resumed) from = page.position;
      if (added.length > kept) from = added.splice(0, added.length - kept).at(-1)?.seq ?? from;
      const full = resumed && page.entries.length === pageSize;
      next = { ...page, position: full ? (added.at(-1) as FeedEntry).seq : page.position };
      if (full) continue;
      [head, entries, floor, readAt] = [next, added, from, since];
      return;
    }
  }

  /** One read at a time; whoever asks meanwhile gets the next one. */
  function want(reason: 'read' | 'heartbeats'): void {
    due[reason] = true;
    if (reading || followers === 0) return;
    reading = (async () => {
      while (due.read || due.heartbeats) {
        await read();
        if (due.read) await new Promise((resolve) => setTimeout(resolve, minReadIntervalMs));
      }
      reading = undefined;
    })();
  }

  function tick(): void {
    want('heartbeats');
    if (performance.now() - readAt > second) changed();
  }

  async function make(cursor: FeedCursor | undefined): Promise<Batch> {
    const now = performance.now() - readAt < fresh ? head : undefined;
    if (cursor && now && cursor.feed === now.feed && cursor.seq >= floor && cursor.seq <= now.position) {
      return fromMemory(cursor, now);
    }
    const page = await readFeed(db, cursor?.seq ?? 0, pageSize);
    if (cursor && canResume(cursor, page)) return toNews(page, page.entries, cursor);
    const first = cursor ? await readFeed(db, 0, pageSize) : page;
    return toNews(first, first.entries);
  }

  function fromMemory(cursor: FeedCursor, { feed, position, asOf }: Omit<FeedPage, 'entries'>): Batch {
    const from = cursor.seq === position ? entries.length : entries.findIndex(({ seq }) => seq > cursor.seq);
    const page = from === -1 ? [] : entries.slice(from, from + pageSize);
    return toNews({ feed, position, asOf, purged: 0 }, page, cursor);
  }

  return {
    batch(cursor) {
      const key = cursor ? formatFeedCursor(cursor) : '';
      const known = made.get(key);
      if (known) return known;
      const batch = make(cursor);
      made.set(key, batch);
      batch.catch(() => made.delete(key));
      return batch;
    },
    get heartbeats() {
      return heartbeats;
    },
    changed: () => pulsing.promise,
    wake: () => want('read'),
    follow() {
      followers += 1;
      if (followers === 1) {
        [head, entries] = [undefined, []];
        timer = setInterval(tick, second).unref();
        tick();
      }
      return () => {
        followers -= 1;
        if (followers === 0) clearInterval(timer);
      };
    },
    get followers() {
      return followers;
    },
    get age() {
      return followers > 0 && Number.isFinite(readAt) ? (performance.now() - readAt) / second : undefined;
    },
    stop() {
      stopped = true;
      changed();
    },
    get stopped() {
      return stopped;
    },
  };
}

/** Without a cursor it is the beginning of a snapshot. */
function toNews(list: Omit<FeedPage, 'entries'>, entries: readonly FeedEntry[], cursor?: FeedCursor): Batch {
  const { feed, position, asOf } = list;
  const more = entries.length === pageSize && (entries.at(-1) as FeedEntry).seq < position;
  // Complete, it stands at the end of the list, even if the last entries there are purged.
  const seq = more ? (entries.at(-1) as FeedEntry).seq : position;
  const next = { feed, seq, purgedBefore: Math.max(seq, cursor?.purgedBefore ?? list.purged) };
  return { snapshot: cursor === undefined, entries, cursor: next, id: formatFeedCursor(next), more, asOf };
}
