/** Moves the clock of the servers of a test, which only ever advances. */
import { vi } from 'vitest';

/** Returns what moves it by so many seconds. Timers run on. */
export function newClock(): (seconds: number) => void {
  let ahead = 0;
  return (seconds) => {
    vi.useRealTimers();
    ahead += seconds;
    const then = Date.now() + ahead * 1000;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(then);
  };
}
