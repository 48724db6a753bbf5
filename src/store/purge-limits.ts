/** Deletes what limits no longer need: counters of requests, and failed sign-ins. */
import type { Db, Statement } from './database.ts';

const purgeCountersStatement: Statement = {
  name: 'rate-limits-purge',
  text: `DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000 LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired request counters and returns their number. */
export async function purgeRateLimits(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeCountersStatement, [limit])).length;
}

const purgeStatement: Statement = {
  name: 'sign-in-limits-purge',
  text: `DELETE FROM sign_in_limits WHERE key IN (
      SELECT key FROM sign_in_limits WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired rows of failed sign-ins and returns their number. */
export async function purgeSignInLimits(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
