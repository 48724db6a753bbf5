/** The work of one queue of this process: its run, the outcomes of its attempts, and how much waits in all processes. */
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import type { QueueWorkers } from '../store/work-queue.ts';
import { createQueueRun, type QueueRun, type RunTimes } from './queue-run.ts';

export interface QueueWork<Outcome, Backlog> extends QueueRun {
  /** Calls `listener` with the outcome of each attempt of this process. */
  onOutcome(listener: (outcome: Outcome) => void): void;
  /** Returns the backlog of all processes; it is a few seconds old. */
  backlog(): Backlog;
}

interface QueueWorkOptions<Outcome, Backlog> {
  /** What is sent, for the log. */
  readonly name: 'mails' | 'webhooks';
  readonly config: Config;
  readonly log: Logger;
  readonly times: RunTimes;
  /** Before it was counted for the first time. */
  readonly backlog: Backlog;
  count(): Promise<Backlog>;
  /** Imports the queue and starts its workers, with the first attempt that is due. */
  start(isStopping: () => boolean, onOutcome: (outcome: Outcome) => void): Promise<QueueWorkers>;
}

/** How often the backlog is counted. */
const backlogIntervalMs = 15_000;

export function startQueueWork<Outcome, Backlog>(
  options: QueueWorkOptions<Outcome, Backlog>,
): QueueWork<Outcome, Backlog> {
  const { name, config, log, times } = options;
  const listeners: ((outcome: Outcome) => void)[] = [];
  const onOutcome = (outcome: Outcome): void => listeners.forEach((listener) => void listener(outcome));
  const run = createQueueRun(
    (isStopping) => options.start(isStopping, onOutcome),
    { ...times, graceMs: config.shutdownGraceSeconds * 1000 },
    (error) => log.warn({ err: error }, `the queue of ${name} could not be started; it will be tried again`),
  );
  let { backlog } = options;
  const timer = setInterval(() => {
    options.count().then(
      (counted) => {
        backlog = counted;
      },
      (error) => log.warn({ err: error }, `${name} that wait could not be counted`),
    );
  }, backlogIntervalMs).unref();
  return {
    look: run.look,
    get running() {
      return run.running;
    },
    onOutcome: (listener) => void listeners.push(listener),
    backlog: () => backlog,
    stop() {
      clearInterval(timer);
      return run.stop();
    },
  };
}
