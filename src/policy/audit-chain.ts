/**
 * Verifies the hash chain of the audit log without the database's own function. The hash of a row is the SHA-256 of the
 * previous hash and the row as a JSON array, spelt as PostgreSQL spells it.
 */
import { createHash } from 'node:crypto';

export interface ChainRow {
  readonly seq: string;
  /** Microseconds since the epoch. */
  readonly at_micros: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** The text of the jsonb value, so that parsing does not round numbers. */
  readonly details_text: string;
  readonly request_id: string | null;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

export interface ChainFault {
  readonly seq: string;
  readonly kind: 'changed' | 'missing' | 'reordered';
  readonly problem: string;
}

/** The end of a chain: the seq of its last row, 0 if it is empty, and that row's hash. */
export interface ChainHead {
  readonly seq: bigint;
  readonly hash: Buffer;
}

export const emptyChain: ChainHead = { seq: 0n, hash: Buffer.alloc(0) };

/** Returns what is wrong with `row` as the successor of `head`; undefined if nothing is. */
export function chainFault(head: ChainHead, row: ChainRow): ChainFault | undefined {
  const expected = head.seq + 1n;
  const fault = (kind: ChainFault['kind'], problem: string): ChainFault => ({ seq: String(expected), kind, problem });
  if (BigInt(row.seq) !== expected) return fault('missing', `Row ${expected} is missing: row ${row.seq} comes next.`);
  if (movedFrom(row, expected)) {
    return fault('reordered', `Row ${expected} was reordered: its hash belongs to another position in the chain.`);
  }
  if (!rowHash(row, expected).equals(row.hash)) {
    return fault('changed', `Row ${expected} was changed: its content does not match its hash.`);
  }
  if (row.prev_hash.equals(head.hash)) return undefined;
  const why = `row ${head.seq} was changed together with its hash, or rows between them were deleted`;
  return fault('missing', `Row ${expected} does not continue the row before it: ${why}.`);
}

/** Returns the hash that the row should have at this position. */
function rowHash(row: ChainRow, seq: bigint): Buffer {
  const { at_micros: at, actor, action, target, details_text: details, request_id: requestId } = row;
  const fields = [
    String(seq),
    at,
    text(actor),
    text(action),
    text(target),
    details,
    requestId === null ? 'null' : text(requestId),
  ];
  return createHash('sha256')
    .update(row.prev_hash)
    .update(`[${fields.join(', ')}]`)
    .digest();
}

/** PostgreSQL escapes the same characters in JSON as JSON.stringify. */
const text = (value: string) => JSON.stringify(value);

/** How far from its position the origin of a moved row is searched. */
const maxDistance = 1000n;

/** Reports whether the hash of the row is correct for another position. */
function movedFrom(row: ChainRow, seq: bigint): boolean {
  if (rowHash(row, seq).equals(row.hash)) return false;
  for (let distance = 1n; distance <= maxDistance; distance += 1n) {
    if (rowHash(row, seq + distance).equals(row.hash)) return true;
    if (seq > distance && rowHash(row, seq - distance).equals(row.hash)) return true;
  }
  return false;
}
