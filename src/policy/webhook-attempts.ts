/** How often an event is sent, and with which pauses, as the Standard Webhooks specification recommends. */

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const [minute, hour] = [60, 3600];
/** Before the second, third, … attempt: three days in total. */
const pausesSeconds = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
export const maxAttempts = pausesSeconds.length + 1;

/** The maximum share by which a pause is extended at random, so that events that failed together are not retried together. */
const jitter = 0.2;

/** Endpoints cannot request longer pauses, so that all attempts fit into three days. */
const maxRetryAfterSeconds = hour;

/**
 * Returns the pause after `made` attempts, which is at least `requestedSeconds` and extended by `random` (0 to 1);
 * undefined if that was the last attempt.
 */
export function pauseSecondsAfter(made: number, random: number, requestedSeconds = 0): number | undefined {
  const pauseSeconds = pausesSeconds[made - 1];
  if (pauseSeconds === undefined) return undefined;
  return Math.round(Math.max(pauseSeconds, Math.min(requestedSeconds, maxRetryAfterSeconds)) * (1 + jitter * random));
}

/** Returns the Retry-After of a 429 or 503 answer, which is a number or a date (RFC 9110 §10.2.3); otherwise 0. */
export function retryAfterSecondsOf(status: number, retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined || (status !== 429 && status !== 503)) return 0;
  if (/^\d{1,10}$/.test(retryAfter)) return Number(retryAfter);
  const time = httpDate.test(retryAfter) ? Date.parse(retryAfter.replace(/( GMT)?$/, ' GMT')) : Number.NaN;
  return Number.isNaN(time) ? 0 : Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}

/** All three date formats begin with the name of a day; the asctime format omits GMT (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2,8},? /;

/** Only 2xx means received. Redirects are not followed: if an endpoint moves, its registration must be changed. */
export const isReceived = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** With 410 Gone, the endpoint asks for no further events. */
export const isGone = (status: number | null): boolean => status === 410;

/** `retry`: the attempt failed and will be repeated. `off`: the webhook is turned off. */
export const deliveryOutcomes = ['delivered', 'retry', 'failed', 'gone', 'off'] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];
