/** Removes the beginning of the audit log: where it is, what the log says of it, which rows are old, and deleting some of them. */

import type { ChainHead } from '../policy/audit-chain.ts';
import { type AnnouncedRow, type LogBeginning, removalAction } from '../policy/audit-removal.ts';
import type { Db, Statement } from './database.ts';

/** An intruder who can add events to the database can add some that look like these, so several are read. */
const maxAnnounced = 50;

/** A removal is announced once in so many hours at most. */
const hoursBetween = 23;

// A place is that of a seal, or of an event that was hashed before there were seals.
const hashAt = (place: string) => `coalesce((SELECT s.hash FROM audit_seals s WHERE s.sealed_seq = ${place}),
      (SELECT e.hash FROM audit_events e WHERE e.seq = ${place} AND e.hash <> '\\x'))`;
const hashBefore = (place: string) => `coalesce((SELECT s.prev_hash FROM audit_seals s WHERE s.sealed_seq = ${place}),
      (SELECT e.prev_hash FROM audit_events e WHERE e.seq = ${place} AND e.hash <> '\\x'))`;

// One statement, because another node may be removing rows.
const beginningStatement: Statement = {
  name: 'audit-beginning',
  text: `SELECT coalesce(a.sealed_seq, 0) AS place, coalesce(a.hash, '\\x') AS hash,
      coalesce(${hashBefore('coalesce(a.sealed_seq, 0) + 1')} = coalesce(a.hash, '\\x'),
        (SELECT sealed_seq FROM audit_head()) <= coalesce(a.sealed_seq, 0)) AS follows,
      EXISTS (SELECT FROM audit_unsealed u JOIN audit_events e ON e.seq = u.event WHERE e.action = '${removalAction}') AS pending,
      t.seq, t.details,
      t.at < now() - interval '${hoursBetween} hours' AS due, ${hashAt('t.up_to')} AS hash_there
    FROM (SELECT) one LEFT JOIN audit_anchor a ON true LEFT JOIN LATERAL (
      SELECT e.seq, e.at, e.details,
        CASE WHEN e.details ->> 'up_to' ~ '^[0-9]{1,18}$' THEN (e.details ->> 'up_to')::bigint END AS up_to
      FROM audit_events e WHERE e.action = '${removalAction}' AND e.actor = 'system'
        AND EXISTS (SELECT FROM audit_seals s WHERE s.event = e.seq)
      ORDER BY e.seq DESC LIMIT ${maxAnnounced}) t ON true
    ORDER BY t.seq DESC`,
};

interface BeginningRow extends Omit<AnnouncedRow, 'seq'> {
  readonly place: string;
  readonly hash: Buffer;
  readonly follows: boolean;
  readonly pending: boolean;
  /** Null if no removal was announced. */
  readonly seq: string | null;
}

export interface StoredBeginning extends LogBeginning {
  /** Whether the first row is there and follows the anchor, or the log is empty. */
  readonly follows: boolean;
  /** Whether an announced removal waits for its seal. */
  readonly pending: boolean;
}

export async function readBeginning(db: Db): Promise<StoredBeginning> {
  const rows = await db.run<BeginningRow>(beginningStatement, []);
  const [first] = rows as [BeginningRow];
  return {
    anchor: { seq: BigInt(first.place), hash: first.hash },
    follows: first.follows,
    pending: first.pending,
    announced: rows.flatMap(({ seq, details, due, hash_there }) =>
      seq === null ? [] : [{ seq, details, due, hash_there }],
    ),
  };
}

/** One row, if anything was removed. */
export const removedSql =
  'SELECT sealed_seq AS place, events_before AS before, days FROM audit_anchor WHERE sealed_seq > 0 AND events_before IS NOT NULL';

const removedStatement: Statement = { name: 'audit-removed', text: removedSql };

/** The events that were removed from the beginning of the log. */
export interface RemovedEvents {
  /** Number of events. */
  readonly place: string;
  /** When the newest of them was written. */
  readonly before: Date;
  /** After how many days they were removed. */
  readonly days: number;
}

/** Returns undefined if nothing was removed. */
export async function readRemoved(db: Db): Promise<RemovedEvents | undefined> {
  const [row] = await db.run<RemovedEvents>(removedStatement, []);
  return row;
}

const stateStatement: Statement = {
  name: 'audit-retention-state',
  text: `SELECT has_table_privilege('audit_events', 'DELETE') AND has_table_privilege('audit_seals', 'DELETE') AS "mayRemove",
      coalesce((SELECT extract(epoch FROM clock_timestamp() - e.at) FROM audit_events e ORDER BY e.seq LIMIT 1), 0)::float8
        AS "oldestSeconds"`,
};

