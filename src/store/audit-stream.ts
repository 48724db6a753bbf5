/**
 * How far the receiver of the audit stream has got: one row, and no copy of any event. One node at a time holds it, for a
 * bounded time, so that requests follow one another in the order of the chain. All times are the database's.
 */
import type { StreamedEvent } from '../policy/audit-stream.ts';
import type { Db, Statement } from './database.ts';

export interface StreamHold {
  /** Proves that this node still holds the row. */
  readonly holder: string;
  readonly sentSeq: string;
  readonly batchSize: number;
  readonly failures: number;
}

const createStatement: Statement = {
  name: 'audit-stream-create',
  text: `INSERT INTO audit_stream (sent_seq, batch_size) SELECT sealed_seq, $1 FROM audit_head() ON CONFLICT DO NOTHING`,
};

/** Begins the stream after the last event that is sealed now, unless it has begun before. */
export async function beginAuditStream(db: Db, batchSize: number): Promise<void> {
  await db.run(createStatement, [batchSize]);
}

// A node that waited for the row's lock sees what the other one has written.
const holdStatement: Statement = {
  name: 'audit-stream-hold',
  text: `UPDATE audit_stream SET held_by = $1, held_until = clock_timestamp() + make_interval(secs => $2)
    WHERE due_at <= clock_timestamp() AND (held_until IS NULL OR held_until < clock_timestamp())
      AND sent_seq < (SELECT max(sealed_seq) FROM audit_seals)
    RETURNING sent_seq, batch_size, failures`,
};

/** Takes the row for `seconds`; undefined if there is nothing to send, it is not time yet, or another node sends. */
export async function holdAuditStream(db: Db, holder: string, seconds: number): Promise<StreamHold | undefined> {
  const [row] = await db.run<{ sent_seq: string; batch_size: number; failures: number }>(holdStatement, [
    holder,
    seconds,
  ]);
  return row && { holder, sentSeq: row.sent_seq, batchSize: row.batch_size, failures: row.failures };
}

const readStatement: Statement = {
  name: 'audit-stream-read',
  text: `SELECT s.sealed_seq, e.seq, e.at, e.actor, e.action, e.target, e.details, e.request_id, encode(s.prev_hash, 'hex') AS prev_hash,
      encode(s.hash, 'hex') AS hash, encode(s.key_id, 'hex') AS key_id, encode(s.mac, 'hex') AS mac
    FROM audit_seals s LEFT JOIN audit_events e ON e.seq = s.event
    WHERE s.sealed_seq > $1 ORDER BY s.sealed_seq LIMIT $2`,
};

export interface StreamPage {
  readonly events: readonly StreamedEvent[];
  /** The place of the last seal that was read, whether its event is left or not; undefined at the end of the chain. */
  readonly upTo: string | undefined;
}

/** Reads the next events in the order of the chain. */
export async function readAuditStream(db: Db, after: string, limit: number): Promise<StreamPage> {
  const rows = await db.run<StreamedEvent & { seq: string | null }>(readStatement, [after, limit]);
  return { events: rows.filter(({ seq }) => seq !== null), upTo: rows.at(-1)?.sealed_seq };
}

const sentStatement: Statement = {
  name: 'audit-stream-sent',
  text: `UPDATE audit_stream SET sent_seq = $2, batch_size = $3, failures = 0, error = NULL, sent_at = clock_timestamp(),
      held_until = clock_timestamp() + make_interval(secs => $4)
    WHERE held_by = $1 RETURNING 1 AS held`,
};

/** Moves the cursor and goes on holding the row. Returns false if another node has taken it. */
export async function noteAuditSent(
  db: Db,
  { holder, upTo, batchSize, seconds }: { holder: string; upTo: string; batchSize: number; seconds: number },
): Promise<boolean> {
  return (await db.run(sentStatement, [holder, upTo, batchSize, seconds])).length > 0;
}

const failedStatement: Statement = {
  name: 'audit-stream-failed',
  text: `UPDATE audit_stream SET failures = failures + 1, error = $2, failed_at = clock_timestamp(), batch_size = $3,
      due_at = clock_timestamp() + make_interval(secs => $4), held_by = NULL, held_until = NULL
    WHERE held_by = $1`,
};

/** Records why a request failed. The next one is due after the pause, on any node. */
export async function noteAuditFailed(
  db: Db,
  {
    holder,
    error,
    batchSize,
    pauseSeconds,
  }: { holder: string; error: string; batchSize: number; pauseSeconds: number },
): Promise<void> {
  await db.run(failedStatement, [holder, error, batchSize, pauseSeconds]);
}

const releaseStatement: Statement = {
  name: 'audit-stream-release',
  text: 'UPDATE audit_stream SET held_by = NULL, held_until = NULL WHERE held_by = $1',
};

export async function releaseAuditStream(db: Db, holder: string): Promise<void> {
  await db.run(releaseStatement, [holder]);
}

export interface StreamBacklog {
  /** Sealed events that the receiver does not have. */
  readonly waiting: number;
  /** Age of the oldest of them; 0 if the receiver has every event. */
  readonly lateSeconds: number;
  /** Failed requests since the last successful one, and what the last one said. */
  readonly failures: number;
  readonly error: string | null;
  readonly sentAt: Date | null;
}

const backlogStatement: Statement = {
  name: 'audit-stream-backlog',
  text: `SELECT greatest(h.sealed_seq - greatest(s.sent_seq, (SELECT sealed_seq FROM audit_anchor)), 0)::float8 AS waiting, s.failures, s.error, s.sent_at AS "sentAt",
      coalesce(extract(epoch FROM clock_timestamp() - (SELECT e.at FROM audit_seals n JOIN audit_events e ON e.seq = n.event
        WHERE n.sealed_seq > s.sent_seq ORDER BY n.sealed_seq LIMIT 1)), 0)::float8 AS "lateSeconds"
    FROM audit_stream s, audit_head() h`,
};

/** Returns undefined if the stream has not begun. */
export async function readStreamBacklog(db: Db): Promise<StreamBacklog | undefined> {
  const [row] = await db.run<StreamBacklog>(backlogStatement, []);
  return row;
}
