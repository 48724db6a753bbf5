/**
 * How long what the feed has said may be trusted. A heartbeat counts from its arrival by this machine's monotonic clock;
 * one whose database time repeats or goes backwards counts for nothing, and one that came later than its predecessors
 * took is as old as it came late. The wall clock is watched too: the monotonic one stands still while a machine sleeps.
 */
export interface Freshness {
  /** A heartbeat of database time `asOf`, epoch seconds. False when it does not count. */
  heard(asOf: number): boolean;
  /** Whether that is so now. */
  look(): Look;
}

export interface Look {
  readonly fresh: boolean;
  /** The later of this machine's time and the database's, as far as the last heartbeat tells; epoch milliseconds. */
  readonly now: number;
}

export interface Clocks {
  /** Milliseconds, never backwards. */
  monotonic(): number;
  /** Epoch milliseconds. */
  wall(): number;
}

/** The quickest arrival is sought among those of the last one to two windows, since clocks drift. Milliseconds. */
const windowLength = 300_000;

export const realClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** Tells how many milliseconds have passed since it was made, those included in which the machine slept. */
export function createStopwatch(clocks: Clocks): () => number {
  const began = { monotonic: clocks.monotonic(), wall: clocks.wall() };
  return () => Math.max(clocks.monotonic() - began.monotonic, clocks.wall() - began.wall);
}

export function createFreshness(maxAge: number, clocks: Clocks = realClocks): Freshness {
  let last = { asOf: 0, at: clocks.monotonic() };
  let until = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  let window = { began: 0, quickest: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };

  /** How much longer this one took than the quickest one lately. */
  function delayOf(offset: number, at: number): number {
    if (at - window.began > windowLength) {
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
      const left = maxAge - delayOf(at - last.asOf, at);
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
