/**
 * Sends the audit log to one receiver, in the order of the chain and at least once. The log is the queue: a receiver that is
 * away for a day gets the events of that day when it is back, and nothing is stored for it meanwhile.
 */
import { randomUUID } from 'node:crypto';
import type { Outbound } from '../outbound/request.ts';
import {
  type AuditStreamFormat,
  batchOf,
  maxBatchEvents,
  type StreamBatch,
  sizeAfterFailure,
  sizeAfterSuccess,
  streamPauseSeconds,
} from '../policy/audit-stream.ts';
import { isReceived, retryAfterSecondsOf } from '../policy/webhook-attempts.ts';
import {
  beginAuditStream,
  holdAuditStream,
  noteAuditFailed,
  noteAuditSent,
  readAuditStream,
  releaseAuditStream,
  type StreamHold,
} from '../store/audit-stream.ts';
import type { Db } from '../store/database.ts';
import { explain } from './delivery-attempt.ts';

interface AuditReceiver {
  readonly url: string;
  /** Value of the Authorization header. */
  readonly authorization: string | undefined;
  readonly format: AuditStreamFormat;
}

export interface StreamDeps {
  readonly db: Db;
  readonly outbound: Outbound;
  readonly issuer: string;
  readonly receiver: AuditReceiver;
  /** Ends a request under way, when the node stops. */
  readonly signal: AbortSignal;
  /** Told of each request: how many events were received, or why it failed. */
  onRequest(outcome: { received: number } | { error: string; failures: number }): void;
}

const bounds = { timeoutMs: 15_000, maxBytes: 16 * 1024 };
/** Longer than a request can take, and short enough that another node soon takes over from one that died. */
const holdSeconds = 30;

export const beginStream = (db: Db): Promise<void> => beginAuditStream(db, maxBatchEvents);

/** Sends what waits, unless another node does. Returns at the first failure. */
export async function sendAuditStream(deps: StreamDeps): Promise<void> {
  const { db, signal } = deps;
  const held = await holdAuditStream(db, randomUUID(), holdSeconds);
  if (!held) return;
  let hold: StreamHold | undefined = held;
  try {
    while (hold && !signal.aborted) hold = await sendNext(deps, hold);
  } finally {
    await releaseAuditStream(db, held.holder);
  }
}

/** Returns what to go on with; undefined at the end of the log, after a failure, or if another node has taken over. */
async function sendNext(deps: StreamDeps, hold: StreamHold): Promise<StreamHold | undefined> {
  const { db, receiver, issuer } = deps;
  const { holder, sentSeq, batchSize } = hold;
  const { events, upTo: last } = await readAuditStream(db, sentSeq, batchSize);
  if (last === undefined) return undefined;
  const batch = batchOf(events, receiver.format, issuer);
  const failure = events.length > 0 ? await post(deps, batch) : undefined;
  if (failure) {
    if (!deps.signal.aborted) await fail(deps, hold, failure);
    return undefined;
  }
  const next = { upTo: batch.events === events.length ? last : batch.upTo, batchSize: sizeAfterSuccess(batchSize) };
  if (batch.events > 0) deps.onRequest({ received: batch.events });
  const isHeld = await noteAuditSent(db, { holder, ...next, seconds: holdSeconds });
  return isHeld ? { holder, failures: 0, sentSeq: next.upTo, batchSize: next.batchSize } : undefined;
}

interface Failure {
  readonly error: string;
  readonly retryAfterSeconds: number;
}

/** The operator wrote the address, so its host may be anywhere. Redirects are not followed. */
async function post(
  { outbound, receiver, signal }: StreamDeps,
  { body, contentType }: StreamBatch,
): Promise<Failure | undefined> {
  const { url, authorization } = receiver;
  const headers = {
    'content-type': contentType,
    'user-agent': 'vibecaas-auth',
    ...(authorization !== undefined && { authorization }),
  };
  try {
    const answer = await outbound({ url, method: 'POST', headers, body, ...bounds, allows: () => true, signal });
    if (isReceived(answer.status)) return undefined;
    const retryAfterSeconds = retryAfterSecondsOf(answer.status, answer.headers['retry-after'], new Date());
    return { error: `it answered ${answer.status}`, retryAfterSeconds };
  } catch (error) {
    return { error: explain(error as NodeJS.ErrnoException), retryAfterSeconds: 0 };
  }
}

async function fail(deps: StreamDeps, hold: StreamHold, { error, retryAfterSeconds }: Failure): Promise<void> {
  const failures = hold.failures + 1;
  const { holder, batchSize } = hold;
  const pauseSeconds = streamPauseSeconds(failures, Math.random(), retryAfterSeconds);
  await noteAuditFailed(deps.db, { holder, error, batchSize: sizeAfterFailure(batchSize), pauseSeconds });
  deps.onRequest({ error, failures });
}
