/** Requests to the admin API, counted in PostgreSQL and so by all nodes together. */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { adminLimit } from '../policy/admin-api.ts';
import type { Database } from './database.ts';
import { sha256 } from './sealer.ts';

interface AdminCount {
  /** Requests in this window, this one included. */
  readonly used: number;
  /** Milliseconds until the window begins anew. */
  readonly resetsInMs: number;
}

export interface AdminLimits {
  /** Counts one request of a client or a machine. */
  count(who: string): Promise<AdminCount>;
}

/** `off` counts nothing. */
export function createAdminLimits(db: Database, { off }: { off: boolean }): AdminLimits {
  if (off) return { count: async () => ({ used: 1, resetsInMs: adminLimit.seconds * 1000 }) };
  const requests = new RateLimiterPostgres({
    storeClient: db.pgPool,
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: 'admin-api',
    points: 2 ** 30,
    duration: adminLimit.seconds,
  });
  return {
    async count(who) {
      const counted = await requests.consume(sha256(who).toString('base64url')).catch((reason: unknown) => {
        if (reason instanceof RateLimiterRes) return reason;
        throw reason;
      });
      return { used: counted.consumedPoints, resetsInMs: counted.msBeforeNext };
    },
  };
}
