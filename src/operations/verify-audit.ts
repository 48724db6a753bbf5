/** Recomputes the hashes of the audit log with the database's function and with ours, and stops at the first wrong row. */
import { type ChainFault, type ChainHead, chainFault, emptyChain } from '../policy/audit-chain.ts';
import { type CheckedRow, readChain } from '../store/audit-chain.ts';
import type { Db } from '../store/database.ts';

const pageSize = 1000;

/** `known` is an earlier head of the chain, stored elsewhere. With it a truncated log is detected too. */
export async function verifyAudit(
  db: Db,
  known?: ChainHead,
): Promise<{ head: ChainHead; fault?: undefined } | { fault: ChainFault }> {
  let head = emptyChain;
  for (;;) {
    const rows = await readChain(db, { after: String(head.seq), limit: pageSize });
    for (const row of rows) {
      const fault = chainFault(head, row) ?? differsFromDatabase(row) ?? differsFromKnown(row, known);
      if (fault) return { fault };
      head = { seq: BigInt(row.seq), hash: row.hash };
    }
    if (rows.length < pageSize) break;
  }
  if (known && head.seq < known.seq) {
    const seq = String(head.seq + 1n);
    return {
      fault: { seq, kind: 'missing', problem: `Row ${seq} is missing: the log once reached row ${known.seq}.` },
    };
  }
  return { head };
}

function differsFromDatabase(row: CheckedRow): ChainFault | undefined {
  if (row.sql_hash.equals(row.hash)) return undefined;
  const problem = `The database’s audit_hash computes another hash for row ${row.seq}: the function was changed.`;
  return { seq: row.seq, kind: 'changed', problem };
}

function differsFromKnown(row: CheckedRow, known: ChainHead | undefined): ChainFault | undefined {
  if (known?.seq !== BigInt(row.seq) || known.hash.equals(row.hash)) return undefined;
  return {
    seq: row.seq,
    kind: 'changed',
    problem: `Row ${row.seq} differs from the known one: the chain was rewritten.`,
  };
}
