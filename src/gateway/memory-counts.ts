/**
 * Counts of calls in this process: one look-up a call, no promise and no timer per count. What shared stores do is
 * done by rate-limiter-flexible; see limits.ts.
 */
import { type LimitWindow, limitWindows } from '../policy/api-limits.ts';

/** How a window of one key stands after a call; a window begins with its first call. */
interface Count {
  used: number;
  /** Monotonic milliseconds. */
  endsAt: number;
}

export interface MemoryCounts {
  /** Counts one call in one window. `now` is monotonic, in milliseconds. */
  consume(key: string, window: LimitWindow, now: number): Readonly<Count>;
  /** Keys that are remembered. */
  readonly size: number;
}

type Windows = Record<LimitWindow, Count>;

/** Between two searches for keys whose windows have all ended; milliseconds. */
const sweeping = 60_000;

export function createMemoryCounts(): MemoryCounts {
  const keys = new Map<string, Windows>();
  let sweptAt = 0;

  function sweep(now: number): void {
    sweptAt = now;
    for (const [key, windows] of keys) if (hasEnded(windows, now)) keys.delete(key);
  }

  function windowsOf(key: string): Windows {
    const known = keys.get(key);
    if (known) return known;
    const windows = { burst: ended(), hourly: ended(), daily: ended() };
    keys.set(key, windows);
    return windows;
  }

  return {
    consume(key, window, now) {
      if (now - sweptAt >= sweeping) sweep(now);
      const count = windowsOf(key)[window];
      if (now >= count.endsAt) {
        count.used = 0;
        count.endsAt = now + limitWindows[window].seconds * 1000;
      }
      count.used += 1;
      return count;
    },
    get size() {
      return keys.size;
    },
  };
}

const ended = (): Count => ({ used: 0, endsAt: 0 });

function hasEnded({ burst, hourly, daily }: Windows, now: number): boolean {
  return now >= burst.endsAt && now >= hourly.endsAt && now >= daily.endsAt;
}
