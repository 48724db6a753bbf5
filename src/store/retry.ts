/**
 * Tries again what PostgreSQL rolled back for reasons that pass: deadlocks, conflicts, locks that were not free in time.
 * Nothing was done and nothing was answered, so the same work can run once more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { retryWithinMs } from './timeouts.ts';
import { isRolledBack } from './unavailable.ts';

const maxRetries = 2;
const maxPauseMs = 50;

/**
 * Runs `work`, and at most twice more. No try begins that a client would not wait for.
 * @param onRetry called with the SQLSTATE of each failure after which it tries again
 * @param since when the client began to wait for this work
 */
export async function withRetries<T>(
  onRetry: (code: string) => void,
  work: () => Promise<T>,
  since = performance.now(),
): Promise<T> {
  const retryUntil = since + retryWithinMs;
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRolledBack(error) || retries === maxRetries || performance.now() > retryUntil) throw error;
      onRetry(error.code);
      // Those that met in a deadlock must not meet again.
      await sleep(Math.random() * maxPauseMs * (retries + 1));
    }
  }
}
