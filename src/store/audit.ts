/** The audit log: append-only and hash-chained, written in the same transaction as what it records. */
import type { Db, Statement } from './database.ts';

export interface AuditEvent {
  readonly actor: string;
  /** `noun.verb`, such as `client.created`. */
  readonly action: string;
  /** On what: `client:…`, `account:…`, `grant:…`, `key:…`. */
  readonly target: string;
  /** Facts for the reader: never a secret, token, code or password. */
  readonly details?: object;
  readonly requestId?: string | undefined;
}

const appendStatement: Statement = { name: 'audit-append', text: 'SELECT append_audit($1, $2, $3, $4, $5)' };

export async function appendAudit(trx: Db, event: AuditEvent): Promise<void> {
  const { actor, action, target, details = {}, requestId = null } = event;
  await trx.run(appendStatement, [actor, action, target, JSON.stringify(details), requestId]);
}
