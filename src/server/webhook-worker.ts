/**
 * Sends webhooks and logout tokens that are due. All nodes share the queue. The queue has a library and connections of its own, and polls; so
 * it runs only while attempts are due, and for a while after that.
 */
import type { Config } from '../config/index.ts';
import { webhookRules } from '../config/rules.ts';
import type { Logger } from '../log/index.ts';
import type { SigningKey } from '../operations/signing-keys.ts';
import type { Outbound } from '../outbound/request.ts';
import type { DeliveryOutcome } from '../policy/webhook-attempts.ts';
import type { Database } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { countBacklog, type WebhookBacklog } from '../store/webhook-backlog.ts';
import type { QueueWorkers, WebhookJob } from '../store/work-queue.ts';
import { defaultRunTimes } from './queue-run.ts';
import { type QueueWork, startQueueWork } from './queue-work.ts';

export type WebhookWork = QueueWork<DeliveryOutcome, WebhookBacklog>;

export interface WebhookDeps {
  readonly config: Config;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly outbound: Outbound;
  /** The keys that sign logout tokens. */
  readonly keys: () => readonly SigningKey[];
  readonly log: Logger;
}

export function startWebhookDelivery(deps: WebhookDeps, times = defaultRunTimes): WebhookWork {
  const { config, db, log } = deps;
  return startQueueWork<DeliveryOutcome, WebhookBacklog>({
    name: 'webhooks',
    config,
    log,
    times,
    backlog: { waiting: 0, lateSeconds: 0 },
    count: () => countBacklog(db),
    start: (isStopping, onOutcome) => startWorkers(deps, isStopping, onOutcome),
  });
}

/** Imports the queue with the first attempt that is due. */
async function startWorkers(
  deps: WebhookDeps,
  isStopping: () => boolean,
  onOutcome: (outcome: DeliveryOutcome) => void,
): Promise<QueueWorkers> {
  const { config, db, log } = deps;
  const [{ startWebhookWorkers }, { deliverWebhook }, { deliverLogout }] = await Promise.all([
    import('../store/work-queue.ts'),
    import('../operations/webhook-delivery.ts'),
    import('../operations/logout-delivery.ts'),
  ]);
  const sending = { ...deps, rules: webhookRules(config), issuer: config.issuer };
  const work = (deliver: (job: WebhookJob) => Promise<DeliveryOutcome | undefined>) => async (job: WebhookJob) => {
    // Taken between the request to stop and its end. An error gives it back to the queue.
    if (isStopping()) throw new Error('this node stops');
    const outcome = await deliver(job);
    if (outcome) onOutcome(outcome);
    log.debug({ delivery: job.delivery, attempt: job.attempt, outcome }, 'a webhook was tried');
  };
  return startWebhookWorkers(
    db.url,
    {
      webhooks: work((job) => deliverWebhook(sending, job)),
      logouts: work((job) => deliverLogout(sending, job)),
    },
    (error) => log.warn({ err: error }, 'the queue of webhooks failed; it will be tried again'),
  );
}
