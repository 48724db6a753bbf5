/** One attempt to deliver something to the server of a client: the request, its result, and what is recorded of it. */
import { redactLine } from '../log/index.ts';
import type { Outbound, OutboundAnswer } from '../outbound/request.ts';
import { isLoopbackAddress, isPublicAddress } from '../policy/public-addresses.ts';
import { type DeliveryOutcome, pauseSecondsAfter, retryAfterSecondsOf } from '../policy/webhook-attempts.ts';
import { checkWebhookUrl, isLoopbackHost, type OutboundRules } from '../policy/webhook-urls.ts';
import type { Db } from '../store/database.ts';
import { type DueDelivery, noteAttempt } from '../store/webhook-deliveries.ts';
import type { WebhookJob } from '../store/work-queue.ts';

/** The specification of webhooks recommends a timeout of 15 s. */
const bounds = { timeoutMs: 15_000, maxBytes: 16 * 1024 };
/** Length of the response that is stored. */
const maxResponseChars = 1000;

export interface Attempt {
  readonly at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  /** The delay that the endpoint requested. */
  readonly retryAfterSeconds?: number;
}

/** What is posted at `at`, the moment of the attempt. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Posts what `make` returns. The address is checked once more, because the rules may have changed since it was registered. `make` may
 * return why nothing is sent.
 */
export async function attemptTo(
  { outbound, rules }: { outbound: Outbound; rules: OutboundRules },
  url: string,
  make: (at: Date) => Promise<Message | string>,
): Promise<Attempt> {
  const allows = guardOf(url, rules);
  if (typeof allows === 'string') return notSent(`the address ${allows}`);
  const at = new Date();
  const startedMs = performance.now();
  const message = await make(at);
  if (typeof message === 'string') return notSent(message);
  const headers = { 'user-agent': 'VibeCaaS-Webhooks/1.0', ...message.headers };
  const done = (rest: Omit<Attempt, 'at' | 'duration_ms'>): Attempt => ({
    at,
    duration_ms: Math.round(performance.now() - startedMs),
    ...rest,
  });
  try {
    const answer = await outbound({ url, method: 'POST', headers, body: message.body, ...bounds, allows });
    const retryAfterSeconds = retryAfterSecondsOf(answer.status, answer.headers['retry-after'], new Date());
    return done({ status: answer.status, error: null, response: snippet(answer), retryAfterSeconds });
  } catch (error) {
    return done({ status: null, error: explain(error as NodeJS.ErrnoException), response: null });
  }
}

/** Returns which addresses of machines may be reached by this URL, or what is wrong with it. */
export function guardOf(url: string, rules: OutboundRules): ((address: string) => boolean) | string {
  const problem = checkWebhookUrl(url, rules);
  return problem ?? (isLoopbackHost(new URL(url).hostname) ? isLoopbackAddress : isPublicAddress);
}

export function notSent(why: string): Attempt {
  return { at: new Date(), duration_ms: 0, status: null, error: `not sent: ${why}`, response: null };
}

const statusOf = { delivered: 'delivered', retry: 'pending', failed: 'failed', gone: 'failed', off: 'failed' } as const;

/** How many attempts there were since the event, or since it was sent again, with the one that is being made. */
export const attemptsMade = ({ attempts, attempts_before: before }: DueDelivery): number => attempts + 1 - before;

/** Records the attempt, and queues the next one. Returns false if another process has recorded the same attempt. */
export async function recordAttempt(
  trx: Db,
  { job, due }: { job: WebhookJob; due: DueDelivery },
  attempt: Attempt,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const pauseSeconds =
    outcome === 'retry' ? pauseSecondsAfter(attemptsMade(due), Math.random(), attempt.retryAfterSeconds) : undefined;
  return noteAttempt(trx, job.delivery, job.attempt, { status: statusOf[outcome], pauseSeconds }, attempt);
}

/** Returns the beginning of the response for debugging. */
function snippet({ body }: OutboundAnswer): string | null {
  const text = printable(body.toString('utf8'));
  return text === '' ? null : text.slice(0, maxResponseChars);
}

/** What others wrote, printable and with secrets redacted. */
export const printable = (text: string): string =>
  redactLine(text)
    .replace(/[^\P{C}\n\t]/gu, '\ufffd')
    .trim();

/** Says why no answer came, without secrets. */
export function explain({ code, message }: NodeJS.ErrnoException): string {
  const text = code && !message.includes(code) ? `${code}: ${message}` : message || code || 'no answer';
  return redactLine(text).trim().slice(0, 300);
}
