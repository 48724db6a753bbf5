/** This process's copy of the revocation list, built from the events of the feed (docs/gateway.md, "The feed"). */
import type { Freshness } from './freshness.ts';
import { createRevocationList, type RevocationEntry, type RevocationList } from './revocation-list.ts';
import type { ServerSentEvent } from './sse.ts';

export interface FeedCopy {
  /** True for a heartbeat that counts: then the list is complete. Throws if the feed left an entry out. */
  take(event: ServerSentEvent): boolean;
  readonly list: RevocationList;
  /** The cursor to resume from when the connection ends; undefined for a snapshot. */
  readonly cursor: string | undefined;
}

/** The content of an event. */
interface Message {
  /** Only in snapshots. */
  readonly feed?: string;
  readonly cursor: string;
  readonly as_of: number;
  readonly entries?: readonly RevocationEntry[];
  /** Entries about API keys. */
  readonly keys?: readonly RevocationEntry[];
}

const pruneIntervalMs = 60_000;

/** `onOtherFeed` is called when the server continues with another list, because its database was restored from a backup. */
export function createFeedCopy(freshness: Freshness, onOtherFeed: () => void): FeedCopy {
  let list = createRevocationList();
  /** A snapshot in progress: it replaces the list when a heartbeat says that it is complete. */
  let coming: RevocationList | undefined;
  let cursor: string | undefined;
  let feed: string | undefined;
  let prunedAt = 0;

  function add(message: Message, snapshot: boolean): void {
    if (snapshot) coming = createRevocationList();
    if (snapshot && feed !== undefined && message.feed !== feed) onOtherFeed();
    feed = message.feed ?? feed;
    (coming ?? list).apply([...(message.entries ?? []), ...(message.keys ?? [])]);
    cursor = message.cursor;
  }

  /** A heartbeat counts only if the list has reached the heartbeat's cursor. */
  function hear(message: Message): boolean {
    if (message.cursor !== cursor) {
      cursor = undefined;
      throw new Error('The feed left out an entry');
    }
    if (!freshness.heard(message.as_of)) return false;
    if (coming) [list, coming] = [coming, undefined];
    prune();
    return true;
  }

  function prune(): void {
    if (performance.now() - prunedAt < pruneIntervalMs) return;
    prunedAt = performance.now();
    list.prune(freshness.look().now - pruneIntervalMs);
  }

  return {
    take({ event, data }) {
      if (event !== 'snapshot' && event !== 'revoked' && event !== 'heartbeat') return false;
      const message = JSON.parse(data) as Message;
      if (event === 'heartbeat') return hear(message);
      add(message, event === 'snapshot');
      return false;
    },
    get list() {
      return list;
    },
    get cursor() {
      return cursor;
    },
  };
}
