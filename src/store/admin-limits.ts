/** Rate limits of the admin API. They are counted in PostgreSQL, so that all nodes share them. */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { adminLimit } from '../policy/admin-api.ts';
import type { Database } from './database.ts';
import { sha256 } from './sealer.ts';

interface AdminCount {
  /** Requests in the current window, including this one. */
  readonly used: number;
  /** Time until the next window begins. */
  readonly resetsInMs: number;
}

export interface AdminLimits {
  /** Counts one request of a client, or of an IP address that sent no token. */
  count(caller: string): Promise<AdminCount>;
}

/** With `off`, nothing is counted. */
export function createAdminLimits(db: Database, { off }: { off: boolean }): AdminLimits {
  if (off) return { count: async () => ({ used: 1, resetsInMs: adminLimit.windowSeconds * 1000 }) };
  const requests = new RateLimiterPostgres({
    storeClient: db.pgPool,
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: 'admin-api',
    points: 2 ** 30,
    duration: adminLimit.windowSeconds,
  });
  return {
    async count(caller) {
      const counted = await requests.consume(sha256(caller).toString('base64url')).catch((reason: unknown) => {
        if (reason instanceof RateLimiterRes) return reason;
        throw reason;
      });
      return { used: counted.consumedPoints, resetsInMs: counted.msBeforeNext };
    },
  };
}
