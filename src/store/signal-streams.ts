/** Streams of Shared Signals: one row for each receiver. Their events are read from the audit log. */
import { type RecordedEvent, type StreamStatus, signalActions, signalBounds } from '../policy/shared-signals.ts';
import type { Db, Statement } from './database.ts';

export interface SignalStream {
  readonly stream_id: string;
  readonly client_id: string;
  readonly description: string | null;
  readonly events_requested: string[];
  readonly status: StreamStatus;
  readonly status_reason: string | null;
  readonly read_seq: string;
  readonly acknowledged: string[];
  readonly verify_id: string | null;
  readonly verify_state: string | null;
  /** Null for a stream that is polled. */
  readonly push_url: string | null;
  /** Value of the Authorization header of pushes, sealed. */
  readonly push_authorization: Buffer | null;
  readonly failures: number;
  /** What the last push said, if it failed. */
  readonly error: string | null;
  readonly failing_since: Date | null;
  readonly delivered_at: Date | null;
  readonly due_at: Date | null;
  readonly admin_paused: boolean;
  readonly update_id: string | null;
  readonly subjects_removed: number;
  readonly created_at: Date;
}

export const streamColumns = `s.stream_id, s.client_id, s.description, s.events_requested, s.status, s.status_reason, s.read_seq,
    s.acknowledged, s.verify_id, s.verify_state, s.push_url, s.push_authorization, s.failures, s.error, s.failing_since, s.delivered_at,
    s.due_at, s.admin_paused, s.update_id, s.subjects_removed, s.created_at`;

const findStatement: Statement = {
  name: 'signal-stream-find',
  text: `SELECT ${streamColumns} FROM signal_streams s WHERE client_id = $1`,
};
const lockStatement: Statement = {
  name: 'signal-stream-lock',
  text: `SELECT ${streamColumns} FROM signal_streams s WHERE client_id = $1 FOR UPDATE`,
};

/** A receiver has one stream. */
export async function findSignalStream(db: Db, clientId: string): Promise<SignalStream | undefined> {
  const [row] = await db.run<SignalStream>(findStatement, [clientId]);
  return row;
}

export async function lockSignalStream(trx: Db, clientId: string): Promise<SignalStream | undefined> {
  const [row] = await trx.run<SignalStream>(lockStatement, [clientId]);
  return row;
}

/** What the receiver decides about its stream. */
type StreamSettings = Pick<
  SignalStream,
  'stream_id' | 'description' | 'events_requested' | 'push_url' | 'push_authorization'
>;

const insertStatement: Statement = {
  name: 'signal-stream-insert',
  text: `INSERT INTO signal_streams AS s (stream_id, client_id, description, events_requested, push_url, push_authorization, read_seq)
    SELECT $1, $2, $3, $4, $5, $6, sealed_seq FROM audit_head() ON CONFLICT DO NOTHING RETURNING ${streamColumns}`,
};

/** The stream begins with what is recorded from now on. Returns undefined if the receiver has one already. */
export async function insertSignalStream(
  trx: Db,
  stream: StreamSettings & Pick<SignalStream, 'client_id'>,
): Promise<SignalStream | undefined> {
  const { stream_id: id, client_id: clientId, description, events_requested: events } = stream;
  const values = [id, clientId, description, events, stream.push_url, stream.push_authorization];
  const [row] = await trx.run<SignalStream>(insertStatement, values);
  return row;
}

// The node that pushes at the moment stops, and failures at the old address do not count for the new one.
const updateStatement: Statement = {
  name: 'signal-stream-update',
  text: `UPDATE signal_streams SET description = $2, events_requested = $3, push_url = $4, push_authorization = $5,
      failures = 0, failing_since = NULL, error = NULL, due_at = NULL, held_by = NULL, held_until = NULL WHERE stream_id = $1`,
};

export async function updateSignalStream(trx: Db, stream: StreamSettings): Promise<void> {
  const { stream_id: id, description, events_requested: events, push_url: url, push_authorization: sealed } = stream;
  await trx.run(updateStatement, [id, description, events, url, sealed]);
}

// What happened while the stream was disabled is not for the receiver.
const statusStatement: Statement = {
  name: 'signal-stream-status',
  text: `UPDATE signal_streams s SET status = $2, status_reason = $3, admin_paused = $4, update_id = coalesce($5, s.update_id),
      read_seq = CASE WHEN s.status = 'disabled' AND $2 <> 'disabled' THEN h.sealed_seq ELSE s.read_seq END,
      acknowledged = CASE WHEN s.status = 'disabled' AND $2 <> 'disabled' THEN '{}' ELSE s.acknowledged END,
      failures = CASE WHEN $2 = 'enabled' THEN 0 ELSE s.failures END, failing_since = CASE WHEN $2 = 'enabled' THEN NULL ELSE s.failing_since END,
      due_at = NULL, held_by = NULL, held_until = NULL
    FROM audit_head() h WHERE s.stream_id = $1`,
};

