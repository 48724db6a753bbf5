/**
 * Recomputes the hashes of the audit log with the database's function and with ours, checks the MACs of its seals, and stops
 * at the first wrong row. Rows that are not sealed yet are counted: they are not wrong.
 */
import {
  type ChainFault,
  type ChainHead,
  chainFault,
  isSealedBy,
  matchesSealOf,
  maxDistance,
  reordered,
  type SealKey,
} from '../policy/audit-chain.ts';
import { checkBeginning } from '../policy/audit-removal.ts';
import { type CheckedRow, findUnqueued, type OutsideChain, readChain, readOutsideChain } from '../store/audit-chain.ts';
import { readBeginning, readRemoved } from '../store/audit-removal.ts';
import type { Db } from '../store/database.ts';

const pageSize = 1000;

export interface VerifiedAudit {
  readonly head: ChainHead;
  readonly unsealed: number;
  readonly oldestSeconds: number;
  /** Number of rows that were removed at the beginning, and when the newest of them was written; null if none was. */
  readonly removed: { readonly count: number; readonly before: Date } | null;
  readonly fault?: undefined;
}

/**
 * `known` is an earlier head of the chain, stored elsewhere. With it a truncated log is detected too. Without keys, MACs are
 * not checked.
 */
export async function verifyAudit(
  db: Db,
  { keys, known }: { keys: readonly SealKey[]; known?: ChainHead | undefined },
): Promise<VerifiedAudit | { readonly fault: ChainFault }> {
  let { anchor: head } = await readBeginning(db);
  // A right MAC vouches for every row up to its own, since its hash depends on all of them.
  let unvouched: CheckedRow | undefined;
  pages: for (;;) {
    const rows = await readChain(db, { after: String(head.seq), limit: pageSize });
    for (const row of rows) {
      const fault = chainFault(head, row, keys) ?? differsFromDatabase(row) ?? differsFromKnown(row, known);
      if (fault) {
        const { anchor } = await readBeginning(db);
        if (anchor.seq <= head.seq) return { fault: await explained(db, row, fault) };
        // A server removed rows meanwhile.
        head = anchor;
        continue pages;
      }
      head = { seq: BigInt(row.place), hash: row.hash };
      if (isSealedBy(row, keys)) unvouched = undefined;
      else if (row.mac) unvouched ??= row;
    }
    if (rows.length < pageSize) break;
  }
  const outside = await readOutsideChain(db);
  const fault =
    (keys.length > 0 && unvouchedFault(unvouched)) ||
    checkBeginning(await readBeginning(db), keys).fault ||
    outsideFault(outside, await findUnqueued(db)) ||
    truncated(head, known);
  if (fault) return { fault };
  const gone = await readRemoved(db);
  const removed = gone ? { count: Number(gone.place), before: gone.before } : null;
  return { head, unsealed: outside.unsealed, oldestSeconds: outside.oldestSeconds, removed };
}

/** An event whose content belongs to the seal of another one changed places with it. */
async function explained(db: Db, row: CheckedRow, fault: ChainFault): Promise<ChainFault> {
  if (fault.kind !== 'changed' || row.mac === null) return fault;
  const first = BigInt(row.place) - BigInt(maxDistance) - 1n;
  const near = await readChain(db, { after: String(first < 0n ? 0n : first), limit: 2 * maxDistance + 1 });
  const others = near.filter(({ place, mac }) => mac !== null && place !== row.place);
  return matchesSealOf(row, others) ? reordered(row) : fault;
}

function differsFromDatabase(row: CheckedRow): ChainFault | undefined {
  if (row.sql_hash.equals(row.hash)) return undefined;
  const problem = `The database’s audit_hash computes another hash for row ${row.seq}: the function was changed.`;
  return { seq: row.seq, kind: 'changed', problem };
}

function differsFromKnown(row: CheckedRow, known: ChainHead | undefined): ChainFault | undefined {
  if (known?.seq !== BigInt(row.place) || known.hash.equals(row.hash)) return undefined;
  const problem = `Row ${row.seq} differs from the known one: the chain was rewritten.`;
  return { seq: row.seq, kind: 'changed', problem };
}

function unvouchedFault(row: CheckedRow | undefined): ChainFault | undefined {
  if (!row) return undefined;
  const problem =
    `Row ${row.seq} and those after it were sealed with a secret that is not among SECRETS, so nothing vouches for them. ` +
    'Put that secret into SECRETS for this check, after the others.';
  return { seq: row.seq, kind: 'changed', problem };
}

function outsideFault({ lost }: OutsideChain, unqueued: string | undefined): ChainFault | undefined {
  if (lost !== null) {
    return { seq: lost, kind: 'missing', problem: `Row ${lost} is missing: it was deleted before it was sealed.` };
  }
  if (unqueued === undefined) return undefined;
  const problem = `Row ${unqueued} is neither sealed nor waiting to be sealed: its seal was deleted, or it was added past the queue.`;
  return { seq: unqueued, kind: 'unqueued', problem };
}

function truncated(head: ChainHead, known: ChainHead | undefined): ChainFault | undefined {
  if (!known || head.seq >= known.seq) return undefined;
  const seq = String(head.seq + 1n);
  return { seq, kind: 'missing', problem: `Row ${seq} is missing: the log once reached row ${known.seq}.` };
}
