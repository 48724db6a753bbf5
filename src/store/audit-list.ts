/** The audit log for its readers: filtered, page by page, and whole for an export. */
import { type RawBuilder, sql } from 'kysely';
import type { AuditEvent } from './audit.ts';
import { countUpTo } from './counts.ts';
import type { Db } from './database.ts';

export interface AuditFilter {
  /** A whole one; `cli` is every terminal, those from before their users were on record too. */
  readonly actor?: string;
  /** A whole action, or a noun with its dot for all of its verbs: `client.`. */
  readonly action?: string;
  readonly target?: string;
  readonly requestId?: string;
  /** From this moment, and before that one. */
  readonly from?: Date;
  readonly until?: Date;
}

export interface AuditExport extends AuditEvent {
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const columns = ['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id'] as const;

/** The newest first; `before` a seq: older ones; `after` a seq: the ones just newer; `offset` rows are skipped. */
export async function searchAudit(
  db: Db,
  {
    filter,
    limit,
    before,
    after,
    offset = 0,
  }: { filter: AuditFilter; limit: number; before?: string; after?: string; offset?: number },
): Promise<AuditEvent[]> {
  let query = filtered(db, filter).select(columns).limit(limit).offset(offset);
  if (before !== undefined) query = query.where('seq', '<', before);
  if (after === undefined) return query.orderBy('seq', 'desc').execute();
  return (await query.where('seq', '>', after).orderBy('seq', 'asc').execute()).reverse();
}

/** How many there are, up to `maxCounted`. */
export const countAuditUpTo = (db: Db, filter: AuditFilter): Promise<number> => countUpTo(db, filtered(db, filter));

/** The oldest first, as the chain goes. */
export async function exportAudit(
  db: Db,
  { filter, limit, after = '0' }: { filter: AuditFilter; limit: number; after?: string },
): Promise<AuditExport[]> {
  return filtered(db, filter)
    .select([...columns, 'prev_hash', 'hash'])
    .where('seq', '>', after)
    .orderBy('seq', 'asc')
    .limit(limit)
    .execute();
}

/** The condition that a line is by this actor; see `AuditFilter`. */
export function doneBy(actor: string): RawBuilder<boolean> {
  return actor === 'cli' ? sql<boolean>`(actor = 'cli' OR actor ^@ 'cli:')` : sql<boolean>`actor = ${actor}`;
}

function filtered(db: Db, { actor, action, target, requestId, from, until }: AuditFilter) {
  let query = db.builder.selectFrom('audit_events');
  if (actor !== undefined) query = query.where(doneBy(actor));
  if (action?.endsWith('.')) query = query.where(sql<boolean>`action ^@ ${action}`);
  else if (action !== undefined) query = query.where('action', '=', action);
  if (target !== undefined) query = query.where('target', '=', target);
  if (requestId !== undefined) query = query.where('request_id', '=', requestId);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (until !== undefined) query = query.where('at', '<', until);
  return query;
}
