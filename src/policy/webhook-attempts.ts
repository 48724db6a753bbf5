/** How often an event is sent, and with what pauses, as the Standard Webhooks specification advises. */

const [minute, hour] = [60, 3600];
/** Seconds before the second, third, … attempt: three days in all. */
const pauses = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
export const maxAttempts = pauses.length + 1;

/** Of each pause, so that many events that failed together do not come back together. */
const jitter = 0.2;

/** However long an endpoint asks us to wait: three days are to be enough for all attempts. Seconds. */
const maxAskedChars = hour;

/**
 * Seconds to wait after `made` attempts, at least the `asked` ones, stretched by `random` (0 to 1); undefined when that
 * was the last.
 */
export function pauseSecondsAfter(made: number, random: number, asked = 0): number | undefined {
  const pause = pauses[made - 1];
  if (pause === undefined) return undefined;
  return Math.round(Math.max(pause, Math.min(asked, maxAskedChars)) * (1 + jitter * random));
}

/** The seconds that an answer of 429 or 503 asks for by Retry-After, a number or a date (RFC 9110 §10.2.3); else 0. */
export function retryAfterSecondsOf(status: number, retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined || (status !== 429 && status !== 503)) return 0;
  if (/^\d{1,10}$/.test(retryAfter)) return Number(retryAfter);
  const time = httpDate.test(retryAfter) ? Date.parse(retryAfter.replace(/( GMT)?$/, ' GMT')) : Number.NaN;
  return Number.isNaN(time) ? 0 : Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}

/** Each of its three forms begins with the name of a day; that of asctime leaves out that it is GMT (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2,8},? /;

/** Only 2xx means received. A redirect is not followed: whoever moves changes the endpoint. */
export const isReceived = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** 410 Gone: the endpoint wants nothing any more. */
export const isGone = (status: number | null): boolean => status === 410;
