/** Sends webhooks that are due. All nodes share the queue. */
import type { Config } from '../config/index.ts';
import { webhookRules } from '../config/rules.ts';
import type { Logger } from '../log/index.ts';
import { type DeliveryOutcome, deliverWebhook } from '../operations/webhook-delivery.ts';
import type { Outbound } from '../outbound/request.ts';
import type { Database } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { startWebhookWorkers, type WebhookBacklog } from '../store/webhook-queue.ts';

export interface WebhookWork {
  /** Calls `listener` with the outcome of each attempt of this process. */
  onOutcome(listener: (outcome: DeliveryOutcome) => void): void;
  /** Returns the backlog of all processes; it is a few seconds old. */
  backlog(): WebhookBacklog;
  /** Stops taking jobs, waits for running ones within the grace period, and returns the others to the queue. */
  stop(): Promise<void>;
}

/** How often the backlog is counted. */
const backlogIntervalMs = 15_000;

export async function startWebhookDelivery(deps: {
  config: Config;
  db: Database;
  sealer: Sealer;
  outbound: Outbound;
  log: Logger;
}): Promise<WebhookWork> {
  const { config, db, log } = deps;
  const rules = webhookRules(config);
  const listeners: ((outcome: DeliveryOutcome) => void)[] = [];
  const workers = await startWebhookWorkers(
    db.url,
    async (job) => {
      const outcome = await deliverWebhook({ ...deps, rules }, job);
      if (outcome) for (const listener of listeners) listener(outcome);
      log.debug({ delivery: job.delivery, attempt: job.attempt, outcome }, 'a webhook was tried');
    },
    (error) => log.warn({ err: error }, 'the queue of webhooks failed; it will be tried again'),
  );
  let backlog: WebhookBacklog = { waiting: 0, lateSeconds: 0 };
  const timer = setInterval(() => {
    workers.backlog().then(
      (counted) => {
        backlog = counted;
      },
      (error) => log.warn({ err: error }, 'webhooks that wait could not be counted'),
    );
  }, backlogIntervalMs).unref();
  let stopping: Promise<void> | undefined;
  return {
    onOutcome: (listener) => void listeners.push(listener),
    backlog: () => backlog,
    stop() {
      clearInterval(timer);
      stopping ??= workers.stop(config.shutdownGraceSeconds * 1000);
      return stopping;
    },
  };
}
