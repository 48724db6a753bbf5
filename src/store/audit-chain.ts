/** Reads the chain of the audit log with its hashes, in order, for verification; and what is not in the chain. */
import type { ChainRow } from '../policy/audit-chain.ts';
import type { Db, Statement } from './database.ts';

export interface CheckedRow extends ChainRow {
  /** The hash that the database's own function computes for the row. */
  readonly sql_hash: Buffer;
}

/** The content of the event `e` as it is hashed. */
export const contentColumns = `(extract(epoch FROM e.at) * 1000000)::bigint::text AS at_micros, e.actor, e.action, e.target,
      e.details::text AS details_text, e.request_id`;

/**
 * Numbers that wait and lead to an event that can be sealed. A number whose event is gone, or sealed already, must not stop
 * the others: whoever can add events to the database can add such numbers.
 */
export const waiting = `audit_unsealed u JOIN audit_events e ON e.seq = u.event
      AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.event = u.event)`;

/** Numbers below this one are places in the chain of events that were hashed before there were seals. */
export const firstSealed = '(SELECT coalesce(min(sealed_seq), 9223372036854775807) FROM audit_seals)';

const chainStatement: Statement = {
  name: 'audit-chain',
  text: `(SELECT e.seq AS place, e.seq, true AS found, ${contentColumns}, e.prev_hash, e.hash, NULL::bytea AS key_id, NULL::bytea AS mac,
        audit_hash(e.prev_hash, e.seq, e.at, e.actor, e.action, e.target, e.details, e.request_id) AS sql_hash
      FROM audit_events e WHERE e.hash <> '\\x' AND e.seq > $1 AND e.seq < ${firstSealed} ORDER BY e.seq LIMIT $2)
    UNION ALL
    (SELECT s.sealed_seq, s.event, e.seq IS NOT NULL, ${contentColumns}, s.prev_hash, s.hash, s.key_id, s.mac,
        audit_hash(s.prev_hash, e.seq, e.at, e.actor, e.action, e.target, e.details, e.request_id)
      FROM audit_seals s LEFT JOIN audit_events e ON e.seq = s.event WHERE s.sealed_seq > $1 ORDER BY s.sealed_seq LIMIT $2)
    ORDER BY place LIMIT $2`,
};

/** Returns the rows after the place `after`, in the order of the chain. */
export async function readChain(db: Db, { after, limit }: { after: string; limit: number }): Promise<CheckedRow[]> {
  return db.run<CheckedRow>(chainStatement, [after, limit]);
}

export interface OutsideChain {
  /** Events that wait to be sealed, and the age of the oldest of them in seconds. */
  readonly unsealed: number;
  readonly oldestSeconds: number;
  /** The first event that waited and was deleted, if there is one. */
  readonly lost: string | null;
}

const outsideStatement: Statement = {
  name: 'audit-outside-chain',
  text: `SELECT count(*)::integer AS unsealed,
      coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0)::float8 AS "oldestSeconds",
      (SELECT min(lost.event) FROM audit_unsealed lost
        WHERE NOT EXISTS (SELECT FROM audit_events WHERE seq = lost.event)) AS lost
    FROM ${waiting}`,
};

export async function readOutsideChain(db: Db): Promise<OutsideChain> {
  const [row] = await db.run<OutsideChain>(outsideStatement, []);
  return row as OutsideChain;
}

/** Numbers that one statement looks at: few enough for a statement to end in time, however long the log is. */
const numbersAtOnce = 100_000n;

const unqueuedStatement: Statement = {
  name: 'audit-unqueued',
  text: `SELECT (SELECT min(seq) FROM audit_events WHERE seq > $2) AS next,
      (SELECT min(o.seq) FROM audit_events o
        WHERE o.seq > $1 AND o.seq <= $2 AND (o.hash = '\\x' OR o.seq >= ${firstSealed})
          AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.event = o.seq)
          AND NOT EXISTS (SELECT FROM audit_unsealed w WHERE w.event = o.seq)) AS unqueued`,
};

/** Returns the first event that is neither in the chain nor waits for it, if there is one. */
export async function findUnqueued(db: Db): Promise<string | undefined> {
  for (let after = 0n; ; ) {
    const values = [String(after), String(after + numbersAtOnce)];
    const [row] = await db.run<{ next: string | null; unqueued: string | null }>(unqueuedStatement, values);
    if (row?.unqueued) return row.unqueued;
    if (!row?.next) return undefined;
    after = BigInt(row.next) - 1n;
  }
}
