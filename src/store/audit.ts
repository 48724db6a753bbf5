/**
 * The audit log is append-only and hash-chained. Events are written in the transaction of the change that they record, without
 * any lock that others wait for. Servers put them into the chain once they are committed (operations/seal-audit.ts).
 */
import type { Db, Statement } from './database.ts';

export interface NewAuditEvent {
  readonly actor: string;
  /** `noun.verb`, such as `client.created`. */
  readonly action: string;
  /** What was changed: `client:…`, `account:…`, `grant:…`, `key:…`. */
  readonly target: string;
  /** Facts for readers of the log. Never a secret, token, code or password. */
  readonly details?: object;
  readonly requestId?: string | undefined;
  /** Address of the caller; stored in the details as `ip`. */
  readonly ip?: string | undefined;
}

const appendStatement: Statement = { name: 'audit-append', text: 'SELECT append_audit($1, $2, $3, $4, $5)' };

/** Call it in the transaction of what it records, so that both are committed or neither. */
export async function appendAudit(trx: Db, event: NewAuditEvent): Promise<void> {
  await trx.run(appendStatement, appendValues(event));
}

/** Returns the arguments of `append_audit`, for statements that make a change and record it. */
export function appendValues({ actor, action, target, details = {}, requestId, ip }: NewAuditEvent): unknown[] {
  return [actor, action, target, JSON.stringify({ ...details, ip }), requestId ?? null];
}

const appendAllStatement: Statement = {
  name: 'audit-append-all',
  text: `SELECT append_audit(e.actor, e.action, e.target, e.details, e.request_id)
    FROM jsonb_to_recordset($1::jsonb) e(actor text, action text, target text, details jsonb, request_id text)`,
};

/** Like `appendAudit`, for many events in one statement. */
export async function appendAudits(trx: Db, events: readonly NewAuditEvent[]): Promise<void> {
  const rows = events.map(({ actor, action, target, details = {}, requestId, ip }) => ({
    ...{ actor, action, target, details: { ...details, ip }, request_id: requestId },
  }));
  await trx.run(appendAllStatement, [JSON.stringify(rows)]);
}

export interface AuditEvent {
  /** Decimal number, given in the order of writing. There are gaps where a change was rolled back. */
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: unknown;
  readonly request_id: string | null;
}

/** Lists events, newest first, optionally of one target. `after` is the seq of the last event seen. */
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

/** Lists events of some actions on one target, newest first. */
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
