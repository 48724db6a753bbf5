/** Streams of Shared Signals as admins see them: pages, the admin API and `vcauth` say the same. */
import { AppError } from '../errors.ts';
import { pollDelivery } from '../policy/shared-signals.ts';
import { pushDelivery } from '../policy/signal-push.ts';
import type { Db } from '../store/database.ts';
import { findListedStream, type ListedStream } from '../store/signal-backlog.ts';

/** `failing`: it is tried again, or was paused because it failed so often. */
export const streamStates = ['enabled', 'failing', 'paused', 'disabled'] as const;
type StreamState = (typeof streamStates)[number];

export interface ShownStream {
  readonly client_id: string;
  readonly client_name: string;
  readonly stream_id: string;
  readonly description: string | null;
  readonly events_requested: readonly string[];
  readonly method: typeof pushDelivery | typeof pollDelivery;
  /** Null for a stream that is polled. */
  readonly endpoint_url: string | null;
  readonly state: StreamState;
  /** As the receiver reads it. */
  readonly status: 'enabled' | 'paused' | 'disabled';
  readonly reason: string | null;
  readonly paused_by_admin: boolean;
  /** Signals that the receiver does not have; a thousand may be more. */
  readonly waiting: number;
  /** Age of the oldest of them. */
  readonly late_seconds: number;
  readonly delivered_at: Date | null;
  readonly failures: number;
  readonly error: string | null;
  readonly failing_since: Date | null;
  readonly next_attempt_at: Date | null;
  readonly subjects_removed: number;
  readonly created_at: Date;
}

export function shownStream(stream: ListedStream): ShownStream {
  const { client_id, client_name, stream_id, description, events_requested, status, failing_since, created_at } =
    stream;
  return {
    ...{ client_id, client_name, stream_id, description, events_requested, status, failing_since, created_at },
    method: stream.push_url === null ? pollDelivery : pushDelivery,
    endpoint_url: stream.push_url,
    state: stateOf(stream),
    reason: stream.status_reason,
    paused_by_admin: stream.admin_paused,
    waiting: stream.waiting,
    late_seconds: Math.round(stream.late),
    delivered_at: stream.delivered_at,
    failures: stream.failures,
    error: stream.error,
    next_attempt_at: status === 'enabled' ? stream.due_at : null,
    subjects_removed: stream.subjects_removed,
  };
}

function stateOf({ status, failing_since: failing, admin_paused: byAdmin }: ListedStream): StreamState {
  return failing !== null && status !== 'disabled' && !byAdmin ? 'failing' : status;
}

/** @throws AppError not_found */
export async function getShownStream(db: Db, clientId: string): Promise<ShownStream> {
  const stream = await findListedStream(db, clientId);
  if (!stream) throw new AppError('not_found', `${clientId} has no stream of signals`);
  return shownStream(stream);
}
