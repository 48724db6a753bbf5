/** Lists by page number, with totals. The admin API promises page numbers; the pages use cursors. */
import type { SelectQueryBuilder } from 'kysely';
import type { AuditEvent } from './audit.ts';
import { doneBy } from './audit-list.ts';
import { sql } from './builder.ts';
import type { Db } from './database.ts';
import { type ListedGrant, scopeColumn } from './grant-list.ts';

export interface NumberedPage {
  /** The first page is 1. */
  readonly page: number;
  readonly per_page: number;
}

export interface CountedPage<T> {
  readonly rows: T[];
  readonly total: number;
}

export interface GrantFilter {
  readonly account_id?: string | undefined;
  readonly client_id?: string | undefined;
}

/** Lists live grants, newest first. */
export async function pageOfGrants(db: Db, page: NumberedPage, filter: GrantFilter): Promise<CountedPage<ListedGrant>> {
  let query = db.builder
    .selectFrom('grants as g')
    .innerJoin('accounts as a', 'a.id', 'g.account_id')
    .where('g.expires_at', '>', sql<Date>`now()`);
  if (filter.account_id !== undefined) query = query.where('g.account_id', '=', filter.account_id);
  if (filter.client_id !== undefined) query = query.where('g.client_id', '=', filter.client_id);
  const rows = query
    .select(['g.id', 'g.account_id', 'a.email', 'g.client_id', scopeColumn().as('scope'), 'g.created_at'])
    .select(['g.rotated_at as refreshed_at', 'g.expires_at', 'g.ends_at'])
    .orderBy('g.created_at', 'desc')
    .orderBy('g.id', 'desc');
  return countedPage(query, rows, page);
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly request_id?: string | undefined;
  /** Inclusive; `until` is exclusive. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Lists audit events, newest first. */
export async function pageOfAudit(db: Db, page: NumberedPage, filter: AuditFilter): Promise<CountedPage<AuditEvent>> {
  let query = db.builder.selectFrom('audit_events');
  if (filter.actor !== undefined) query = query.where(doneBy(filter.actor));
  for (const field of ['action', 'target', 'request_id'] as const) {
    const value = filter[field];
    if (value !== undefined) query = query.where(field, '=', value);
  }
  if (filter.since) query = query.where('at', '>=', filter.since);
  if (filter.until) query = query.where('at', '<', filter.until);
  const rows = query.select(['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id']).orderBy('seq', 'desc');
  return countedPage(query, rows, page);
}

/** Runs `rows`, which is `query` with columns and an order, for one page, and counts all rows of `query`. */
export async function countedPage<DB, TB extends keyof DB, O, Row>(
  query: SelectQueryBuilder<DB, TB, O>,
  rows: SelectQueryBuilder<DB, TB, Row>,
  { page, per_page: size }: NumberedPage,
) {
  const found = rows.limit(size).offset((page - 1) * size);
  return { rows: await found.execute(), total: await totalOf(query) };
}

async function totalOf<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>): Promise<number> {
  const counted = query.select(sql<number>`count(*)::integer`.as('total')).$castTo<{ total: number }>();
  const { total } = await counted.executeTakeFirstOrThrow();
  return total;
}
