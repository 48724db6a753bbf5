/**
 * Which node pushes which streams of Shared Signals. A node holds a stream for a bounded time, so that its tokens follow one another
 * in order. All times are the database's.
 */
import type { Db, Statement } from './database.ts';
import { type SignalStream, type StreamPosition, streamColumns } from './signal-streams.ts';

export interface HeldStream extends SignalStream {
  /** Proves that this node still holds the stream. */
  readonly held_by: string;
  /** The place of the newest sealed event. */
  readonly head: string;
}

const isDue = `s.push_url IS NOT NULL AND (s.status = 'enabled' OR s.update_id IS NOT NULL)
      AND (s.due_at IS NULL OR s.due_at <= clock_timestamp()) AND (s.held_until IS NULL OR s.held_until < clock_timestamp())
      AND (s.verify_id IS NOT NULL OR s.update_id IS NOT NULL OR s.read_seq < h.sealed_seq)`;

// A client that is disabled, or no gateway any more, gets nothing.
const isReceiver = "c.status = 'active' AND c.gateway_resource IS NOT NULL";

const holdStatement: Statement = {
  name: 'signal-push-hold',
  text: `WITH due AS (SELECT s.stream_id, h.sealed_seq FROM signal_streams s JOIN clients c ON c.client_id = s.client_id, audit_head() h
      WHERE ${isDue} AND ${isReceiver}
      ORDER BY s.held_until NULLS FIRST, s.delivered_at NULLS FIRST LIMIT $3 FOR UPDATE OF s SKIP LOCKED)
    UPDATE signal_streams s SET held_by = $1, held_until = clock_timestamp() + make_interval(secs => $2)
      FROM due d WHERE s.stream_id = d.stream_id RETURNING ${streamColumns}, s.held_by, d.sealed_seq::text AS head`,
};

/** Takes streams that are due, at most `limit`, for `seconds`. */
export function holdPushStreams(db: Db, holder: string, seconds: number, limit: number): Promise<HeldStream[]> {
  return db.run<HeldStream>(holdStatement, [holder, seconds, limit]);
}

// Not if an admin or the receiver has changed the stream meanwhile: then nobody holds it.
const movedStatement: Statement = {
  name: 'signal-push-moved',
  text: `UPDATE signal_streams s SET read_seq = $3, acknowledged = $4, verify_id = nullif(verify_id, $5), update_id = nullif(update_id, $6),
      delivered_at = CASE WHEN $7 THEN clock_timestamp() ELSE delivered_at END,
      failures = CASE WHEN $7 THEN 0 ELSE failures END, failing_since = CASE WHEN $7 THEN NULL ELSE failing_since END,
      error = CASE WHEN $7 THEN NULL ELSE error END, due_at = NULL,
      held_until = CASE WHEN $8::integer IS NULL THEN NULL ELSE clock_timestamp() + make_interval(secs => $8) END,
      held_by = CASE WHEN $8::integer IS NULL THEN NULL ELSE held_by END
    FROM clients c WHERE s.stream_id = $1 AND s.held_by = $2 AND c.client_id = s.client_id AND ${isReceiver} RETURNING 1 AS held`,
};

/** Moves the stream on, and holds it for `seconds` more; null gives it back. Returns false if somebody has taken or changed it. */
export async function notePushed(
  db: Db,
  { stream_id: id, held_by: holder }: HeldStream,
  to: StreamPosition,
  seconds: number | null,
): Promise<boolean> {
  const { readSeq, acknowledged, verified, updated, delivered } = to;
  const values = [id, holder, String(readSeq), acknowledged, verified, updated, delivered, seconds];
  return (await db.run(movedStatement, values)).length > 0;
}

const failedStatement: Statement = {
  name: 'signal-push-failed',
  text: `UPDATE signal_streams SET failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()), error = $3,
      due_at = clock_timestamp() + make_interval(secs => $4), held_by = NULL, held_until = NULL
    WHERE stream_id = $1 AND held_by = $2 RETURNING 1`,
};

/** Records why a push failed, and gives the stream back until the pause is over. Returns false if somebody has taken or changed it. */
export async function notePushFailed(
  db: Db,
  { stream_id: id, held_by: holder }: HeldStream,
  error: string,
  pauseSeconds: number,
): Promise<boolean> {
  return (await db.run(failedStatement, [id, holder, error, pauseSeconds])).length > 0;
}

const pauseStatement: Statement = {
  name: 'signal-push-pause',
  text: `UPDATE signal_streams SET status = CASE WHEN status = 'enabled' THEN 'paused' ELSE status END, update_id = NULL,
      status_reason = CASE WHEN status = 'enabled' THEN $2 ELSE status_reason END
    WHERE stream_id = $1 AND failures >= $3 AND (status = 'enabled' OR update_id IS NOT NULL) RETURNING 1`,
};

/** Pauses a stream that has failed as often; signals are kept as long as for any other. Returns false if it works again. */
export async function pausePushStream(trx: Db, id: string, reason: string, failures: number): Promise<boolean> {
  return (await trx.run(pauseStatement, [id, reason, failures])).length > 0;
}

const releaseStatement: Statement = {
  name: 'signal-push-release',
  text: 'UPDATE signal_streams SET held_by = NULL, held_until = NULL WHERE stream_id = $1 AND held_by = $2',
};

export async function releasePushStream(db: Db, { stream_id: id, held_by: holder }: HeldStream): Promise<void> {
  await db.run(releaseStatement, [id, holder]);
}

const sealedStatement: Statement = {
  name: 'signal-push-sealed',
  text: 'SELECT client_id, push_authorization AS sealed FROM signal_streams WHERE push_authorization IS NOT NULL',
};

/** The sealed headers of all streams. They must be sealed again when SECRETS change. */
export function everyPushAuthorization(db: Db): Promise<{ client_id: string; sealed: Buffer }[]> {
  return db.run(sealedStatement, []);
}

const resealStatement: Statement = {
  name: 'signal-push-reseal',
  text: 'UPDATE signal_streams SET push_authorization = $3 WHERE client_id = $1 AND push_authorization = $2',
};

/** Stores the same header sealed with another key. */
export async function replacePushSeal(db: Db, clientId: string, before: Buffer, after: Buffer): Promise<void> {
  await db.run(resealStatement, [clientId, before, after]);
}
