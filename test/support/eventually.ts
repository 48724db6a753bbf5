/** Waits for events that happen by themselves. The timeout allows for slow machines and costs nothing on fast ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** Less than the timeout of a test. */
export const eventuallyTimeoutMs = 300_000;

/**
 * Returns what pauses between two looks, longer each time: a look may be a call of an API, which allows a free account 10 a
 * second and 100 an hour. The first second takes 9 looks, and 300 seconds take 95.
 */
export function betweenLooks(): () => Promise<void> {
  let pauseMs = 50;
  return async () => {
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.2, 4_000);
  };
}

/** `await eventually(read).toBe(…)` calls `read` until the assertion holds. */
export function eventually<T>(read: () => T) {
  const pause = betweenLooks();
  let looked = false;
  const look = async () => {
    if (looked) await pause();
    looked = true;
    return read();
  };
  return expect.poll(look, { timeout: eventuallyTimeoutMs, interval: 0 });
}
