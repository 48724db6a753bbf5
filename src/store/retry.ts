/**
 * Tries again what PostgreSQL rolled back for reasons that pass: deadlocks, conflicts, locks that were not free in time, a
 * process that stood still. Nothing was done and nothing was answered, so the same work can run once more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { rolledBackState } from './unavailable.ts';

const maxRetries = 2;
const maxPauseMs = 50;

/** When a try may begin. */
interface Retrying {
  /** No later than this after `since`. */
  readonly retryWithinMs: number;
  /** When the caller began to wait for this work. */
  readonly since?: number;
  /** No try begins after this has returned false. */
  readonly mayRetry?: (() => boolean) | undefined;
}

/**
 * Runs `work`, and at most twice more.
 * @param onRetry called with the SQLSTATE of each failure after which it tries again
 */
export async function withRetries<T>(
  onRetry: (code: string) => void,
  work: () => Promise<T>,
  { retryWithinMs, since = performance.now(), mayRetry = () => true }: Retrying,
): Promise<T> {
  const retryUntil = since + retryWithinMs;
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      const state = rolledBackState(error);
      if (state === undefined || retries === maxRetries || performance.now() > retryUntil || !mayRetry()) throw error;
      onRetry(state);
      // Those that met in a deadlock must not meet again.
      await sleep(Math.random() * maxPauseMs * (retries + 1));
    }
  }
}
