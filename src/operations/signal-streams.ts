/** What receivers of Shared Signals decide about their stream, and what admins do. Each change writes an audit event. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import { type StreamStatus, signalBounds } from '../policy/shared-signals.ts';
import { checkWebhookUrl, type OutboundRules } from '../policy/webhook-urls.ts';
import type { Db } from '../store/database.ts';
import { addSubject, removeSubject } from '../store/removed-subjects.ts';
import type { Sealer } from '../store/sealer.ts';
import {
  findSignalStream,
  insertSignalStream,
  lockSignalStream,
  removeSignalStream,
  requestVerification,
  type SignalStream,
  setSignalStreamStatus,
  updateSignalStream,
} from '../store/signal-streams.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { lockClientFor } from './powers.ts';
import { authorizationContext } from './signal-push-seal.ts';

/** Where and how tokens are delivered; null if the receiver polls. */
export interface PushInput {
  readonly url: string;
  /** Value of the Authorization header; undefined keeps the one of the same address, null sends none. */
  readonly authorization: string | null | undefined;
}

export interface StreamInput {
  readonly description: string | null;
  readonly events_requested: string[];
  readonly push: PushInput | null;
}

export interface StreamDeps {
  readonly db: Db;
  readonly sealer: Pick<Sealer, 'seal'>;
  /** Where this server may send requests. */
  readonly rules: OutboundRules;
}

/** @throws AppError conflict if the receiver has a stream, or invalid if nothing may be pushed to the address */
export function createStream(
  { db, sealer, rules }: StreamDeps,
  clientId: string,
  { push, ...input }: StreamInput,
  actor: Actor,
): Promise<SignalStream> {
  return db.transaction(async (trx) => {
    const stream_id = randomBytes(16).toString('hex');
    const delivery = pushColumns({ sealer, rules }, clientId, push, undefined);
    const stream = await insertSignalStream(trx, { stream_id, client_id: clientId, ...input, ...delivery });
    if (!stream) throw new AppError('conflict', 'This client has a stream already');
    await recordClient(trx, actor, 'signals.stream_created', clientId, { ...input, ...recordedDelivery(push) });
    return stream;
  });
}

/** @throws AppError not_found */
export async function getStream(db: Db, clientId: string, id: string): Promise<SignalStream> {
  return named(await findSignalStream(db, clientId), id);
}

export function named(stream: SignalStream | undefined, id: string): SignalStream {
  if (stream?.stream_id !== id) throw new AppError('not_found', 'This client has no such stream');
  return stream;
}

/** @throws AppError not_found, or invalid if nothing may be pushed to the address */
export function changeStream(
  { db, sealer, rules }: StreamDeps,
  clientId: string,
  id: string,
  { push, ...input }: Partial<StreamInput>,
  actor: Actor,
): Promise<SignalStream> {
  return db.transaction(async (trx) => {
    const before = named(await lockSignalStream(trx, clientId), id);
    const delivery = push === undefined ? {} : pushColumns({ sealer, rules }, clientId, push, before);
    const stream = { ...before, ...input, ...delivery };
    await updateSignalStream(trx, stream);
    const details = { ...input, ...(push !== undefined && recordedDelivery(push)) };
    await recordClient(trx, actor, 'signals.stream_updated', clientId, details);
    return stream;
  });
}

/** A header is for one address: a new address gets none that it was not given. */
function pushColumns(
  { sealer, rules }: Omit<StreamDeps, 'db'>,
  clientId: string,
  push: PushInput | null,
  before: SignalStream | undefined,
): Pick<SignalStream, 'push_url' | 'push_authorization'> {
  if (!push) return { push_url: null, push_authorization: null };
  const { url, authorization } = push;
  const problem = checkWebhookUrl(url, rules);
  if (problem) throw new AppError('invalid', `delivery.endpoint_url ${problem}`);
  const kept = before?.push_url === url ? before.push_authorization : null;
  if (authorization === undefined) return { push_url: url, push_authorization: kept };
  const sealed = authorization === null ? null : sealer.seal(authorization, authorizationContext(clientId));
  return { push_url: url, push_authorization: sealed };
}

