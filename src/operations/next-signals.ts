/** What the receiver of a stream gets next, and polls for it (RFC 8936). */
import { AppError } from '../errors.ts';
import {
  progressOf,
  type Signal,
  type StreamSignal,
  signalBounds,
  signalsOf,
  streamSignalsOf,
  supportedEvents,
  updatePrefix,
  verifyPrefix,
} from '../policy/shared-signals.ts';
import type { Db } from '../store/database.ts';
import { removedAmong } from '../store/removed-subjects.ts';
import {
  lockSignalStream,
  moveSignalStream,
  readSignalEvents,
  type SignalStream,
  signalHead,
} from '../store/signal-streams.ts';
import { named } from './signal-streams.ts';

/** How often one call reads on if there is nothing for the receiver. */
const maxReads = 5;

export interface NextSignals {
  /** All of the last page, acknowledged or not. */
  readonly page: readonly Signal[];
  readonly pending: readonly Signal[];
  readonly readSeq: bigint;
  readonly acknowledged: readonly string[];
  /** Everything up to this place was looked at. */
  readonly through: bigint;
}

/** Reads the log from where the stream is, up to `head`. `known` is what the receiver has acknowledged. */
export async function nextSignals(
  db: Db,
  stream: SignalStream,
  { known, head, issuer }: { known: ReadonlySet<string>; head: bigint; issuer: string },
): Promise<NextSignals> {
  const wanted = supportedEvents.filter((type) => stream.events_requested.includes(type));
  const readSeq = BigInt(stream.read_seq);
  let at: NextSignals = { page: [], pending: [], readSeq, acknowledged: [], through: readSeq };
  for (let reads = 0; reads < maxReads && at.pending.length === 0 && at.through < head; reads += 1) {
    const { events, through } = await readSignalEvents(db, at.readSeq, head);
    const signals = events.flatMap((event) => signalsOf(event, issuer)).filter(({ type }) => wanted.includes(type));
    const page = await withoutRemoved(db, stream, signals);
    at = { page, through, ...progressOf(page, known, through) };
  }
  return at;
}

/** Without the people that the receiver has removed. */
async function withoutRemoved(
  db: Db,
  { stream_id: id, subjects_removed: count }: SignalStream,
  signals: readonly Signal[],
): Promise<readonly Signal[]> {
  if (count === 0) return signals;
  const people = [...new Set(signals.flatMap(({ person }) => person ?? []))];
  if (people.length === 0) return signals;
  const removed = await removedAmong(db, id, people);
  return signals.filter(({ person }) => person === undefined || !removed.has(person));
}

/** What was acknowledged of what is about the stream itself. */
export function streamAcknowledged(
  { verify_id: verify, update_id: update }: SignalStream,
  acknowledged: ReadonlySet<string>,
): { verified: string | null; updated: string | null } {
  const among = (id: string | null, prefix: string) => (id !== null && acknowledged.has(prefix + id) ? id : null);
  return { verified: among(verify, verifyPrefix), updated: among(update, updatePrefix) };
}

export interface Polled {
  readonly stream: SignalStream;
  readonly signals: readonly StreamSignal[];
  /** Whether more is pending, or the log was not read to its end. */
  readonly moreAvailable: boolean;
}

/**
 * Notes what the receiver has acknowledged, and returns what it has not. The row is locked for these statements, and nothing is
 * held after them. @throws AppError not_found, or conflict for a stream that is pushed
 */
export function pollStream(
  db: Db,
  clientId: string,
  issuer: string,
  { id, acknowledged, maxEvents }: { id: string; acknowledged: ReadonlySet<string>; maxEvents: number },
): Promise<Polled> {
  return db.transaction(async (trx) => {
    const stream = named(await lockSignalStream(trx, clientId), id);
    if (stream.push_url !== null) throw new AppError('conflict', 'This stream is pushed: change its delivery to poll');
    const head = await signalHead(trx);
    const about = streamAcknowledged(stream, acknowledged);
    const known = new Set([...stream.acknowledged, ...acknowledged]);
    const at = await nextSignals(trx, stream, { known, head, issuer });
    const delivered = acknowledged.size > 0;
    const isMoved = at.readSeq !== BigInt(stream.read_seq) || at.acknowledged.length !== stream.acknowledged.length;
    if (isMoved || delivered) await moveSignalStream(trx, id, { ...at, ...about, delivered });
    const special = streamSignalsOf(stream).filter(({ key }) => !acknowledged.has(key));
    const pending = stream.status === 'enabled' ? at.pending : [];
    // RFC 8936 §2.2: no more SETs than that, and none if it is 0.
    const all = [...special, ...pending];
    const signals = all.slice(0, Math.min(maxEvents, signalBounds.maxEvents));
    const isLeft = all.length > signals.length || (stream.status === 'enabled' && at.through < head);
    return { stream, signals, moreAvailable: isLeft };
  });
}
