/** The audit log: append-only and hash-chained, written in the same transaction as what it records. */
import type { Db, Statement } from './database.ts';

export interface NewAuditEvent {
  readonly actor: string;
  /** `noun.verb`, such as `client.created`. */
  readonly action: string;
  /** On what: `client:…`, `account:…`, `grant:…`, `key:…`. */
  readonly target: string;
  /** Facts for the reader: never a secret, token, code or password. */
  readonly details?: object;
  readonly requestId?: string | undefined;
  /** From where: it stands in the details, as `ip`. */
  readonly ip?: string | undefined;
}

const appendStatement: Statement = { name: 'audit-append', text: 'SELECT append_audit($1, $2, $3, $4, $5)' };

/**
 * The last statement of its transaction: it takes the lock of the chain and holds it until commit, and whoever also
 * revokes tokens must have done so before.
 */
export async function appendAudit(trx: Db, event: NewAuditEvent): Promise<void> {
  await trx.run(appendStatement, appendValues(event));
}

/** The arguments of `append_audit`, for a statement that does what it records. */
export function appendValues({ actor, action, target, details = {}, requestId, ip }: NewAuditEvent): unknown[] {
  return [actor, action, target, JSON.stringify({ ...details, ip }), requestId ?? null];
}

export interface AuditEvent {
  /** Its place in the chain: a decimal number, without gaps. */
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: unknown;
  readonly request_id: string | null;
}

/** The newest first, of one target if given; `after` is the seq of the last one seen. */
export async function listAudit(
  db: Db,
  { limit, after, target }: { limit: number; after?: string; target?: string },
): Promise<AuditEvent[]> {
  let query = db.builder
    .selectFrom('audit_events')
    .select(['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id'])
    .orderBy('seq', 'desc')
    .limit(limit);
  if (after !== undefined) query = query.where('seq', '<', after);
  if (target !== undefined) query = query.where('target', '=', target);
  return query.execute();
}

/** What was done to one target, of some actions only; the newest first. */
export async function listAuditOf(
  db: Db,
  { target, actions, limit }: { target: string; actions: readonly string[]; limit: number },
): Promise<AuditEvent[]> {
  return db.builder
    .selectFrom('audit_events')
    .select(['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id'])
    .where('target', '=', target)
    .where('action', 'in', actions)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}
