/** What receivers of Shared Signals do with their stream. Each change writes an audit event. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import {
  progressOf,
  type Signal,
  type StreamStatus,
  signalBounds,
  signalsOf,
  supportedEvents,
} from '../policy/shared-signals.ts';
import type { Db } from '../store/database.ts';
import {
  findSignalStream,
  insertSignalStream,
  lockSignalStream,
  moveSignalStream,
  readSignalEvents,
  removeSignalStream,
  requestVerification,
  type SignalStream,
  setSignalStreamStatus,
  signalHead,
  updateSignalStream,
} from '../store/signal-streams.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';

export interface StreamInput {
  readonly description: string | null;
  readonly events_requested: string[];
}

/** @throws AppError conflict if the receiver has a stream */
export function createStream(db: Db, clientId: string, input: StreamInput, actor: Actor): Promise<SignalStream> {
  return db.transaction(async (trx) => {
    const stream_id = randomBytes(16).toString('hex');
    const stream = await insertSignalStream(trx, { stream_id, client_id: clientId, ...input });
    if (!stream) throw new AppError('conflict', 'This client has a stream already');
    await recordClient(trx, actor, 'signals.stream_created', clientId, input);
    return stream;
  });
}

/** @throws AppError not_found */
export async function getStream(db: Db, clientId: string, id: string): Promise<SignalStream> {
  return named(await findSignalStream(db, clientId), id);
}

function named(stream: SignalStream | undefined, id: string): SignalStream {
  if (stream?.stream_id !== id) throw new AppError('not_found', 'This client has no such stream');
  return stream;
}

/** @throws AppError not_found */
export function changeStream(
  db: Db,
  clientId: string,
  id: string,
  input: Partial<StreamInput>,
  actor: Actor,
): Promise<SignalStream> {
  return db.transaction(async (trx) => {
    const stream = { ...named(await lockSignalStream(trx, clientId), id), ...input };
    await updateSignalStream(trx, stream);
    await recordClient(trx, actor, 'signals.stream_updated', clientId, input);
    return stream;
  });
}

/** @throws AppError not_found */
export function changeStreamStatus(
  db: Db,
  clientId: string,
  { id, status, reason }: { id: string; status: StreamStatus; reason: string | null },
  actor: Actor,
): Promise<void> {
  return db.transaction(async (trx) => {
    named(await lockSignalStream(trx, clientId), id);
    await setSignalStreamStatus(trx, id, status, reason);
    await recordClient(trx, actor, 'signals.stream_updated', clientId, { status });
  });
}

/** @throws AppError not_found */
export function deleteStream(db: Db, clientId: string, id: string, actor: Actor): Promise<void> {
  return db.transaction(async (trx) => {
    named(await lockSignalStream(trx, clientId), id);
    await removeSignalStream(trx, id);
    await recordClient(trx, actor, 'signals.stream_deleted', clientId);
  });
}

/** Asks for a verification event. Returns false if one was asked for within a minute. @throws AppError not_found */
export async function verifyStream(db: Db, clientId: string, id: string, state: string | null): Promise<boolean> {
  await getStream(db, clientId, id);
  return requestVerification(db, id, randomUUID(), state);
}

export interface Polled {
  readonly stream: SignalStream;
  readonly signals: readonly Signal[];
  /** The verification event that waits; its state may be missing. */
  readonly verification: { readonly id: string; readonly state: string | null } | undefined;
  /** Whether more is pending, or the log was not read to its end. */
  readonly moreAvailable: boolean;
}

/** How often one poll reads on if there is nothing for the receiver. */
const maxReads = 5;

/**
 * Notes what the receiver has acknowledged, and returns what it has not. The row is locked for these statements, and nothing is
 * held after them. @throws AppError not_found
 */
export function pollStream(
  db: Db,
  clientId: string,
  issuer: string,
  { id, acknowledged, maxEvents }: { id: string; acknowledged: ReadonlySet<string>; maxEvents: number },
): Promise<Polled> {
  return db.transaction(async (trx) => {
    const stream = named(await lockSignalStream(trx, clientId), id);
    const verified = stream.verify_id !== null && acknowledged.has(`v.${stream.verify_id}`) ? stream.verify_id : null;
    const verification =
      stream.verify_id === null || verified ? undefined : { id: stream.verify_id, state: stream.verify_state };
    const head = await signalHead(trx);
    const wanted = supportedEvents.filter((type) => stream.events_requested.includes(type));
    const known = new Set([...stream.acknowledged, ...acknowledged]);
    let at = {
      pending: [] as readonly Signal[],
      readSeq: BigInt(stream.read_seq),
      acknowledged: [] as readonly string[],
    };
    let through = at.readSeq;
    for (let reads = 0; reads < maxReads && at.pending.length === 0 && through < head; reads += 1) {
      const page = await readSignalEvents(trx, at.readSeq, head);
      const signals = page.events
        .flatMap((event) => signalsOf(event, issuer))
        .filter(({ type }) => wanted.includes(type));
      ({ through } = page);
      at = progressOf(signals, known, through);
    }
    const moved = at.readSeq !== BigInt(stream.read_seq) || at.acknowledged.length !== stream.acknowledged.length;
    if (moved || verified) await moveSignalStream(trx, id, { ...at, verified });
    const open = stream.status === 'enabled';
    // RFC 8936 §2.2: no more SETs than that, and none if it is 0.
    const told = open && maxEvents > 0 ? verification : undefined;
    const room = Math.min(maxEvents, signalBounds.maxEvents) - (told ? 1 : 0);
    const signals = open ? at.pending.slice(0, room) : [];
    const isLeft = at.pending.length > signals.length || through < head || (verification && !told);
    return { stream, signals, verification: told, moreAvailable: open && Boolean(isLeft) };
  });
}
