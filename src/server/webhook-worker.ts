/**
 * Sends webhooks that are due. All nodes share the queue. The queue has a library and connections of its own, and polls; so
 * it runs only while attempts are due, and for a while after that.
 */
import type { Config } from '../config/index.ts';
import { webhookRules } from '../config/rules.ts';
import type { Logger } from '../log/index.ts';
import type { Outbound } from '../outbound/request.ts';
import type { DeliveryOutcome } from '../policy/webhook-attempts.ts';
import type { Database } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { countBacklog, type WebhookBacklog } from '../store/webhook-backlog.ts';
import type { QueueWorkers } from '../store/work-queue.ts';
import { createQueueRun, defaultRunTimes } from './queue-run.ts';

export interface WebhookWork {
  /** Call it whenever somebody has looked whether attempts are due. */
  look(isDue: boolean): void;
  /** Whether the queue runs. */
  readonly running: boolean;
  /** Calls `listener` with the outcome of each attempt of this process. */
  onOutcome(listener: (outcome: DeliveryOutcome) => void): void;
  /** Returns the backlog of all processes; it is a few seconds old. */
  backlog(): WebhookBacklog;
  /** Stops taking jobs, waits for running ones within the grace period, and returns the others to the queue. */
  stop(): Promise<void>;
}

export interface WebhookDeps {
  readonly config: Config;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly outbound: Outbound;
  readonly log: Logger;
}

/** How often the backlog is counted. */
const backlogIntervalMs = 15_000;

export function startWebhookDelivery(deps: WebhookDeps, times = defaultRunTimes): WebhookWork {
  const { config, db, log } = deps;
  const listeners: ((outcome: DeliveryOutcome) => void)[] = [];
  const graceMs = config.shutdownGraceSeconds * 1000;
  const run = createQueueRun(
    (isStopping) =>
      startWorkers(deps, isStopping, (outcome) => listeners.forEach((listener) => void listener(outcome))),
    { ...times, graceMs },
    (error) => log.warn({ err: error }, 'the queue of webhooks could not be started; it will be tried again'),
  );
  let backlog: WebhookBacklog = { waiting: 0, lateSeconds: 0 };
  const timer = setInterval(() => {
    countBacklog(db).then(
      (counted) => {
        backlog = counted;
      },
      (error) => log.warn({ err: error }, 'webhooks that wait could not be counted'),
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

/** Imports the queue with the first attempt that is due. */
async function startWorkers(
  deps: WebhookDeps,
  isStopping: () => boolean,
  onOutcome: (outcome: DeliveryOutcome) => void,
): Promise<QueueWorkers> {
  const { config, db, log } = deps;
  const [{ startWebhookWorkers }, { deliverWebhook }] = await Promise.all([
    import('../store/work-queue.ts'),
    import('../operations/webhook-delivery.ts'),
  ]);
  const rules = webhookRules(config);
  return startWebhookWorkers(
    db.url,
    async (job) => {
      // Taken between the request to stop and its end. An error gives it back to the queue.
      if (isStopping()) throw new Error('this node stops');
      const outcome = await deliverWebhook({ ...deps, rules }, job);
      if (outcome) onOutcome(outcome);
      log.debug({ delivery: job.delivery, attempt: job.attempt, outcome }, 'a webhook was tried');
    },
    (error) => log.warn({ err: error }, 'the queue of webhooks failed; it will be tried again'),
  );
}
