/**
 * Makes one attempt to deliver an event: signs it by the Standard Webhooks specification, sends it and records the result.
 * If the same attempt runs twice, the event may arrive twice, but it is recorded once.
 */
import { Webhook } from 'standardwebhooks';
import type { Outbound } from '../outbound/request.ts';
import { type DeliveryOutcome, isGone, isReceived, maxAttempts } from '../policy/webhook-attempts.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { type DueEvent, findDueEvent, succeededSince } from '../store/webhook-deliveries.ts';
import { updateWebhook } from '../store/webhooks.ts';
import type { WebhookJob } from '../store/work-queue.ts';
import { type Attempt, attemptsMade, attemptTo, type Message, notSent, recordAttempt } from './delivery-attempt.ts';
import { openWebhookSecrets } from './webhooks.ts';

export interface DeliveryDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly outbound: Outbound;
  readonly rules: OutboundRules;
}

/** Returns undefined if there was nothing to do: the attempt was already made, or the webhook was deleted. */
export async function deliverWebhook(deps: DeliveryDeps, job: WebhookJob): Promise<DeliveryOutcome | undefined> {
  const due = await findDueEvent(deps.db, job.delivery, job.attempt);
  if (!due) return undefined;
  const attempt = due.enabled
    ? await attemptTo(deps, due.url, (at) => message(deps, due, at))
    : notSent('the webhook is off');
  const outcome = outcomeOf(due, attempt);
  return (await note(deps.db, { job, due }, attempt, outcome)) ? outcome : undefined;
}

async function message({ db, sealer }: DeliveryDeps, due: DueEvent, at: Date): Promise<Message | string> {
  const secrets = await openWebhookSecrets(db, sealer, due.client_id);
  if (secrets.length === 0) return 'the webhook has no secret that could sign it';
  const headers = {
    'content-type': 'application/json',
    'webhook-id': due.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': sign(secrets, due, at),
  };
  return { headers, body: due.body };
}

/** Signs with every valid secret; the receiver needs to know only one of them. */
function sign(secrets: readonly string[], { id, body }: DueEvent, at: Date): string {
  return secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' ');
}

function outcomeOf(due: DueEvent, { status }: Attempt): DeliveryOutcome {
  if (!due.enabled) return 'off';
  if (isReceived(status)) return 'delivered';
  if (isGone(status)) return 'gone';
  return attemptsMade(due) < maxAttempts ? 'retry' : 'failed';
}

async function note(db: Db, of: { job: WebhookJob; due: DueEvent }, attempt: Attempt, outcome: DeliveryOutcome) {
  return db.transaction(async (trx) => {
    if (!(await recordAttempt(trx, of, attempt, outcome))) return false;
    const { client_id: clientId, created_at: createdAt } = of.due;
    if (outcome === 'gone') await turnOff(trx, clientId, 'gone', of.due);
    // All attempts over three days failed, and no other event was delivered meanwhile: the endpoint is dead.
    if (outcome === 'failed' && !(await succeededSince(trx, clientId, createdAt))) {
      await turnOff(trx, clientId, 'failing', of.due);
    }
    return true;
  });
}

async function turnOff(trx: Db, clientId: string, reason: 'gone' | 'failing', due: DueEvent): Promise<void> {
  await updateWebhook(trx, clientId, { enabled: false, disabled_reason: reason });
  await appendAudit(trx, {
    actor: 'system',
    action: 'webhook.disabled',
    target: `client:${clientId}`,
    details: { reason, event: due.id },
  });
}
