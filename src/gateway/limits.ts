/**
 * Counts calls against the API's limits: per app and person, in memory, PostgreSQL or Redis/Valkey, so that many gateways
 * share one count. A store that fails is replaced by this process's memory until it is back: calls go on, limited.
 */
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import {
  type LimitVerdict,
  type LimitWindow,
  limitsOfTier,
  limitVerdict,
  limitWindows,
  type WindowState,
} from '../policy/api-limits.ts';

/** Where counts are kept. `client` is a pg Pool whose database has the table `api_limits`, or an ioredis-like client. */
export type LimitStore =
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly client: unknown }
  | { readonly kind: 'redis'; readonly client: unknown };

export interface ApiLimits {
  /** Counts one call of an app for a person (or for itself). */
  count(call: { clientId: string; subject: string; tier: string | undefined }): Promise<LimitVerdict>;
}

/** More than any tier allows: the limiter only counts, the tier's limit is compared afterwards. */
const endless = Number.MAX_SAFE_INTEGER;

export function createApiLimits(store: LimitStore, now: () => number = Date.now): ApiLimits {
  const counters = Object.entries(limitWindows).map(([window, { seconds }]) => ({
    window: window as LimitWindow,
    counter: counterOf(store, `api_${window}`, seconds),
  }));
  return {
    async count({ clientId, subject, tier }) {
      const limits = limitsOfTier(tier);
      const key = `${clientId}\n${subject}`;
      const states: WindowState[] = [];
      for (const { window, counter } of counters) {
        const limit = limits[window];
        if (limit === null) continue;
        const { consumedPoints: used, msBeforeNext: resetsInMs } = await consume(counter, key);
        states.push({ window, limit, used, resetsInMs });
        // A call that one window refuses does not count in the longer ones.
        if (used > limit) break;
      }
      return limitVerdict(states, now());
    },
  };
}

async function consume(counter: RateLimiterAbstract, key: string): Promise<RateLimiterRes> {
  try {
    return await counter.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}

function counterOf(store: LimitStore, keyPrefix: string, duration: number): RateLimiterAbstract {
  const options: IRateLimiterOptions = { keyPrefix, duration, points: endless };
  const memory = new RateLimiterMemory(options);
  if (store.kind === 'memory') return memory;
  const shared = { ...options, storeClient: store.client, insuranceLimiter: memory };
  if (store.kind === 'redis') return new RateLimiterRedis({ ...shared, useRedisPackage: false });
  return new RateLimiterPostgres({
    ...shared,
    tableName: 'api_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
  });
}
