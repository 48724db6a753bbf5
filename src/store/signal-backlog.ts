/** What waits for the receivers of Shared Signals, for metrics and admins. */
import { signalActions, signalBounds } from '../policy/shared-signals.ts';
import type { Db, Statement } from './database.ts';
import { type SignalStream, streamColumns } from './signal-streams.ts';

/** Places of the log that are looked at for a stream, and signals that are counted. */
const [maxPlaces, maxCounted] = [20_000, 1_000];

const waitingOf = `CROSS JOIN LATERAL (SELECT count(*)::integer AS waiting,
      coalesce(extract(epoch FROM clock_timestamp() - min(w.at)), 0)::float8 AS late FROM (
        SELECT e.at FROM audit_seals l JOIN audit_events e ON e.seq = l.event
        WHERE l.sealed_seq > s.read_seq AND l.sealed_seq <= s.read_seq + ${maxPlaces} AND e.action = ANY ($1)
          AND e.at > clock_timestamp() - interval '${signalBounds.keptSeconds} seconds'
        ORDER BY l.sealed_seq LIMIT ${maxCounted}) w) w`;

export interface ListedStream extends SignalStream {
  readonly client_name: string;
  /** Signals that the receiver does not have; a thousand may be more. */
  readonly waiting: number;
  /** Age of the oldest of them in seconds; 0 if nothing waits. */
  readonly late: number;
}

const listStatement: Statement = {
  name: 'signal-streams-list',
  text: `SELECT ${streamColumns}, c.client_name, w.waiting, w.late FROM signal_streams s JOIN clients c ON c.client_id = s.client_id
    ${waitingOf} WHERE s.client_id > $2 ORDER BY s.client_id LIMIT $3 OFFSET $4`,
};

/** Lists streams in the order of their clients, after the client id `after`. */
export function listSignalStreams(
  db: Db,
  { limit, offset = 0, after = '' }: { limit: number; offset?: number; after?: string | undefined },
): Promise<ListedStream[]> {
  return db.run<ListedStream>(listStatement, [signalActions, after, limit, offset]);
}

const countStatement: Statement = {
  name: 'signal-streams-count',
  text: 'SELECT count(*)::integer AS count FROM signal_streams',
};

export async function countSignalStreams(db: Db): Promise<number> {
  const [row] = await db.run<{ count: number }>(countStatement, []);
  return row?.count ?? 0;
}

const oneStatement: Statement = {
  name: 'signal-streams-one',
  text: `SELECT ${streamColumns}, c.client_name, w.waiting, w.late FROM signal_streams s JOIN clients c ON c.client_id = s.client_id
    ${waitingOf} WHERE s.client_id = $2`,
};

export async function findListedStream(db: Db, clientId: string): Promise<ListedStream | undefined> {
  const [row] = await db.run<ListedStream>(oneStatement, [signalActions, clientId]);
  return row;
}

export interface StreamsMeasured {
  readonly enabled: number;
  readonly failing: number;
  readonly paused: number;
  readonly disabled: number;
  readonly waiting: number;
  readonly late: number;
}

// It is tried again, or was paused because it failed so often.
const isFailing = "(s.failing_since IS NOT NULL AND s.status <> 'disabled' AND NOT s.admin_paused)";
const measureStatement: Statement = {
  name: 'signal-streams-measure',
  text: `SELECT count(*) FILTER (WHERE s.status = 'enabled' AND NOT ${isFailing})::integer AS enabled,
      count(*) FILTER (WHERE ${isFailing})::integer AS failing,
      count(*) FILTER (WHERE s.status = 'paused' AND NOT ${isFailing})::integer AS paused, count(*) FILTER (WHERE s.status = 'disabled')::integer AS disabled,
      coalesce(sum(w.waiting) FILTER (WHERE s.status = 'enabled'), 0)::integer AS waiting,
      coalesce(max(w.late) FILTER (WHERE s.status = 'enabled'), 0)::float8 AS late
    FROM signal_streams s JOIN clients c ON c.client_id = s.client_id AND c.status = 'active' AND c.gateway_resource IS NOT NULL
    ${waitingOf}`,
};

/** Counts streams of clients that may have one, by state, and what waits for the enabled ones. */
export async function measureSignalStreams(db: Db): Promise<StreamsMeasured> {
  const [row] = await db.run<StreamsMeasured>(measureStatement, [signalActions]);
  return row as StreamsMeasured;
}
