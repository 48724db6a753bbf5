/** Exports the audit log as NDJSON: one event a line, oldest first. It is read in pages, to bound memory. */
import { type AuditExport, type AuditFilter, exportAudit } from '../store/audit-list.ts';
import type { Db } from '../store/database.ts';

const pageSize = 500;

/** Yields pages of lines, with their line ends. */
export async function* auditLines(db: Db, filter: AuditFilter): AsyncGenerator<string> {
  for (let after = '0'; ; ) {
    const events = await exportAudit(db, { filter, limit: pageSize, after });
    if (events.length > 0) yield events.map((event) => `${JSON.stringify(document(event))}\n`).join('');
    const last = events.at(-1);
    if (events.length < pageSize || !last) return;
    after = last.seq;
  }
}

function document({ prev_hash, hash, ...event }: AuditExport): object {
  return { ...event, prev_hash: prev_hash.toString('hex'), hash: hash.toString('hex') };
}
