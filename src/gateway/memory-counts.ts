/**
 * Counts calls in this process, without a promise or timer per count. rate-limiter-flexible counts in shared stores;
 * see limits.ts.
 */
import { type LimitWindow, limitWindows } from '../policy/api-limits.ts';

/** The count of a window, which begins with its first call. */
interface Count {
  used: number;
  /** Monotonic milliseconds. */
  endsAt: number;
}

export interface MemoryCounts {
  /**
   * The counts of an app and a person; the same object for as long as it is remembered. `now` is monotonic, in
   * milliseconds.
   */
  of(clientId: string, subject: string, now: number): Windows;
  /** The number of apps and people that are remembered. */
  readonly size: number;
}

export type Windows = Readonly<Record<LimitWindow, Count>>;

/** The time between two removals of people whose windows have all ended. */
const sweepIntervalMs = 60_000;

export function createMemoryCounts(): MemoryCounts {
  // Nested maps, so that the ids of a remembered token are looked up without building a key of them.
  const clients = new Map<string, Map<string, Windows>>();
  let sweptAt = 0;

  function sweep(now: number): void {
    sweptAt = now;
    for (const [clientId, people] of clients) {
      for (const [subject, windows] of people) if (hasEnded(windows, now)) people.delete(subject);
      if (people.size === 0) clients.delete(clientId);
    }
  }

  function peopleOf(clientId: string): Map<string, Windows> {
    const known = clients.get(clientId);
    if (known) return known;
    const people = new Map<string, Windows>();
    clients.set(clientId, people);
    return people;
  }

  return {
    of(clientId, subject, now) {
      if (now - sweptAt >= sweepIntervalMs) sweep(now);
      const people = peopleOf(clientId);
      const known = people.get(subject);
      if (known) return known;
      const windows = { burst: ended(), hourly: ended(), daily: ended() };
      people.set(subject, windows);
      return windows;
    },
    get size() {
      return [...clients.values()].reduce((sum, people) => sum + people.size, 0);
    },
  };
}

/** Counts one call in one window, and returns the count. */
export function consume(windows: Windows, window: LimitWindow, now: number): Readonly<Count> {
  const count = windows[window];
  if (now >= count.endsAt) {
    count.used = 0;
    count.endsAt = now + limitWindows[window].seconds * 1000;
  }
  count.used += 1;
  return count;
}

const ended = (): Count => ({ used: 0, endsAt: 0 });

function hasEnded({ burst, hourly, daily }: Windows, now: number): boolean {
  return now >= burst.endsAt && now >= hourly.endsAt && now >= daily.endsAt;
}
