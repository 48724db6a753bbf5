/** Counters of failed sign-ins in PostgreSQL, shared by all nodes. Keys are hashed. */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { accountLockouts, addressLockouts, type Lockout, machineOf } from '../policy/lockout.ts';
import type { Database, Db, Statement } from './database.ts';
import { sha256 } from './vault.ts';

/** A try that was counted before its outcome is known: parallel guesses can't slip past the limit together. */
export interface Attempt {
  /** Seconds to wait; the try must not be made. */
  readonly refusedFor: number | undefined;
  /** Takes the count back: a success never counts. */
  succeeded(): Promise<void>;
}

export interface RateLimits {
  signIn(who: { email: string; ip: string }): Promise<Attempt>;
}

const free: Attempt = { refusedFor: undefined, succeeded: async () => {} };

export function createRateLimits(db: Database, { off }: { off: boolean }): RateLimits {
  if (off) return { signIn: async () => free };
  const account = accountLockouts.map((lockout, index) => limiter(db, `account${index}`, lockout));
  const address = addressLockouts.map((lockout, index) => limiter(db, `address${index}`, lockout));
  return {
    async signIn({ email, ip }) {
      const counted = [
        ...account.map((one) => ({ one, key: keyOf(email.trim().toLowerCase()) })),
        ...address.map((one) => ({ one, key: keyOf(machineOf(ip)) })),
      ];
      const outcomes = await Promise.allSettled(counted.map(({ one, key }) => one.consume(key)));
      const undo = async () => {
        await Promise.all(
          counted.map(({ one, key }, index) => (outcomes[index]?.status === 'fulfilled' ? one.reward(key) : undefined)),
        );
      };
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      const fault = refused.find((reason) => !(reason instanceof RateLimiterRes));
      if (fault) throw fault;
      if (refused.length === 0) return { refusedFor: undefined, succeeded: undo };
      // A try that is not made is no failure: what it counted elsewhere is taken back.
      await undo();
      const waits = (refused as RateLimiterRes[]).map((reason) => Math.ceil(reason.msBeforeNext / 1000));
      return { refusedFor: Math.max(1, ...waits), succeeded: async () => {} };
    },
  };
}

function limiter(db: Database, name: string, { failures, windowSeconds, waitSeconds }: Lockout): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: db.pgPool,
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: failures,
    duration: windowSeconds,
    blockDuration: waitSeconds,
  });
}

function keyOf(text: string): string {
  return sha256(text).toString('base64url');
}

const purgeStatement: Statement = {
  name: 'rate-limits-purge',
  text: `DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000 LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` counters that have run out; returns how many. */
export async function purgeRateLimits(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
