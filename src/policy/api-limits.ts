/** The API's rate limits by subscription tier, and the response headers about them. Pure: calls are counted elsewhere. */

import { type Tier, tiers } from './tiers.ts';

/** The windows that a tier limits. */
export const limitWindows = {
  burst: { seconds: 1, name: 'per second' },
  hourly: { seconds: 3600, name: 'per hour' },
  daily: { seconds: 24 * 3600, name: 'per day' },
} as const;

export type LimitWindow = keyof typeof limitWindows;

/** Maximum calls in each window; null means unlimited. */
export type TierLimits = Readonly<Record<LimitWindow, number | null>>;

const limitsByTier: Readonly<Record<Tier, TierLimits>> = {
  free: { burst: 10, hourly: 100, daily: 1_000 },
  pro: { burst: 50, hourly: 1_000, daily: 10_000 },
  business: { burst: 100, hourly: 5_000, daily: 50_000 },
  enterprise: { burst: null, hourly: null, daily: null },
};

/** Returns the limits for a token's `tier` claim. A token without a known tier gets the lowest limits. */
export function limitsOfTier(tier: string | undefined): TierLimits {
  return limitsByTier[tiers.find((known) => known === tier) ?? 'free'];
}

/** The state of a window after a call was counted. */
export interface WindowState {
  readonly window: LimitWindow;
  readonly limit: number;
  readonly used: number;
  /** Time until the next window begins. */
  readonly resetsInMs: number;
}

export interface LimitVerdict {
  readonly allowed: boolean;
  /** `X-RateLimit-*` of the exhausted window, else of the hour, the window that developers plan with. Reset is in epoch seconds. */
  readonly headers: Readonly<Record<string, string>>;
  /** Present if the call is refused. */
  readonly retryAfterSeconds?: number;
  readonly exceeded?: LimitWindow;
}

/** Decides about a call. `now` is in epoch milliseconds. */
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

/** Stands for "unlimited" in headers, which must be numbers: the largest signed 32-bit integer. */
const noLimit = String(2 ** 31 - 1);

function unlimited(now: number): Record<string, string> {
  const reset = String(Math.ceil(now / 1000) + limitWindows.hourly.seconds);
  return { 'X-RateLimit-Limit': noLimit, 'X-RateLimit-Remaining': noLimit, 'X-RateLimit-Reset': reset };
}
