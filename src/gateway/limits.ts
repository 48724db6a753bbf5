/**
 * Counts calls against the API's limits: per app and person, in memory, PostgreSQL or Redis/Valkey, so that many gateways
 * share one count. A store that fails or is slow is replaced by this process's memory until it is back: calls go on,
 * limited.
 */
import { createHash } from 'node:crypto';
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

export interface ApiLimitsOptions {
  readonly now?: () => number;
  /** Told of a failing store, once each time it is tried. */
  readonly onProblem?: (error: Error) => void;
}

/** More than any tier allows: the limiter only counts, the tier's limit is compared afterwards. */
const endless = Number.MAX_SAFE_INTEGER;
/** How long a call waits for the store, and how long a store that failed is left alone. Milliseconds. */
const [patience, rest] = [250, 1_000];

export function createApiLimits(store: LimitStore, options: ApiLimitsOptions = {}): ApiLimits {
  const { now = Date.now, onProblem = () => {} } = options;
  const state = { restsUntil: 0 };
  const counters = Object.entries(limitWindows).map(([name, { seconds }]) => {
    const window = name as LimitWindow;
    const memory = new RateLimiterMemory({ keyPrefix: `api_${name}`, duration: seconds, points: endless });
    return { window, memory, shared: sharedCounter(store, window, seconds) };
  });

  async function consume({ memory, shared }: (typeof counters)[number], key: string): Promise<RateLimiterRes> {
    if (!shared || performance.now() < state.restsUntil) return counted(memory, key);
    try {
      return await within(patience, counted(shared, key));
    } catch (error) {
      if (performance.now() >= state.restsUntil) onProblem(error as Error);
      state.restsUntil = performance.now() + rest;
      return counted(memory, key);
    }
  }

  return {
    async count({ clientId, subject, tier }) {
      const limits = limitsOfTier(tier);
      const key = keyOf(clientId, subject);
      const states: WindowState[] = [];
      for (const counter of counters) {
        const { window } = counter;
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

/** Short, whatever the length of a client's id: the table has room for 255 characters. */
function keyOf(clientId: string, subject: string): string {
  const plain = `${clientId}\n${subject}`;
  return plain.length <= 200 ? plain : createHash('sha256').update(plain).digest('base64url');
}

async function counted(counter: RateLimiterAbstract, key: string): Promise<RateLimiterRes> {
  try {
    return await counter.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`No count within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function sharedCounter(store: LimitStore, window: LimitWindow, duration: number): RateLimiterAbstract | undefined {
  if (store.kind === 'memory') return undefined;
  const options: IRateLimiterOptions = { keyPrefix: `api_${window}`, duration, points: endless };
  const shared = { ...options, storeClient: store.client };
  if (store.kind === 'redis') return new RateLimiterRedis({ ...shared, useRedisPackage: false });
  // One of them cleans the table for all.
  const clearExpiredByTimeout = window === 'daily';
  return new RateLimiterPostgres({ ...shared, tableName: 'api_limits', tableCreated: true, clearExpiredByTimeout });
}
