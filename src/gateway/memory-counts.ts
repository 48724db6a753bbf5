/**
 * Counts of calls in this process: no promise and no timer per count. What shared stores do is done by
 * rate-limiter-flexible; see limits.ts.
 */
import { type LimitWindow, limitWindows } from '../policy/api-limits.ts';

/** How a window stands after a call; it begins with its first call. */
interface Count {
  used: number;
  /** Monotonic milliseconds. */
  endsAt: number;
}

export interface MemoryCounts {
  /** How an app and a person stand; the same object as long as it is remembered. `now` is monotonic, in milliseconds. */
  of(clientId: string, subject: string, now: number): Windows;
  /** Apps and people that are remembered. */
  readonly size: number;
}

export type Windows = Readonly<Record<LimitWindow, Count>>;

/** Between two searches for those whose windows have all ended; milliseconds. */
const sweeping = 60_000;

export function createMemoryCounts(): MemoryCounts {
  // One map in another: the ids of a remembered token are looked up without building a key of them.
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
      if (now - sweptAt >= sweeping) sweep(now);
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

/** Counts one call in one window, and gives back how it stands. */
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
