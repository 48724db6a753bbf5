/**
 * Attempts that may fail, counted in PostgreSQL and shared by all nodes. An attempt is pending until its outcome is
 * known. Only as many attempts may be pending as could all fail without exceeding the limit; further ones wait. So
 * parallel guesses cannot exceed the limit together, and correct passwords never count.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lockout, waitSecondsAfter } from '../policy/lockout.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

export interface Attempt {
  /** If set, the attempt is refused and must not be made. */
  readonly retryAfterSeconds: number | undefined;
  /** 1 for the first within its window: failures, attempts that are pending, and this one. */
  readonly ordinal: number;
  /** Counts the attempt as a failure: the guess was wrong. Returns whether it has just used up the free guesses of the account for a day. */
  fail(): Promise<boolean>;
  /** Drops the attempt without counting it: it succeeded, or its outcome is unknown. */
  discard(): Promise<void>;
}

export const unlimited: Attempt = {
  retryAfterSeconds: undefined,
  ordinal: 0,
  fail: async () => false,
  discard: async () => {},
};

/** An attempt that one of the limits refuses counts for none. Only the free guesses of the first one are those of a day. */
export async function allOf(limits: readonly (() => Promise<Attempt>)[]): Promise<Attempt> {
  const begun: Attempt[] = [];
  for (const begin of limits) {
    const attempt = await begin();
    if (attempt.retryAfterSeconds !== undefined) {
      await Promise.all(begun.map(({ discard }) => discard()));
      return attempt;
    }
    begun.push(attempt);
  }
  return {
    retryAfterSeconds: undefined,
    ordinal: begun[0]?.ordinal ?? 0,
    fail: async () => (await Promise.all(begun.map(({ fail }) => fail())))[0] === true,
    discard: async () => void (await Promise.all(begun.map(({ discard }) => discard()))),
  };
}

/** Only the free guesses of the first one are those of a day. */
export function bothOf(daily: Attempt, other: Attempt): Attempt {
  return {
    retryAfterSeconds: undefined,
    ordinal: daily.ordinal,
    fail: async () => (await Promise.all([daily.fail(), other.fail()]))[0],
    discard: async () => void (await Promise.all([daily.discard(), other.discard()])),
  };
}

/** Pending attempts of a process that crashed expire after this time. It exceeds the duration of any attempt. */
const attemptTtlSeconds = 60;
/** How long an attempt waits for the outcome of pending ones. Tests that make many at once replace it. */
export const pendingAttempts = { maxWaitMs: 15_000 };
const pollMs = { min: 20, max: 250 };

/** Free failures do not delay anybody. From the last free one on, attempts run one at a time and each failure locks. */
export function limiter(db: Db, name: string, lockout: Lockout, onLock: () => void) {
  const waits = waitsOf(lockout);
  return async (subject: string, waitMs = pendingAttempts.maxWaitMs): Promise<Attempt> => {
    const key = `${name}:${sha256(subject).toString('base64url')}`;
    const id = randomBytes(9).toString('base64url');
    const giveUpAt = performance.now() + waitMs;
    let ordinal: number;
    for (let pauseMs = pollMs.min; ; pauseMs = Math.min(pauseMs * 2, pollMs.max)) {
      const values = [key, id, attemptTtlSeconds, lockout.freeFailures];
      const [begun] = await db.run<{ ordinal: number }>(beginStatement, values);
      if (begun) {
        ordinal = begun.ordinal;
        break;
      }
      const [shut] = await db.run<{ seconds: number }>(shutStatement, [key]);
      if (shut) return { ...unlimited, retryAfterSeconds: shut.seconds };
      if (performance.now() >= giveUpAt) return { ...unlimited, retryAfterSeconds: 1 };
      await sleep(pauseMs * (0.5 + Math.random()));
    }
    return {
      retryAfterSeconds: undefined,
      ordinal,
      fail: async () => {
        const values = [key, id, lockout.freeFailures, lockout.windowSeconds, waits];
        const [row] = await db.run<{ usedUp: boolean; locks: boolean }>(failStatement, values);
        if (row?.locks) onLock();
        return row?.usedUp === true;
      },
      discard: async () => void (await db.run(discardStatement, [key, id])),
    };
  };
}

/** Returns the lock duration of each further failure in seconds; the last value applies to all later ones. */
function waitsOf(lockout: Lockout): number[] {
  const waits = [waitSecondsAfter(1, lockout)];
  while (waits.at(-1) !== lockout.maxWaitSeconds) waits.push(waitSecondsAfter(waits.length + 1, lockout));
  return waits;
}

// Values that count now. An UPDATE that waited for another one evaluates these on the row as the other one left it.
const now = 'clock_timestamp()';
const counted = (column: string) => `(CASE WHEN l.window_ends > ${now} THEN l.${column} ELSE 0 END)`;
const tries = 'live_tries(l.tries)';

/** $1 key, $2 attempt id, $3 TTL in seconds, $4 free failures. Returns a row if the attempt may begin, with its ordinal; none if locked or full. */
const beginStatement: Statement = {
  name: 'sign-in-begin',
  text: `INSERT INTO sign_in_limits AS l (key, tries, expires_at)
    VALUES ($1, jsonb_build_object($2::text, extract(epoch FROM ${now}) + $3), ${now} + $3 * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET tries = ${tries} || excluded.tries, expires_at = greatest(l.expires_at, excluded.expires_at)
    WHERE l.shut_until <= ${now}
      AND (SELECT count(*) FROM jsonb_object_keys(${tries})) < greatest(1, $4 - ${counted('failures')})
    RETURNING ${counted('failures')} + (SELECT count(*) FROM jsonb_object_keys(l.tries))::integer AS ordinal`,
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

/** $1 key, $2 attempt id, $3 free failures, $4 window in seconds, $5 lock duration of each strike in seconds. */
const failStatement: Statement = {
  name: 'sign-in-fail',
  text: `UPDATE sign_in_limits l SET tries = ${tries} - $2, failures = ${failures},
      strikes = CASE WHEN ${failures} < $3 THEN ${counted('strikes')} ELSE ${strikes} END,
      window_ends = ${windowEnds}, shut_until = ${shutUntil},
      expires_at = greatest(l.expires_at, ${windowEnds}, ${shutUntil})
    WHERE key = $1 RETURNING strikes = 1 AND failures = $3 AS "usedUp", failures >= $3 AS locks`,
};

/** Deletes the row with its last pending attempt, unless it has failures. $1 key, $2 attempt id. */
const discardStatement: Statement = {
  name: 'sign-in-discard',
  text: `WITH gone AS (
      DELETE FROM sign_in_limits l WHERE l.key = $1 AND ${counted('failures')} = 0 AND ${tries} - $2 = '{}' RETURNING 1)
    UPDATE sign_in_limits l SET tries = ${tries} - $2 WHERE l.key = $1 AND NOT EXISTS (SELECT FROM gone)`,
};