/** Whether this role may delete events, and the age of the oldest one. */
export async function readRetentionState(db: Db): Promise<{ mayRemove: boolean; oldestSeconds: number }> {
  const [row] = await db.run<{ mayRemove: boolean; oldestSeconds: number }>(stateStatement, []);
  return row as { mayRemove: boolean; oldestSeconds: number };
}

/** A stream without a setting on this node may belong to others, as long as it was used in these days. */
const streamDays = 7;

// Places follow one another almost as times do: an event of a slow transaction has a later place. If the first event that
// stays is not sealed yet, nobody knows its place, and nothing is removed this time.
const endStatement: Statement = {
  name: 'audit-removal-end',
  text: `WITH kept AS (SELECT e.seq, e.hash <> '\\x' AS hashed FROM audit_events e
        WHERE e.at >= now() - make_interval(days => $1) ORDER BY e.at LIMIT 1),
    aged AS (SELECT CASE WHEN NOT EXISTS (SELECT FROM kept) THEN (SELECT sealed_seq FROM audit_head())
        ELSE coalesce((SELECT s.sealed_seq FROM audit_seals s JOIN kept k ON s.event = k.seq),
          (SELECT k.seq FROM kept k WHERE k.hashed)) - 1 END AS place),
    final AS (SELECT least(place, (SELECT sent_seq FROM audit_stream
        WHERE $2 OR greatest(sent_at, failed_at, due_at) > now() - interval '${streamDays} days')) AS place
      FROM aged WHERE place IS NOT NULL)
    SELECT f.place, ${hashAt('f.place')} AS hash, e.at AS before
    FROM final f LEFT JOIN audit_seals s ON s.sealed_seq = f.place
      JOIN audit_events e ON e.seq = coalesce(s.event, f.place)`,
};

export interface RemovalEnd extends ChainHead {
  readonly before: Date;
}

/**
 * Returns the last row of the chain that may go: it is older than `days`, and the receiver of the audit stream has it. Undefined
 * if every row must stay.
 */
export async function findRemovalEnd(
  db: Db,
  { days, streamed }: { days: number; streamed: boolean },
): Promise<RemovalEnd | undefined> {
  const [row] = await db.run<{ place: string; hash: Buffer | null; before: Date }>(endStatement, [days, streamed]);
  return row?.hash ? { seq: BigInt(row.place), hash: row.hash, before: row.before } : undefined;
}

// Rows and beginning move in one statement, so they agree whenever a process ends. Each number is a key.
const removeStatement: Statement = {
  name: 'audit-remove',
  text: `WITH anchor AS MATERIALIZED (
      SELECT sealed_seq AS place, least(sealed_seq + $1, $2::bigint) AS last FROM audit_anchor FOR UPDATE),
    seals AS (DELETE FROM audit_seals s USING anchor a WHERE s.sealed_seq > a.place AND s.sealed_seq <= a.last
      RETURNING s.sealed_seq AS place, s.event, s.hash),
    events AS (DELETE FROM audit_events e WHERE e.seq = ANY (ARRAY(SELECT event FROM seals)) RETURNING e.at),
    hashed AS (DELETE FROM audit_events e USING anchor a WHERE e.seq > a.place AND e.seq <= a.last AND e.hash <> '\\x'
        AND e.seq < (SELECT coalesce(min(sealed_seq), 9223372036854775807) FROM audit_seals)
      RETURNING e.seq AS place, e.hash, e.at),
    gone AS (SELECT place, hash FROM seals UNION ALL SELECT place, hash FROM hashed),
    moved AS (UPDATE audit_anchor a SET sealed_seq = g.place, hash = g.hash, days = $3,
        events_before = greatest(a.events_before, (SELECT max(at) FROM (SELECT at FROM events UNION ALL SELECT at FROM hashed) t))
      FROM (SELECT place, hash FROM gone ORDER BY place DESC LIMIT 1) g)
    SELECT count(*)::integer AS removed FROM gone`,
};

/** Removes up to `limit` rows at the beginning of the log, none after the place `upTo`, and returns their number. */
export async function removeEvents(
  trx: Db,
  { upTo, days, limit }: { upTo: bigint; days: number; limit: number },
): Promise<number> {
  const [row] = await trx.run<{ removed: number }>(removeStatement, [limit, String(upTo), days]);
  return row?.removed ?? 0;
}