const recordedDelivery = (push: PushInput | null) => (push ? { push_url: push.url } : {});

const pausedByAdmin = 'An admin has paused this stream';

/** @throws AppError not_found, or forbidden while an admin has paused the stream */
export function changeStreamStatus(
  db: Db,
  clientId: string,
  { id, status, reason }: { id: string; status: StreamStatus; reason: string | null },
  actor: Actor,
): Promise<void> {
  return db.transaction(async (trx) => {
    refuseIfPausedByAdmin(named(await lockSignalStream(trx, clientId), id));
    await setSignalStreamStatus(trx, id, { status, reason, adminPaused: false, updateId: null });
    await recordClient(trx, actor, 'signals.stream_updated', clientId, { status });
  });
}

/** @throws AppError not_found, or forbidden while an admin has paused the stream: a new one would not be paused */
export function deleteStream(db: Db, clientId: string, id: string, actor: Actor): Promise<void> {
  return db.transaction(async (trx) => {
    refuseIfPausedByAdmin(named(await lockSignalStream(trx, clientId), id));
    await removeSignalStream(trx, id);
    await recordClient(trx, actor, 'signals.stream_deleted', clientId);
  });
}

function refuseIfPausedByAdmin({ admin_paused: paused }: SignalStream): void {
  if (paused) throw new AppError('forbidden', pausedByAdmin);
}

/** Asks for a verification event. Returns false if one was asked for within a minute. @throws AppError not_found */
export async function verifyStream(db: Db, clientId: string, id: string, state: string | null): Promise<boolean> {
  await getStream(db, clientId, id);
  return requestVerification(db, id, randomUUID(), state);
}

/** Takes a person out of the stream, or back into it. @throws AppError not_found, or conflict if too many were removed */
export function changeSubject(
  db: Db,
  clientId: string,
  { id, accountId, removed }: { id: string; accountId: string; removed: boolean },
): Promise<void> {
  return db.transaction(async (trx) => {
    const stream = named(await lockSignalStream(trx, clientId), id);
    if (!removed) return addSubject(trx, id, accountId);
    if (stream.subjects_removed >= signalBounds.maxRemovedSubjects) {
      throw new AppError('conflict', `A stream can have ${signalBounds.maxRemovedSubjects} removed subjects`);
    }
    await removeSubject(trx, id, accountId);
  });
}

/**
 * Pauses a stream until an admin resumes it, or resumes one, also after its receiver has failed too often. The receiver gets a
 * stream-updated event (SSF 1.0 §8.1.5). @throws AppError not_found, or forbidden without the power over the client
 */
export function decideStreamStatus(
  db: Db,
  clientId: string,
  status: 'enabled' | 'paused',
  actor: Actor,
): Promise<void> {
  return db.transaction(async (trx) => {
    const stream = await lockStreamOf(trx, clientId, actor);
    // What the admin wrote is for the record, and not for the receiver.
    const reason = status === 'paused' ? pausedByAdmin : null;
    const change = { status, reason, adminPaused: status === 'paused', updateId: randomUUID() };
    await setSignalStreamStatus(trx, stream.stream_id, change);
    await recordClient(trx, actor, 'signals.stream_updated', clientId, { status });
  });
}

/** Removes the stream of a client; its receiver may create another one. @throws AppError not_found, or forbidden */
export function removeStreamOf(db: Db, clientId: string, actor: Actor): Promise<void> {
  return db.transaction(async (trx) => {
    const stream = await lockStreamOf(trx, clientId, actor);
    await removeSignalStream(trx, stream.stream_id);
    await recordClient(trx, actor, 'signals.stream_deleted', clientId);
  });
}

async function lockStreamOf(trx: Db, clientId: string, actor: Actor): Promise<SignalStream> {
  await lockClientFor(trx, actor, clientId);
  const stream = await lockSignalStream(trx, clientId);
  if (!stream) throw new AppError('not_found', `${clientId} has no stream of signals`);
  return stream;
}
