/** How a migration waits for the tables that it changes, while requests go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { requestTimeouts } from './timeouts.ts';

/**
 * While a statement waits for the lock of a table, every statement on that table that comes later waits behind it. So a
 * migration waits for less time than requests may, lets them pass, and tries again.
 */
export const tableLockTimeoutMs = requestTimeouts.lockTimeoutMs * 0.75;
export const pauseMs = 1_000;

/** A table was locked for too long, or PostgreSQL ended a deadlock by stopping the migration. */
const passing = new Set<string | undefined>(['55P03', '40P01']);

/**
 * Repeats `work` until the tables are free. Each time, `work` starts from the beginning. The errors that it throws must have
 * PostgreSQL's error as their cause.
 */
export async function untilFree(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code } = (error as { cause?: { code?: string } }).cause ?? {};
      if (!passing.has(code)) throw error;
      await sleep(pauseMs * (1 + Math.random()));
    }
  }
}
