/**
 * Counts calls against the API's limits, per app and person, in memory, PostgreSQL or Redis/Valkey, so that several
 * gateways share one count. While a store fails or is slow, this process counts in memory, so that calls go on and stay
 * limited.
 */
import { createHash } from 'node:crypto';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
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
  type TierLimits,
  type WindowState,
} from '../policy/api-limits.ts';
import { consume, createMemoryCounts } from './memory-counts.ts';

/**
 * Where counts are stored. `client` is a pg Pool whose database has the table `api_limits`, or an ioredis-like client.
 */
export type LimitStore =
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly client: unknown }
  | { readonly kind: 'redis'; readonly client: unknown };

/** An app, and the person it calls for; the app itself if it acts for itself. */
interface Caller {
  readonly clientId: string;
  readonly subject: string;
}

export interface ApiLimits {
  /** Counts one call. Returns at once if counts are in memory. */
  count(call: Caller & { readonly tier: string | undefined }): LimitVerdict | Promise<LimitVerdict>;
}

export interface ApiLimitsOptions {
  /** The wall clock, by which callers are told when a window ends. */
  readonly now?: () => number;
  /** A clock that never goes back, in milliseconds, by which windows in memory end and a failed store is left alone. */
  readonly monotonic?: () => number;
  /** How long a call waits for the store. */
  readonly timeoutMs?: number;
  /** Called for a failing store, once each time it is tried. */
  readonly onProblem?: (error: Error) => void;
}

/** From the shortest window to the longest. */
const windowNames = Object.keys(limitWindows) as LimitWindow[];
/** More than any tier allows: the limiter only counts, and the tier's limit is compared afterwards. */
const endless = Number.MAX_SAFE_INTEGER;
/** How long a store that failed is left alone. */
const storeRestMs = 1_000;

export function createApiLimits(store: LimitStore, options: ApiLimitsOptions = {}): ApiLimits {
  const { now = Date.now, monotonic = () => performance.now(), timeoutMs = 250, onProblem = () => {} } = options;
  const state = { restsUntil: 0 };
  const memory = createMemoryCounts();
  const shared = windowNames.map((window) => ({ window, counter: sharedCounter(store, window) }));

  function inMemory(window: LimitWindow, limit: number, { clientId, subject }: Caller, at: number): WindowState {
    const { used, endsAt } = consume(memory.of(clientId, subject, at), window, at);
    return { window, limit, used, resetsInMs: endsAt - at };
  }

  async function inStore(counter: RateLimiterAbstract, window: LimitWindow, limit: number, caller: Caller) {
    if (monotonic() < state.restsUntil) return inMemory(window, limit, caller, monotonic());
    try {
      const { consumedPoints: used, msBeforeNext: resetsInMs } = await within(
        timeoutMs,
        counted(counter, keyOf(caller)),
      );
      return { window, limit, used, resetsInMs };
    } catch (error) {
      const failedAt = monotonic();
      if (failedAt >= state.restsUntil) onProblem(error as Error);
      state.restsUntil = failedAt + storeRestMs;
      return inMemory(window, limit, caller, failedAt);
    }
  }

  function countInMemory(limits: TierLimits, caller: Caller): LimitVerdict {
    const at = monotonic();
    const states: WindowState[] = [];
    for (const window of windowNames) {
      const limit = limits[window];
      if (limit !== null && !add(states, inMemory(window, limit, caller, at))) break;
    }
    return limitVerdict(states, now());
  }

  async function countInStore(limits: TierLimits, caller: Caller): Promise<LimitVerdict> {
    const states: WindowState[] = [];
    for (const { window, counter } of shared) {
      const limit = limits[window];
      if (limit !== null && counter && !add(states, await inStore(counter, window, limit, caller))) break;
    }
    return limitVerdict(states, now());
  }

  const count = store.kind === 'memory' ? countInMemory : countInStore;
  return { count: (call) => count(limitsOfTier(call.tier), call) };
}

/** Returns false if the call is refused. A call that one window refuses does not count in the longer ones. */
function add(states: WindowState[], state: WindowState): boolean {
  states.push(state);
  return state.used <= state.limit;
}

/** Bounded, whatever the length of a client id: the table has room for 255 characters. */
function keyOf({ clientId, subject }: Caller): string {
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
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No count within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function sharedCounter(store: LimitStore, window: LimitWindow): RateLimiterAbstract | undefined {
  if (store.kind === 'memory') return undefined;
  const duration = limitWindows[window].seconds;
  const options: IRateLimiterOptions = { keyPrefix: `api_${window}`, duration, points: endless };
  const shared = { ...options, storeClient: store.client };
  if (store.kind === 'redis') return new RateLimiterRedis({ ...shared, useRedisPackage: false });
  // One of the limiters cleans the table for all.
  const clearExpiredByTimeout = window === 'daily';
  return new RateLimiterPostgres({ ...shared, tableName: 'api_limits', tableCreated: true, clearExpiredByTimeout });
}
