/**
 * Makes one attempt to deliver an event: signs it by the Standard Webhooks specification, sends it and records the result.
 * If the same attempt runs twice, the event may arrive twice, but it is recorded once.
 */
import { Webhook } from 'standardwebhooks';
import { redactLine } from '../log/index.ts';
import type { Outbound, OutboundAnswer } from '../outbound/request.ts';
import { isLoopbackAddress, isPublicAddress } from '../policy/public-addresses.ts';
import {
  type DeliveryOutcome,
  isGone,
  isReceived,
  maxAttempts,
  pauseSecondsAfter,
  retryAfterSecondsOf,
} from '../policy/webhook-attempts.ts';
import { checkWebhookUrl, isLoopbackHost, type OutboundRules } from '../policy/webhook-urls.ts';
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { type DueDelivery, findDueDelivery, noteAttempt, succeededSince } from '../store/webhook-deliveries.ts';
import { updateWebhook } from '../store/webhooks.ts';
import type { WebhookJob } from '../store/work-queue.ts';
import { openWebhookSecrets } from './webhooks.ts';

/** The specification recommends a timeout of 15 s. */
const bounds = { timeoutMs: 15_000, maxBytes: 16 * 1024 };
/** Length of the response that is stored. */
const maxResponseChars = 1000;

export interface DeliveryDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly outbound: Outbound;
  readonly rules: OutboundRules;
}

interface Attempt {
  readonly at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  /** The delay that the endpoint requested. */
  readonly retryAfterSeconds?: number;
}

/** Returns undefined if there was nothing to do: the attempt was already made, or the webhook was deleted. */
export async function deliverWebhook(deps: DeliveryDeps, job: WebhookJob): Promise<DeliveryOutcome | undefined> {
  const due = await findDueDelivery(deps.db, job.delivery, job.attempt);
  if (!due) return undefined;
  const attempt = due.enabled ? await send(deps, due) : notSent('not sent: the webhook is off');
  const outcome = outcomeOf(due, attempt);
  return (await note(deps.db, job, due, attempt, outcome)) ? outcome : undefined;
}

async function send({ db, sealer, outbound, rules }: DeliveryDeps, due: DueDelivery): Promise<Attempt> {
  const problem = checkWebhookUrl(due.url, rules);
  // The rules may have changed since the webhook was registered.
  if (problem) return notSent(`not sent: the address ${problem}`);
  const allows = isLoopbackHost(new URL(due.url).hostname) ? isLoopbackAddress : isPublicAddress;
  const secrets = await openWebhookSecrets(db, sealer, due.client_id);
  if (secrets.length === 0) return notSent('not sent: the webhook has no secret that could sign it');
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'VibeCaaS-Webhooks/1.0',
    'webhook-id': due.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': sign(secrets, due, at),
  };
  const done = (rest: Omit<Attempt, 'at' | 'duration_ms'>): Attempt => ({
    at,
    duration_ms: Date.now() - at.getTime(),
    ...rest,
  });
  try {
    const answer = await outbound({ url: due.url, method: 'POST', headers, body: due.body, ...bounds, allows });
    const retryAfterSeconds = retryAfterSecondsOf(answer.status, answer.headers['retry-after'], new Date());
    return done({ status: answer.status, error: null, response: snippet(answer), retryAfterSeconds });
  } catch (error) {
    return done({ status: null, error: explain(error as NodeJS.ErrnoException), response: null });
  }
}

/** Signs with every valid secret; the receiver needs to know only one of them. */
function sign(secrets: readonly string[], { id, body }: DueDelivery, at: Date): string {
  return secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' ');
}

function notSent(error: string): Attempt {
  return { at: new Date(), duration_ms: 0, status: null, error, response: null };
}

function outcomeOf(due: DueDelivery, { status }: Attempt): DeliveryOutcome {
  if (!due.enabled) return 'off';
  if (isReceived(status)) return 'delivered';
  if (isGone(status)) return 'gone';
  return due.attempts + 1 - due.attempts_before < maxAttempts ? 'retry' : 'failed';
}

const statusOf = { delivered: 'delivered', retry: 'pending', failed: 'failed', gone: 'failed', off: 'failed' } as const;

async function note(db: Db, job: WebhookJob, due: DueDelivery, attempt: Attempt, outcome: DeliveryOutcome) {
  return db.transaction(async (trx) => {
    const attemptsMade = due.attempts + 1 - due.attempts_before;
    const pauseSeconds =
      outcome === 'retry' ? pauseSecondsAfter(attemptsMade, Math.random(), attempt.retryAfterSeconds) : undefined;
    const next = { status: statusOf[outcome], pauseSeconds };
    if (!(await noteAttempt(trx, job.delivery, job.attempt, next, attempt))) return false;
    const { client_id: clientId } = due;
    if (outcome === 'gone') await turnOff(trx, clientId, 'gone', due);
    // All attempts over three days failed, and no other event was delivered meanwhile: the endpoint is dead.
    if (outcome === 'failed' && !(await succeededSince(trx, clientId, due.created_at))) {
      await turnOff(trx, clientId, 'failing', due);
    }
    return true;
  });
}

async function turnOff(trx: Db, clientId: string, reason: 'gone' | 'failing', due: DueDelivery): Promise<void> {
  await updateWebhook(trx, clientId, { enabled: false, disabled_reason: reason });
  await appendAudit(trx, {
    actor: 'system',
    action: 'webhook.disabled',
    target: `client:${clientId}`,
    details: { reason, event: due.id },
  });
}

/** Returns the beginning of the response for debugging, printable and with secrets redacted. */
function snippet({ body }: OutboundAnswer): string | null {
  const text = redactLine(body.toString('utf8'))
    .replace(/[^\P{C}\n\t]/gu, '\ufffd')
    .trim();
  return text === '' ? null : text.slice(0, maxResponseChars);
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  const text = code && !message.includes(code) ? `${code}: ${message}` : message || code || 'no answer';
  return redactLine(text).trim().slice(0, 300);
}
