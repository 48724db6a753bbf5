/** How a migration waits for the tables that it changes, and lets requests pass meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { requestTimeouts } from './timeouts.ts';

/**
 * A statement that waits for the lock of a table makes all others wait that come after it. So it waits shorter than requests
 * do, lets them pass, and tries again.
 */
export const tableLockTimeoutMs = requestTimeouts.lockTimeoutMs * 0.75;
export const pauseMs = 1_000;

/** A table was locked for too long, or PostgreSQL ended a deadlock by stopping the migration. */
const passing = new Set<string | undefined>(['55P03', '40P01']);

/** Repeats `work` until tables are free. It must begin anew after an error, whose cause is that of the database. */
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
