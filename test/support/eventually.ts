/** Waits for events that happen by themselves. The timeout allows for slow machines and costs nothing on fast ones. */
import { expect } from 'vitest';

/** Less than the timeout of a test. */
export const eventuallyTimeoutMs = 90_000;

/** `await eventually(read).toBe(…)` calls `read` until the assertion holds. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: eventuallyTimeoutMs });
}
