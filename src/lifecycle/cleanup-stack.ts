/** What was started, to be stopped in the opposite order. */
import type { Logger } from '../log/index.ts';

export interface CleanupStack {
  add(step: () => Promise<unknown>): void;
  /** Runs every step once, the latest first. A step that fails is logged and the others still run. */
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