export interface StatusChange {
  readonly status: StreamStatus;
  readonly reason: string | null;
  /** Whether an admin has paused it. */
  readonly adminPaused: boolean;
  /** The id of the event that tells the receiver; null if it asked for the change. */
  readonly updateId: string | null;
}

export async function setSignalStreamStatus(
  trx: Db,
  id: string,
  { status, reason, adminPaused, updateId }: StatusChange,
): Promise<void> {
  await trx.run(statusStatement, [id, status, reason, adminPaused, updateId]);
}

const removeStatement: Statement = {
  name: 'signal-stream-remove',
  text: 'DELETE FROM signal_streams WHERE stream_id = $1',
};

export async function removeSignalStream(trx: Db, id: string): Promise<void> {
  await trx.run(removeStatement, [id]);
}

const verifyStatement: Statement = {
  name: 'signal-stream-verify',
  text: `UPDATE signal_streams SET verify_id = $2, verify_state = $3, verify_at = clock_timestamp()
    WHERE stream_id = $1 AND (verify_at IS NULL OR verify_at < clock_timestamp() - make_interval(secs => $4)) RETURNING 1`,
};

/** Returns false if a verification event was asked for shortly before. */
export async function requestVerification(
  db: Db,
  id: string,
  verifyId: string,
  state: string | null,
): Promise<boolean> {
  const values = [id, verifyId, state, signalBounds.minVerificationSeconds];
  return (await db.run(verifyStatement, values)).length > 0;
}

const moveStatement: Statement = {
  name: 'signal-stream-move',
  text: `UPDATE signal_streams SET read_seq = $2, acknowledged = $3, verify_id = nullif(verify_id, $4), update_id = nullif(update_id, $5),
      delivered_at = CASE WHEN $6 THEN clock_timestamp() ELSE delivered_at END WHERE stream_id = $1`,
};

export interface StreamPosition {
  readonly readSeq: bigint;
  readonly acknowledged: readonly string[];
  /** The ids of the verification event and of the stream-updated event that were acknowledged. */
  readonly verified: string | null;
  readonly updated: string | null;
  /** Whether the receiver has taken something. */
  readonly delivered: boolean;
}

/** Moves the stream on. */
export async function moveSignalStream(trx: Db, id: string, to: StreamPosition): Promise<void> {
  await trx.run(moveStatement, [id, String(to.readSeq), to.acknowledged, to.verified, to.updated, to.delivered]);
}

const headStatement: Statement = { name: 'signal-head', text: 'SELECT sealed_seq FROM audit_head()' };

/** The place of the newest sealed event. */
export async function signalHead(db: Db): Promise<bigint> {
  const [row] = await db.run<{ sealed_seq: string }>(headStatement, []);
  return BigInt(row?.sealed_seq ?? '0');
}

/** Places of the chain that one statement looks at, and events that it returns. */
const [maxPlaces, maxRows] = [20_000, 300];

const readStatement: Statement = {
  name: 'signal-events',
  text: `SELECT s.sealed_seq, left(encode(s.hash, 'hex'), 16) AS hash, e.at, e.actor, e.action, e.target, e.details
    FROM audit_seals s JOIN audit_events e ON e.seq = s.event
    WHERE s.sealed_seq > $1 AND s.sealed_seq <= $2 AND e.action = ANY ($3)
      AND e.at > clock_timestamp() - make_interval(secs => $4)
    ORDER BY s.sealed_seq LIMIT $5`,
};

/** Reads what receivers are told of, after a place and up to `head`. Everything between the two places was looked at. */
export async function readSignalEvents(
  trx: Db,
  after: bigint,
  head: bigint,
): Promise<{ events: RecordedEvent[]; through: bigint }> {
  const end = head < after + BigInt(maxPlaces) ? head : after + BigInt(maxPlaces);
  const values = [String(after), String(end), signalActions, signalBounds.keptSeconds, maxRows];
  const events = await trx.run<RecordedEvent>(readStatement, values);
  const last = events.length === maxRows ? events.at(-1) : undefined;
  return { events, through: last ? BigInt(last.sealed_seq) : end };
}
