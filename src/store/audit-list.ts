/** Reads the audit log for people: filtered and paged, or whole for an export. */
import type { RawBuilder } from 'kysely';
import type { AuditEvent } from './audit.ts';
import { firstSealed } from './audit-chain.ts';
import { sql } from './builder.ts';
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

/** An event with its place in the chain, and what proves it. */
export interface AuditExport extends AuditEvent {
  /** Decimal numbers without gaps. */
  readonly sealed_seq: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  /** Null for events from before there were seals, like `mac`. */
  readonly key_id: Buffer | null;
  readonly mac: Buffer | null;
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

/** Lists events that were hashed before there were seals, in the order of the chain. `after` is a value of sealed_seq. */
export async function exportHashed(
  db: Db,
  { filter, limit, after }: { filter: AuditFilter; limit: number; after: string },
): Promise<AuditExport[]> {
  return filtered(db, filter)
    .select([
      ...columns,
      'seq as sealed_seq',
      'prev_hash',
      'hash',
      sql<null>`NULL`.as('key_id'),
      sql<null>`NULL`.as('mac'),
    ])
    .where('hash', '<>', Buffer.alloc(0))
    .where('seq', '>', after)
    .where('seq', '<', sql<string>`${sql.raw(firstSealed)}`)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Lists sealed events in the order of the chain. `after` is a value of sealed_seq. */
export async function exportSealed(
  db: Db,
  { filter, limit, after }: { filter: AuditFilter; limit: number; after: string },
): Promise<AuditExport[]> {
  return filtered(db, filter)
    .innerJoin('audit_seals as s', 's.event', 'audit_events.seq')
    .select(columns)
    .select(['s.sealed_seq', 's.prev_hash', 's.hash', 's.key_id', 's.mac'])
    .where('s.sealed_seq', '>', after)
    .orderBy('s.sealed_seq')
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
