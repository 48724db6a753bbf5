/** Lists by page, with how many there are in all: for the admin API, which speaks of pages and not of cursors. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { ClientState } from '../policy/client-state.ts';
import type { Account } from './accounts.ts';
import type { AuditEvent } from './audit.ts';
import { inState } from './client-states.ts';
import { type Client, ownedBy, ownerColumn } from './clients.ts';
import type { Db } from './database.ts';
import { type ListedGrant, scopeColumn } from './grant-list.ts';
import type { Schema } from './schema.ts';

export interface PageRequest {
  /** From 1 on. */
  readonly page: number;
  readonly per_page: number;
}

export interface Page<T> {
  readonly rows: T[];
  readonly total: number;
}

export interface ClientFilter {
  /** Part of the name, or the beginning of the id. */
  readonly search?: string | undefined;
  readonly type?: Client['type'] | undefined;
  readonly status?: Client['status'] | undefined;
  readonly state?: ClientState | undefined;
  /** The whole address of the account that owns it. */
  readonly owner_email?: string | undefined;
}

/** By name, then id. */
export async function pageOfClients(db: Db, page: PageRequest, filter: ClientFilter): Promise<Page<Client>> {
  const where = (eb: ExpressionBuilder<Schema, 'clients'>) =>
    eb.and([
      ...(filter.search === undefined ? [] : [contains('client_name', filter.search, 'client_id')]),
      ...(filter.type === undefined ? [] : [eb('type', '=', filter.type)]),
      ...(filter.status === undefined ? [] : [eb('status', '=', filter.status)]),
      ...(filter.state === undefined ? [] : [inState[filter.state]]),
      ...(filter.owner_email === undefined ? [] : [ownedBy(filter.owner_email)]),
    ]);
  const query = db.builder.selectFrom('clients').where(where);
  const rows = query.selectAll().select(ownerColumn).orderBy('client_name').orderBy('client_id');
  return { rows: await rows.limit(page.per_page).offset(offset(page)).execute(), total: await totalOf(query) };
}

export interface AccountFilter {
  readonly email?: string | undefined;
  /** Part of the name or the address. */
  readonly search?: string | undefined;
  readonly status?: Account['status'] | undefined;
  readonly role?: Account['role'] | undefined;
}

/** By address. */
export async function pageOfAccounts(db: Db, page: PageRequest, filter: AccountFilter): Promise<Page<Account>> {
  const where = (eb: ExpressionBuilder<Schema, 'accounts'>) =>
    eb.and([
      ...(filter.email === undefined ? [] : [eb('email', '=', filter.email.toLowerCase())]),
      ...(filter.search === undefined ? [] : [contains('name', filter.search, 'email')]),
      ...(filter.status === undefined ? [] : [eb('status', '=', filter.status)]),
      ...(filter.role === undefined ? [] : [eb('role', '=', filter.role)]),
    ]);
  const query = db.builder.selectFrom('accounts').where(where);
  const rows = query
    .select(['id', 'email', 'name', 'role', 'tier', 'status', 'sessions_valid_from', 'created_at'])
    .orderBy('email');
  return { rows: await rows.limit(page.per_page).offset(offset(page)).execute(), total: await totalOf(query) };
}

export interface GrantFilter {
  readonly account_id?: string | undefined;
  readonly client_id?: string | undefined;
}

/** Living ones, the newest first. */
export async function pageOfGrants(db: Db, page: PageRequest, filter: GrantFilter): Promise<Page<ListedGrant>> {
  let query = db.builder
    .selectFrom('grants as g')
    .innerJoin('accounts as a', 'a.id', 'g.account_id')
    .where('g.expires_at', '>', sql<Date>`now()`);
  if (filter.account_id !== undefined) query = query.where('g.account_id', '=', filter.account_id);
  if (filter.client_id !== undefined) query = query.where('g.client_id', '=', filter.client_id);
  const rows = query
    .select(['g.id', 'g.account_id', 'a.email', 'g.client_id', scopeColumn.as('scope'), 'g.created_at'])
    .select(['g.rotated_at as refreshed_at', 'g.expires_at'])
    .orderBy('g.created_at', 'desc')
    .orderBy('g.id', 'desc');
  return { rows: await rows.limit(page.per_page).offset(offset(page)).execute(), total: await totalOf(query) };
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  /** From here on, and before there. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The newest first. */
export async function pageOfAudit(db: Db, page: PageRequest, filter: AuditFilter): Promise<Page<AuditEvent>> {
  let query = db.builder.selectFrom('audit_events');
  for (const field of ['actor', 'action', 'target'] as const) {
    const value = filter[field];
    if (value !== undefined) query = query.where(field, '=', value);
  }
  if (filter.since) query = query.where('at', '>=', filter.since);
  if (filter.until) query = query.where('at', '<', filter.until);
  const rows = query.select(['seq', 'at', 'actor', 'action', 'target', 'details', 'request_id']).orderBy('seq', 'desc');
  return { rows: await rows.limit(page.per_page).offset(offset(page)).execute(), total: await totalOf(query) };
}

/** Whether `text` stands in one of two columns, whatever the case; wildcards in it mean themselves. */
function contains(column: string, text: string, other: string): Expression<SqlBool> {
  const needle = text.toLowerCase();
  return sql<SqlBool>`(position(${needle} in lower(${sql.ref(column)})) > 0 OR position(${needle} in lower(${sql.ref(other)})) > 0)`;
}

interface Countable {
  select(selection: never): { executeTakeFirstOrThrow(): Promise<unknown> };
}

async function totalOf(query: Countable): Promise<number> {
  const row = await query.select(sql<number>`count(*)::integer`.as('total') as never).executeTakeFirstOrThrow();
  return (row as { total: number }).total;
}

function offset({ page, per_page: size }: PageRequest): number {
  return (page - 1) * size;
}
