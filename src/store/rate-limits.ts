/**
 * Failed sign-ins, counted in PostgreSQL and so by all nodes together. A try is under way until its outcome is known: only
 * as many are at the same time as could all fail without going past the limit; others wait for their outcome. So
 * parallel guesses can't slip past the limit together, and people with the right password never meet it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountLockout, type Lockout, machineLockout, machineOf, waitAfter } from '../policy/lockout.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

export interface RateLimits {
  /**
   * Begins a try to sign in, or refuses it. `device` names a browser that has signed in to this address before: it is
   * counted by itself, so that strangers who guess at the address do not keep it waiting.
   */
  signIn(who: { email: string; ip: string; device?: string | undefined }): Promise<Attempt>;
}

interface Attempt {
  /** Seconds to wait; the try must not be made. Undefined when it may. */
  readonly refusedFor: number | undefined;
  /** The password was wrong. */
  fail(): Promise<void>;
  /** It was no failure: a success, or nobody could tell. */
  takeBack(): Promise<void>;
}

const free: Attempt = { refusedFor: undefined, fail: async () => {}, takeBack: async () => {} };

/** `off` counts and refuses nothing. */
export function createRateLimits(db: Db, { off }: { off: boolean }): RateLimits {
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
      if (account.refusedFor !== undefined) {
        await machine.takeBack();
        return account;
      }
      return {
        refusedFor: undefined,
        fail: async () => void (await Promise.all([account.fail(), machine.fail()])),
        takeBack: async () => void (await Promise.all([account.takeBack(), machine.takeBack()])),
      };
    },
  };
}

/** How long a try counts whose process died. Longer than any takes. */
const tryTtlSeconds = 60;
/** How long a try waits for the outcome of those that are under way. */
const maxWaitMs = 15_000;
const pollMs = { first: 20, most: 250 };

/** Up to the last free failure nobody waits. That one and all after it are made one at a time, and shut the gate. */
function limiter(db: Db, name: string, lockout: Lockout): (who: string) => Promise<Attempt> {
  const waits = waitsOf(lockout);
  return async (who) => {
    const key = `${name}:${sha256(who).toString('base64url')}`;
    const id = randomBytes(9).toString('base64url');
    const giveUpAt = performance.now() + maxWaitMs;
    for (let pause = pollMs.first; ; pause = Math.min(pause * 2, pollMs.most)) {
      if ((await db.run(beginStatement, [key, id, tryTtlSeconds, lockout.free])).length > 0) break;
      const [shut] = await db.run<{ seconds: number }>(shutStatement, [key]);
      if (shut) return { ...free, refusedFor: shut.seconds };
      if (performance.now() > giveUpAt) return { ...free, refusedFor: 1 };
      await sleep(pause * (0.5 + Math.random()));
    }
    return {
      refusedFor: undefined,
      fail: async () => void (await db.run(failStatement, [key, id, lockout.free, lockout.windowSeconds, waits])),
      takeBack: async () => void (await db.run(takeBackStatement, [key, id])),
    };
  };
}

/** Seconds for which each further failure shuts the gate, until it stays the same. */
function waitsOf(lockout: Lockout): number[] {
  const waits = [waitAfter(1, lockout)];
  while (waits.at(-1) !== lockout.maxWaitSeconds) waits.push(waitAfter(waits.length + 1, lockout));
  return waits;
}

// What counts of a row at this moment. An UPDATE that waited for another one sees the row as that one left it.
const now = 'clock_timestamp()';
const counted = (column: string) => `(CASE WHEN l.window_ends > ${now} THEN l.${column} ELSE 0 END)`;
const tries = 'live_tries(l.tries)';

/** $1 key, $2 id of the try, $3 seconds that it counts, $4 free failures. A row: begun. None: shut, or no room now. */
const beginStatement: Statement = {
  name: 'sign-in-begin',
  text: `INSERT INTO sign_in_limits AS l (key, tries, expires_at)
    VALUES ($1, jsonb_build_object($2::text, extract(epoch FROM ${now}) + $3), ${now} + $3 * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET tries = ${tries} || excluded.tries, expires_at = greatest(l.expires_at, excluded.expires_at)
    WHERE l.shut_until <= ${now}
      AND (SELECT count(*) FROM jsonb_object_keys(${tries})) < greatest(1, $4 - ${counted('failures')})
    RETURNING 1`,
};

const shutStatement: Statement = {
  name: 'sign-in-shut',
  text: `SELECT ceil(extract(epoch FROM shut_until - ${now}))::integer AS seconds FROM sign_in_limits
    WHERE key = $1 AND shut_until > ${now}`,
};

const failures = `${counted('failures')} + 1`;
const strikes = `${counted('strikes')} + 1`;
const windowEnds = `CASE WHEN l.window_ends > ${now} THEN l.window_ends ELSE ${now} + $4 * interval '1 second' END`;
const shutUntil = `CASE WHEN ${failures} < $3 THEN l.shut_until
  ELSE ${now} + ($5::integer[])[least(${strikes}, cardinality($5::integer[]))] * interval '1 second' END`;

/** $1 key, $2 id of the try, $3 free failures, $4 seconds of the window, $5 seconds for which each strike shuts. */
const failStatement: Statement = {
  name: 'sign-in-fail',
  text: `UPDATE sign_in_limits l SET tries = ${tries} - $2, failures = ${failures},
      strikes = CASE WHEN ${failures} < $3 THEN ${counted('strikes')} ELSE ${strikes} END,
      window_ends = ${windowEnds}, shut_until = ${shutUntil},
      expires_at = greatest(l.expires_at, ${windowEnds}, ${shutUntil})
    WHERE key = $1`,
};

/** The row goes with its last try, unless something failed. $1 key, $2 id of the try. */
const takeBackStatement: Statement = {
  name: 'sign-in-take-back',
  text: `WITH gone AS (
      DELETE FROM sign_in_limits l WHERE l.key = $1 AND ${counted('failures')} = 0 AND ${tries} - $2 = '{}' RETURNING 1)
    UPDATE sign_in_limits l SET tries = ${tries} - $2 WHERE l.key = $1 AND NOT EXISTS (SELECT FROM gone)`,
};

const purgeCountersStatement: Statement = {
  name: 'rate-limits-purge',
  text: `DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000 LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` counters of requests that have run out; returns how many. */
export async function purgeRateLimits(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeCountersStatement, [limit])).length;
}

const purgeStatement: Statement = {
  name: 'sign-in-limits-purge',
  text: `DELETE FROM sign_in_limits WHERE key IN (
      SELECT key FROM sign_in_limits WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` rows of failed sign-ins that count no more; returns how many. */
export async function purgeSignInLimits(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
