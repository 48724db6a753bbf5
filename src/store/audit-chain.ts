/** Reads the audit log with its hashes, in the order of the chain, for verification. */
import type { ChainRow } from '../policy/audit-chain.ts';
import type { Db, Statement } from './database.ts';

export interface CheckedRow extends ChainRow {
  /** The hash that the database's own function computes for the row. */
  readonly sql_hash: Buffer;
}

const chainStatement: Statement = {
  name: 'audit-chain',
  text: `SELECT seq, (extract(epoch FROM at) * 1000000)::bigint::text AS at_micros, actor, action, target,
      details::text AS details_text, request_id, prev_hash, hash,
      audit_hash(prev_hash, seq, at, actor, action, target, details, request_id) AS sql_hash
    FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2`,
};

/** Returns the rows after `after`, oldest first. */
export async function readChain(db: Db, { after, limit }: { after: string; limit: number }): Promise<CheckedRow[]> {
  return db.run<CheckedRow>(chainStatement, [after, limit]);
}
