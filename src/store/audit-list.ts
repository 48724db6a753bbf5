/** Reads the audit log for people: filtered and paged, or whole for an export. */
import { type RawBuilder, sql } from 'kysely';
import type { AuditEvent } from './audit.ts';
import { countUpTo } from './counts.ts';
import type { Db } from './database.ts';

export interface AuditFilter {
  /** A whole actor. `cli` matches every terminal, including events from before the terminal's user was recorded. */
  readonly actor?: string;
  /** A whole action, or a noun and a dot for all actions on it: `client.`. */
  readonly action?: string;
  readonly target?: string;
  readonly requestId?: string;
  /** Inclusive; `until` is exclusive. */
  readonly from?: Date;
  readonly until?: Date;
}

export interface AuditExport extends AuditEvent {
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const columns = ['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id'] as const;

/** Lists events, newest first. `before` and `after` are values of seq: `before` selects older events, `after` the next newer ones. */
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

/** Counts the matching events, up to `maxCounted`. */
export const countAuditUpTo = (db: Db, filter: AuditFilter): Promise<number> => countUpTo(db, filtered(db, filter));

/** Lists events with their hashes, oldest first, which is the order of the chain. */
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

/** Returns the condition that an event is by this actor; see `AuditFilter`. */
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
