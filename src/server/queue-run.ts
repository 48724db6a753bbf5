/**
 * Runs the workers of a queue while something is due, and for a while after that. A queue has a library and connections
 * of its own, and polls, so a server that has nothing to send does without it.
 */
import type { QueueWorkers } from '../store/work-queue.ts';

export interface QueueRun {
  /** Call it whenever somebody has looked whether attempts are due. */
  look(isDue: boolean): void;
  /** Whether the queue runs. */
  readonly running: boolean;
  /** Stops taking jobs, waits for running ones within the grace period, and returns the others to the queue. */
  stop(): Promise<void>;
}

export interface RunTimes {
  readonly lingerMs: number;
  readonly retryMs: number;
}

/** The workers linger for longer than they take to look for jobs of nodes that have crashed, so that each run does so once. */
export const defaultRunTimes: RunTimes = { lingerMs: 60_000, retryMs: 5_000 };

/** Starts workers when something is due, and stops them when nothing has been due for a while. Steps never overlap. */
export function createQueueRun(
  start: (isStopping: () => boolean) => Promise<QueueWorkers>,
  { lingerMs, retryMs, graceMs }: RunTimes & { graceMs: number },
  onError: (error: Error) => void,
): QueueRun {
  let workers: QueueWorkers | undefined;
  let step: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let neededUntil = 0;
  let retryAt = 0;

  async function begin(): Promise<void> {
    try {
      workers = await start(() => stopping !== undefined);
    } catch (error) {
      retryAt = performance.now() + retryMs;
      onError(error as Error);
    }
  }

  async function end(): Promise<void> {
    const ended = workers;
    await ended?.stop(graceMs).catch(onError);
    workers = undefined;
  }

  function take(next: () => Promise<void>): void {
    step = next().finally(() => {
      step = undefined;
    });
  }

  return {
    look(isDue: boolean): void {
      const now = performance.now();
      if (isDue) neededUntil = now + lingerMs;
      if (step || stopping) return;
      if (isDue && !workers && now >= retryAt) take(begin);
      else if (workers && now > neededUntil) take(end);
    },
    get running() {
      return workers !== undefined;
    },
    stop(): Promise<void> {
      stopping ??= (async () => {
        await step;
        await end();
      })();
      return stopping;
    },
  };
}
