/** Work that a server repeats: at an interval, one piece after the other, never twice at the same time. */
import type { Logger } from '../log/index.ts';

/**
 * The result does each work when the one before is done, whether or not that failed. So an idle server does its upkeep on one
 * connection, and opens none for it.
 */
export function inTurn(works: readonly (() => Promise<unknown>)[]): () => Promise<void> {
  return async () => {
    const failures: unknown[] = [];
    for (const work of works) await work().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
}

/** Does `work` again and again, until the timer is cleared. Failures are logged. */
export function every(intervalMs: number, log: Logger, work: () => Promise<unknown>): NodeJS.Timeout {
  return setInterval(alone(log, work), intervalMs).unref();
}

/** The result does nothing until `intervalMs` have passed since it last called `work`. */
export function spaced(intervalMs: number, work: () => void): () => void {
  let beganMs = 0;
  return () => {
    if (performance.now() - beganMs < intervalMs) return;
    beganMs = performance.now();
    work();
  };
}

/** Does nothing while `work` is running. */
export function alone(log: Logger, work: () => Promise<unknown>): () => Promise<void> {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    await work().catch((error) => log.warn({ err: error }, 'background work failed; it will be tried again'));
    busy = false;
  };
}
