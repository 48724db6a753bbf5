/**
 * The hash chain of the audit log, recomputed without the database's own function: SHA-256 over the hash before and the
 * row as a JSON array in PostgreSQL's spelling. The first row that breaks it is named.
 */
import { createHash } from 'node:crypto';

export interface ChainRow {
  readonly seq: string;
  /** Microseconds since 1970, UTC. */
  readonly at_micros: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** The text of the jsonb value, so that no number is rounded on the way. */
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

/** The end of a chain: the place of its last row, 0 when there is none, and that row's hash. */
export interface ChainHead {
  readonly seq: bigint;
  readonly hash: Buffer;
}

export const emptyChain: ChainHead = { seq: 0n, hash: Buffer.alloc(0) };

/** What is wrong with `row` as the one after `head`; undefined when nothing is. */
export function chainFault(head: ChainHead, row: ChainRow): ChainFault | undefined {
  const wanted = head.seq + 1n;
  const fault = (kind: ChainFault['kind'], problem: string): ChainFault => ({ seq: String(wanted), kind, problem });
  if (BigInt(row.seq) !== wanted) return fault('missing', `Row ${wanted} is missing: row ${row.seq} comes next.`);
  if (movedFrom(row, wanted)) {
    return fault('reordered', `Row ${wanted} was reordered: its hash is that of another place in the chain.`);
  }
  if (!rowHash(row, wanted).equals(row.hash)) {
    return fault('changed', `Row ${wanted} was changed: its content does not have its hash.`);
  }
  if (row.prev_hash.equals(head.hash)) return undefined;
  const why = `row ${head.seq} was changed together with its hash, or rows between them are gone`;
  return fault('missing', `Row ${wanted} does not continue the row before it: ${why}.`);
}

/** The hash that the row should have at this place. */
function rowHash(row: ChainRow, seq: bigint): Buffer {
  const { at_micros: at, actor, action, target, details_text: details, request_id: requestId } = row;
  const said = [
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
    .update(`[${said.join(', ')}]`)
    .digest();
}

/** PostgreSQL escapes in JSON exactly what JSON.stringify does. */
const text = (value: string) => JSON.stringify(value);

/** How far from its place a row is looked for. */
const reach = 1000n;

/** A row that carries its true hash, but for a place that is not this one. */
function movedFrom(row: ChainRow, place: bigint): boolean {
  if (rowHash(row, place).equals(row.hash)) return false;
  for (let away = 1n; away <= reach; away += 1n) {
    if (rowHash(row, place + away).equals(row.hash)) return true;
    if (place > away && rowHash(row, place - away).equals(row.hash)) return true;
  }
  return false;
}
