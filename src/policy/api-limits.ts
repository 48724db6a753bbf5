/** The API's rate limits by subscription tier, and what a call learns of them. Pure: the counting is done elsewhere. */

import { type Tier, tiers } from './tiers.ts';

/** The windows that a tier limits. */
export const limitWindows = {
  burst: { seconds: 1, name: 'per second' },
  hourly: { seconds: 3600, name: 'per hour' },
  daily: { seconds: 24 * 3600, name: 'per day' },
} as const;

export type LimitWindow = keyof typeof limitWindows;

/** Calls in each window; null has no limit. */
export type TierLimits = Readonly<Record<LimitWindow, number | null>>;

const limitsByTier: Readonly<Record<Tier, TierLimits>> = {
  free: { burst: 10, hourly: 100, daily: 1_000 },
  pro: { burst: 50, hourly: 1_000, daily: 10_000 },
  business: { burst: 100, hourly: 5_000, daily: 50_000 },
  enterprise: { burst: null, hourly: null, daily: null },
};

/** The limits of a token's `tier` claim; a token without one, or with one that is not known, gets the smallest. */
export function limitsOfTier(tier: string | undefined): TierLimits {
  return limitsByTier[tiers.find((known) => known === tier) ?? 'free'];
}

/** How a window stands after a call was counted. */
export interface WindowState {
  readonly window: LimitWindow;
  readonly limit: number;
  readonly used: number;
  /** Milliseconds until the window begins anew. */
  readonly resetsInMs: number;
}

export interface LimitVerdict {
  readonly allowed: boolean;
  /** `X-RateLimit-*`: those of the exhausted window, else of the hour, which people plan by. Reset is in epoch seconds. */
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds to wait, when the call is refused. */
  readonly retryAfterSeconds?: number;
  readonly exceeded?: LimitWindow;
}

/** What a call gets to know. `now` is in milliseconds. */
export function limitVerdict(states: readonly WindowState[], now: number): LimitVerdict {
  let exceeded: WindowState | undefined;
  let hour: WindowState | undefined;
  for (const state of states) {
    if (state.window === 'hourly') hour = state;
    if (state.used > state.limit && state.resetsInMs > (exceeded?.resetsInMs ?? 0)) exceeded = state;
  }
  const shown = exceeded ?? hour ?? states[0];
  if (!shown) return { allowed: true, headers: unlimited(now) };
  const headers = {
    'X-RateLimit-Limit': String(shown.limit),
    'X-RateLimit-Remaining': String(Math.max(0, shown.limit - shown.used)),
    'X-RateLimit-Reset': String(Math.ceil((now + shown.resetsInMs) / 1000)),
  };
  if (!exceeded) return { allowed: true, headers };
  const retryAfterSeconds = Math.max(1, Math.ceil(exceeded.resetsInMs / 1000));
  return { allowed: false, headers, retryAfterSeconds, exceeded: exceeded.window };
}

/** No limit, in a form that every client can read as a number: the largest that fits into 32 bits. */
const noLimit = String(2 ** 31 - 1);

function unlimited(now: number): Record<string, string> {
  const reset = String(Math.ceil(now / 1000) + limitWindows.hourly.seconds);
  return { 'X-RateLimit-Limit': noLimit, 'X-RateLimit-Remaining': noLimit, 'X-RateLimit-Reset': reset };
}
