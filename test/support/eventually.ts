/** Waits for what happens by itself, on the slowest machine too: where it happens soon, the bound costs nothing. */
import { expect } from 'vitest';

/** Milliseconds; below the time that a test has. */
export const eventuallyTimeoutMs = 30_000;

/** `await eventually(look).toBe(…)`: looks again and again until it is so. */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: eventuallyTimeoutMs });
}
