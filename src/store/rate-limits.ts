/**
 * Failed sign-ins, counted in PostgreSQL and so by all nodes together. A try counts before its outcome is known, so that
 * parallel guesses can't slip past the limit together, and is taken back when it was no failure.
 */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { accountLockout, type Lockout, machineLockout, machineOf, waitAfter } from '../policy/lockout.ts';
import type { Database, Db, Statement } from './database.ts';
import { sha256 } from './vault.ts';

export interface RateLimits {
  /**
   * Counts a try to sign in, or refuses it. `device` names a browser that has signed in to this address before: it is
   * counted by itself, so that strangers who guess at the address do not keep it waiting.
   */
  signIn(who: { email: string; ip: string; device?: string | undefined }): Promise<Attempt>;
}

interface Attempt {
  /** Seconds to wait; the try must not be made. Undefined when it may. */
  readonly refusedFor: number | undefined;
  /** It was no failure: a success, or nobody could tell. */
  takeBack(): Promise<void>;
}

const free: Attempt = { refusedFor: undefined, takeBack: async () => {} };

/** `off` counts and refuses nothing. */
export function createRateLimits(db: Database, { off }: { off: boolean }): RateLimits {
  if (off) return { signIn: async () => free };
  const machines = limiter(db, 'machine', machineLockout);
  const accounts = limiter(db, 'account', accountLockout);
  const devices = limiter(db, 'device', accountLockout);
  return {
    async signIn({ email, ip, device }) {
      // The machine first: one that guesses at many addresses must not leave a row for each of them.
      const machine = await machines(machineOf(ip));
      if (machine.refusedFor !== undefined) return machine;
      const address = email.trim().toLowerCase();
      const account = await (device ? devices(`${device} ${address}`) : accounts(address));
      if (account.refusedFor === undefined) {
        const takeBack = async () => void (await Promise.all([account.takeBack(), machine.takeBack()]));
        return { refusedFor: undefined, takeBack };
      }
      await machine.takeBack();
      return account;
    },
  };
}

/**
 * Up to the last free failure nobody waits. That one and all after it pass a gate one at a time and shut it behind them.
 * How long for is told by those who passed: others who knock meanwhile do not prolong it.
 */
function limiter(db: Database, name: string, lockout: Lockout): (who: string) => Promise<Attempt> {
  const counter = (keyPrefix: string, points = 2 ** 30) =>
    new RateLimiterPostgres({
      storeClient: db.pgPool,
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration: lockout.windowSeconds,
    });
  const failures = counter(name);
  const gate = counter(`${name}-gate`, 1);
  const strikes = counter(`${name}-strikes`);
  return async (who) => {
    const key = keyOf(who);
    const { consumedPoints: count } = await failures.consume(key);
    const takeBack = async () => void (await failures.reward(key));
    if (count < lockout.free) return { refusedFor: undefined, takeBack };
    const shut = await gate
      .consume(key, 1, { customDuration: lockout.firstWaitSeconds })
      .then(() => undefined, refusalOf);
    if (shut) {
      await takeBack();
      return { ...free, refusedFor: Math.max(1, Math.ceil(shut.msBeforeNext / 1000)) };
    }
    const { consumedPoints: strike } = await strikes.consume(key);
    await gate.set(key, 1, waitAfter(strike, lockout));
    const open = async () => void (await Promise.all([takeBack(), strikes.reward(key), gate.delete(key)]));
    return { refusedFor: undefined, takeBack: open };
  };
}

function refusalOf(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}

/** No address of a person or a machine stands in the table in clear. */
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
