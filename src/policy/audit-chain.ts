/**
 * The hash chain of the audit log, computed without the database's own function. The hash of a row is the SHA-256 of the
 * previous hash and the event as a JSON array, spelt as PostgreSQL spells it. A seal adds a MAC, whose key is not in the
 * database. Rows from before there were seals have a hash and no MAC; the MACs of later rows cover them too.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What an event says, in the form that is hashed. */
export interface EventContent {
  /** The number of the event. */
  readonly seq: string;
  /** Microseconds since the epoch. */
  readonly at_micros: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** The text of the jsonb value, so that parsing does not round numbers. */
  readonly details_text: string;
  readonly request_id: string | null;
}

export interface ChainRow extends EventContent {
  /** Position in the chain: decimal numbers without gaps. */
  readonly place: string;
  /** Whether the event exists. If not, only the seal is left. */
  readonly found: boolean;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  /** Null for rows from before there were seals, like `mac`. */
  readonly key_id: Buffer | null;
  readonly mac: Buffer | null;
}

export interface ChainFault {
  readonly seq: string;
  readonly kind: 'changed' | 'missing' | 'reordered' | 'unqueued';
  readonly problem: string;
}

/** The end of a chain: the place of its last row, 0 if it is empty, and that row's hash. */
export interface ChainHead {
  readonly seq: bigint;
  readonly hash: Buffer;
}

/** A key of seals, and the id by which a seal names it. */
export interface SealKey {
  readonly id: Buffer;
  readonly key: Buffer;
}

const keyIdBytes = 4;

export function sealKeys(keys: readonly Buffer[]): SealKey[] {
  return keys.map((key) => ({ id: createHash('sha256').update(key).digest().subarray(0, keyIdBytes), key }));
}

export interface Seal {
  readonly event: string;
  readonly hash: Buffer;
  readonly mac: Buffer;
}

/** Computes the seals that put `events`, in this order, behind `head`. */
export function sealsAfter(head: ChainHead, events: readonly EventContent[], key: SealKey): Seal[] {
  let { seq: place, hash: previous } = head;
  return events.map((event) => {
    place += 1n;
    const hash = eventHash(previous, event);
    previous = hash;
    return { event: event.seq, hash, mac: sealMac(key, place, hash) };
  });
}

/** Returns what is wrong with `row` as the successor of `head`; undefined if nothing is. Seals with other keys are not checked. */
export function chainFault(head: ChainHead, row: ChainRow, keys: readonly SealKey[] = []): ChainFault | undefined {
  const expected = head.seq + 1n;
  if (BigInt(row.place) !== expected) {
    const problem = `Row ${expected} is missing: row ${row.place} comes next.`;
    return { seq: String(expected), kind: 'missing', problem };
  }
  const fault = (kind: ChainFault['kind'], problem: string): ChainFault => ({ seq: row.seq, kind, problem });
  if (!row.found) return fault('missing', `Row ${row.seq} is missing: only its seal is there.`);
  if (row.mac === null && movedFrom(row)) return reordered(row);
  if (!eventHash(row.prev_hash, row).equals(row.hash)) {
    return fault('changed', `Row ${row.seq} was changed: its content does not match its hash.`);
  }
  if (!row.prev_hash.equals(head.hash)) {
    const why = `row ${head.seq} was changed together with its hash, or rows between them were deleted`;
    return fault('missing', `Row ${row.seq} does not continue the row before it: ${why}.`);
  }
  if (isSealedBy(row, keys) !== false) return undefined;
  const problem = `Row ${row.seq} was not sealed by a server: its MAC does not match, so somebody computed its hash without SECRETS.`;
  return fault('changed', problem);
}

/** Whether one of the keys made the MAC of the row; undefined if the row has none, or was sealed with another key. */
export function isSealedBy({ place, hash, key_id: id, mac }: ChainRow, keys: readonly SealKey[]): boolean | undefined {
  const key = id && keys.find((one) => one.id.equals(id));
  if (!key || !mac) return undefined;
  const right = sealMac(key, BigInt(place), hash);
  return right.length === mac.length && timingSafeEqual(right, mac);
}

export function reordered({ seq }: { seq: string }): ChainFault {
  const problem = `Row ${seq} was reordered: its hash belongs to another position in the chain.`;
  return { seq, kind: 'reordered', problem };
}

/** Reports whether the content of `row`, which does not match its own seal, matches the seal of one of `others`. */
export function matchesSealOf(row: ChainRow, others: readonly ChainRow[]): boolean {
  return others.some(({ seq, prev_hash: before, hash }) => eventHash(before, { ...row, seq }).equals(hash));
}

function sealMac({ key }: SealKey, place: bigint, hash: Buffer): Buffer {
  return createHmac('sha256', key).update(`${place}:`).update(hash).digest();
}

function eventHash(previous: Buffer, event: EventContent): Buffer {
  const { seq, at_micros: at, actor, action, target, details_text: details, request_id: requestId } = event;
  const fields = [
    seq,
    at,
    text(actor),
    text(action),
    text(target),
    details,
    requestId === null ? 'null' : text(requestId),
  ];
  return createHash('sha256')
    .update(previous)
    .update(`[${fields.join(', ')}]`)
    .digest();
}

/** PostgreSQL escapes the same characters in JSON as JSON.stringify. */
const text = (value: string) => JSON.stringify(value);

/** How far from its position the origin of a moved row is searched. */
export const maxDistance = 1000;

/** Reports whether the hash of a row without a seal is correct for another position. */
function movedFrom(row: ChainRow): boolean {
  const fits = (seq: bigint) => eventHash(row.prev_hash, { ...row, seq: String(seq) }).equals(row.hash);
  const seq = BigInt(row.seq);
  if (fits(seq)) return false;
  for (let distance = 1n; distance <= maxDistance; distance += 1n) {
    if (fits(seq + distance) || (seq > distance && fits(seq - distance))) return true;
  }
  return false;
}
