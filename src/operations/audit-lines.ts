/** Exports the audit log as NDJSON: one event a line, in the order of the chain. It is read in pages, to bound memory. */
import { type AuditExport, type AuditFilter, exportHashed, exportSealed } from '../store/audit-list.ts';
import type { Db } from '../store/database.ts';

const pageSize = 500;

/** Yields pages of lines, with their line ends. Events that are not sealed are left out: see `sealAll`. */
export async function* auditLines(db: Db, filter: AuditFilter): AsyncGenerator<string> {
  for (const list of [exportHashed, exportSealed]) {
    for (let after = '0'; ; ) {
      const events = await list(db, { filter, limit: pageSize, after });
      if (events.length > 0) yield events.map((event) => `${JSON.stringify(document(event))}\n`).join('');
      const last = events.at(-1);
      if (events.length < pageSize || !last) break;
      after = last.sealed_seq;
    }
  }
}

function document({ sealed_seq: place, prev_hash, hash, key_id: keyId, mac, ...event }: AuditExport): object {
  return {
    ...event,
    sealed_seq: place,
    prev_hash: prev_hash.toString('hex'),
    hash: hash.toString('hex'),
    key_id: keyId?.toString('hex') ?? null,
    mac: mac?.toString('hex') ?? null,
  };
}
