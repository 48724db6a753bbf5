/**
 * Follows the revocation feed (docs/gateway.md, "The feed"): it connects, reconnects by itself, and knows how fresh its
 * copy of the list is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedRefusal, type FeedServer, maxSilenceMs, readFeed } from './feed-connection.ts';
import { createFeedCopy } from './feed-copy.ts';
import { type Clocks, createFreshness, type Look, realClocks } from './freshness.ts';
import type { RevocationList } from './revocation-list.ts';
import type { ServerSentEvent } from './sse.ts';

export interface Follower {
  /** `fresh`: a heartbeat arrived within the last five seconds. Only then can the list be trusted. */
  look(): Look;
  readonly list: Pick<RevocationList, 'revokes' | 'isUnchanged' | 'version' | 'size'>;
  /** Resolves at the first heartbeat; rejects if the feed refuses the client that `credentials` name before that. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

export interface FollowerOptions extends FeedServer {
  readonly onProblem: (error: Error) => void;
  /** The server continues with another list: what it said before may not hold any more. */
  readonly onOtherFeed?: () => void;
  readonly clocks?: Clocks;
}

const backoffMs = { initial: 100, max: 5_000 };

export function followRevocations({
  onProblem,
  onOtherFeed = () => {},
  clocks = realClocks,
  ...server
}: FollowerOptions): Follower {
  const closing = new AbortController();
  const freshness = createFreshness(maxSilenceMs, clocks);
  const copy = createFeedCopy(freshness, onOtherFeed);
  const backoff = createBackoff(closing.signal);
  const { promise: synced, resolve, reject } = withResolvers();
  synced.catch(() => {}); // Also reported to onProblem.

  function onEvent(event: ServerSentEvent): void {
    if (!copy.take(event)) return;
    backoff.reset();
    resolve();
  }

  async function follow(): Promise<void> {
    const connection = { clocks, closing: closing.signal, isFresh: () => freshness.look().fresh, onEvent };
    while (!closing.signal.aborted) {
      // A connection that broke resumes where it stopped, and continues the same list.
      await readFeed(server, { ...connection, cursor: copy.cursor }).catch((error: Error) => {
        if (error instanceof FeedRefusal) reject(error);
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

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let settle!: { resolve: () => void; reject: (error: Error) => void };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

/** Pauses that grow, so that a server that comes back is not flooded; each is jittered. */
function createBackoff(signal: AbortSignal) {
  let pauseMs = backoffMs.initial;
  return {
    reset() {
      pauseMs = backoffMs.initial;
    },
    async pause(): Promise<void> {
      const jitteredMs = pauseMs * (0.5 + Math.random() / 2);
      await sleep(jitteredMs, undefined, { signal, ref: false }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, backoffMs.max);
    },
  };
}
