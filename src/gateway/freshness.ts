/**
 * How long the list of the feed can be trusted. A heartbeat counts from its arrival, by this machine's monotonic clock.
 * A heartbeat whose database time repeats or goes backwards does not count, and one that took longer to arrive than
 * others counts as older by that delay. The wall clock is watched too, because the monotonic clock stands still while a
 * machine sleeps.
 */
export interface Freshness {
  /** Takes a heartbeat of database time `asOf`, in epoch seconds. False if it does not count. */
  heard(asOf: number): boolean;
  /** Whether the list is fresh now. */
  look(): Look;
}

export interface Look {
  readonly fresh: boolean;
  /**
   * The later of this machine's time and the database's time, estimated from the last heartbeat; epoch milliseconds.
   */
  readonly now: number;
}

export interface Clocks {
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Epoch milliseconds. */
  wall(): number;
}

/** The quickest arrival is the one of the last one to two windows, because clocks drift. */
const windowMs = 300_000;

export const realClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** Returns how many milliseconds have passed since it was made, including those in which the machine slept. */
export function createStopwatch(clocks: Clocks): () => number {
  const began = { monotonic: clocks.monotonic(), wall: clocks.wall() };
  return () => Math.max(clocks.monotonic() - began.monotonic, clocks.wall() - began.wall);
}

export function createFreshness(maxAgeMs: number, clocks: Clocks = realClocks): Freshness {
  let last = { asOf: 0, at: clocks.monotonic() };
  let until = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  let window = { began: 0, quickest: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };

  /** How much longer this heartbeat took than the quickest recent one. */
  function delayOf(offset: number, at: number): number {
    if (at - window.began > windowMs) {
      window = { began: at, quickest: Number.POSITIVE_INFINITY, before: window.quickest };
    }
    window.quickest = Math.min(window.quickest, offset);
    return offset - Math.min(window.quickest, window.before);
  }

  return {
    heard(asOf) {
      if (!(asOf * 1000 > last.asOf)) return false;
      const at = clocks.monotonic();
      last = { asOf: asOf * 1000, at };
      const left = maxAgeMs - delayOf(at - last.asOf, at);
      until = { monotonic: at + left, wall: clocks.wall() + left };
      return true;
    },
    look() {
      const [monotonic, wall] = [clocks.monotonic(), clocks.wall()];
      return {
        fresh: monotonic < until.monotonic && wall < until.wall,
        now: Math.max(wall, last.asOf + monotonic - last.at),
      };
    },
  };
}
