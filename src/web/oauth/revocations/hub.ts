/**
 * Reads the database for all readers of the feed on this node: once a second, and at once when a revocation is notified
 * (NOTIFY). It keeps only the latest entries, and reads nothing while there are no followers.
 */
import type { Logger } from '../../../log/index.ts';
import type { FeedCursor } from '../../../policy/feed-cursor.ts';
import type { Db } from '../../../store/database.ts';
import { type Batch, readBatch } from './batch.ts';
import { type Batches, createBatches } from './batches.ts';
import { createReadLoop } from './read-loop.ts';
import { createFeedWindow, type FeedWindow } from './window.ts';

export interface FeedHub {
  /** The entries after `cursor`, if there are any. Throws if the database can't be read. */
  batch(cursor: FeedCursor | undefined): Promise<Batch>;
  /** The number of seconds in which the database was read. */
  readonly heartbeats: number;
  /** Resolves when something may have changed: a read, or a second without one. */
  changed(): Promise<void>;
  /** Call this when a revocation was notified. `sinceMs` (performance.now()) is given if it may have been there for longer. */
  wake(sinceMs?: number): void;
  /** Reads for one more follower; call the result once when the follower is gone. */
  follow(): () => void;
  readonly followers: number;
  /** Seconds since the database was read; undefined without followers. */
  readonly ageSeconds: number | undefined;
  /** Calls `listener` with the seconds from the notification of a revocation, or what `wake` was given, until readers get it. */
  onRead(listener: (lagSeconds: number) => void): void;
  /** From now on nobody is served: followers wake up and end. */
  stop(): void;
  readonly stopped: boolean;
}

const secondMs = 1_000;

export function createFeedHub(db: Db, log: Logger): FeedHub {
  const window = createFeedWindow(db);
  const batches = createBatches(async (cursor) => window.after(cursor) ?? readBatch(db, cursor));
  const lag = measuredLag();
  const reads = countedReads(window, batches, log, lag);
  const followers = countedFollowers(tick, () => {
    // What was kept for earlier readers is as old as the pause.
    window.forget();
    batches.change();
  });
  const loop = createReadLoop(reads.read, () => followers.count === 0);
  let stopped = false;

  function tick(): void {
    loop.want('heartbeat');
    // Readers also wake up after a second without a read.
    if (window.ageMs > secondMs) batches.change();
  }

  return {
    batch: batches.after,
    changed: batches.changed,
    get heartbeats() {
      return reads.heartbeats;
    },
    onRead: lag.onRead,
    wake(sinceMs = performance.now()) {
      if (followers.count > 0) lag.begin(sinceMs);
      loop.want('change');
    },
    follow: followers.follow,
    get followers() {
      return followers.count;
    },
    get ageSeconds() {
      return followers.count > 0 && Number.isFinite(window.ageMs) ? window.ageMs / secondMs : undefined;
    },
    stop() {
      stopped = true;
      batches.change();
    },
    get stopped() {
      return stopped;
    },
  };
}

/** How long the oldest notified revocation that is not read yet has waited. */
function measuredLag() {
  const listeners: ((lagSeconds: number) => void)[] = [];
  let sinceMs: number | undefined;
  return {
    onRead: (listener: (lagSeconds: number) => void) => void listeners.push(listener),
    begin(atMs: number) {
      sinceMs ??= atMs;
    },
    /** Call it before a read; the result, when it has succeeded. */
    take(): () => void {
      const beganMs = sinceMs;
      return () => {
        if (beganMs === undefined) return;
        if (sinceMs === beganMs) sinceMs = undefined;
        for (const listener of listeners) listener((performance.now() - beganMs) / secondMs);
      };
    },
  };
}

/** Counts heartbeats, and logs when reads begin to fail and when they work again. */
function countedReads(window: FeedWindow, batches: Batches, log: Logger, lag: ReturnType<typeof measuredLag>) {
  let heartbeats = 0;
  let healthy = true;
  return {
    get heartbeats() {
      return heartbeats;
    },
    async read(heartbeat: boolean): Promise<void> {
      const arrived = lag.take();
      try {
        await window.catchUp();
        arrived();
        if (heartbeat) heartbeats += 1;
        if (!healthy) log.info('the revocation list can be read again');
        healthy = true;
      } catch (error) {
        // What was read before no longer says anything about now.
        window.forget();
        if (healthy) log.warn({ err: error }, 'the revocation list could not be read: no heartbeat');
        healthy = false;
      }
      batches.change();
    },
  };
}

/** Calls `tick` when the first follower comes, and then each second until the last one is gone. */
function countedFollowers(tick: () => void, beforeFirst: () => void) {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    get count() {
      return count;
    },
    follow(): () => void {
      count += 1;
      if (count === 1) {
        beforeFirst();
        timer = setInterval(tick, secondMs).unref();
        tick();
      }
      return () => {
        count -= 1;
        if (count === 0) clearInterval(timer);
      };
    },
  };
}
