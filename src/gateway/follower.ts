/**
 * Follows the revocation feed (docs/gateway.md, "The feed"): connects, comes back by itself, and knows how fresh what it
 * knows is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedRefusal, type FeedServer, maxSilenceMs, readFeed } from './feed-connection.ts';
import { createFeedCopy } from './feed-copy.ts';
import { type Clocks, createFreshness, type Look, realClocks } from './freshness.ts';
import type { RevocationList } from './revocation-list.ts';
import type { ServerSentEvent } from './sse.ts';

export interface Follower {
  /** `fresh`: a heartbeat was heard within five seconds; only then the list may be believed. */
  look(): Look;
  readonly list: Pick<RevocationList, 'revokes' | 'version' | 'size'>;
  /** Resolves at the first heartbeat; fails where the feed refuses whom `credentials` name before that. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

export interface FollowerOptions extends FeedServer {
  readonly onProblem: (error: Error) => void;
  readonly clocks?: Clocks;
}

const backoffMs = { shortest: 100, longest: 5_000 };

export function followRevocations({ onProblem, clocks = realClocks, ...server }: FollowerOptions): Follower {
  const closing = new AbortController();
  const freshness = createFreshness(maxSilenceMs, clocks);
  const copy = createFeedCopy(freshness);
  const backoff = createBackoff(closing.signal);
  let settle!: { readonly synced: () => void; readonly refused: (error: Error) => void };
  const synced = new Promise<void>((resolve, reject) => {
    settle = { synced: resolve, refused: reject };
  });
  synced.catch(() => {}); // Told to onProblem as well.

  function onEvent(event: ServerSentEvent): void {
    if (!copy.take(event)) return;
    backoff.reset();
    settle.synced();
  }

  async function follow(): Promise<void> {
    const connection = { clocks, closing: closing.signal, isFresh: () => freshness.look().fresh, onEvent };
    while (!closing.signal.aborted) {
      // What was half received is asked for again from where it stopped, onto the same list.
      await readFeed(server, { ...connection, cursor: copy.cursor }).catch((error: Error) => {
        if (error instanceof FeedRefusal) settle.refused(error);
        if (!closing.signal.aborted) onProblem(error);
      });
      await backoff.pause();
    }
  }

  const work = follow();
  return {
    look: freshness.look,
    get list() {
      return copy.list;
    },
    synced,
    async close() {
      closing.abort();
      await work;
    },
  };
}

/** Longer and longer pauses, so that a server that comes back is not buried; each a little different from the others'. */
function createBackoff(signal: AbortSignal) {
  let pauseMs = backoffMs.shortest;
  return {
    reset() {
      pauseMs = backoffMs.shortest;
    },
    async pause(): Promise<void> {
      const jitteredMs = pauseMs * (0.5 + Math.random() / 2);
      await sleep(jitteredMs, undefined, { signal, ref: false }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, backoffMs.longest);
    },
  };
}
