/** How often an event is sent, and with what pauses, as the Standard Webhooks specification advises. */

const [minute, hour] = [60, 3600];
/** Seconds before the second, third, … attempt: three days in all. */
const pauses = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
export const mostAttempts = pauses.length + 1;

/** Of each pause, so that many events that failed together do not come back together. */
const jitter = 0.2;

/** Seconds to wait after `made` attempts, stretched by `random` (0 to 1); undefined when that was the last. */
export function pauseAfter(made: number, random: number): number | undefined {
  const pause = pauses[made - 1];
  return pause === undefined ? undefined : Math.round(pause * (1 + jitter * random));
}

/** Only 2xx means received. A redirect is not followed: whoever moves changes the endpoint. */
export const isReceived = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** 410 Gone: the endpoint wants nothing any more. */
export const isGone = (status: number | null): boolean => status === 410;
