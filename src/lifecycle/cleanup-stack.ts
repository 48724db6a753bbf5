/** The steps that stop what was started, run in reverse order. */
import type { Logger } from '../log/index.ts';

export interface CleanupStack {
  add(step: () => Promise<unknown>): void;
  /** Runs every step once, last added first. A failing step is logged, and the others still run. */
  all(): Promise<void>;
}

export function createCleanupStack(log: Logger): CleanupStack {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    add: (step) => void steps.push(step),
    async all() {
      for (const step of steps.splice(0).reverse()) {
        await step().catch((error: unknown) => log.error({ err: error }, 'while stopping'));
      }
    },
  };
}
