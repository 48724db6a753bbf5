/** Accounts as the admin pages list them. */
import { sql } from 'kysely';
import type { Account } from './accounts.ts';
import type { Db } from './database.ts';
import { keysetPage, type Page, type PageRequest, wordQuery } from './keyset.ts';

export interface AccountFilter {
  /** An id, or beginnings of words in address and name. */
  readonly search?: string;
  readonly status?: Account['status'];
  readonly role?: Account['role'];
}

export type ListedAccount = Omit<Account, 'sessions_valid_from'>;

const columns = ['a.id', 'a.email', 'a.name', 'a.role', 'a.tier', 'a.status', 'a.created_at'] as const;

/** In the order of addresses. */
export async function searchAccounts(
  db: Db,
  { search, status, role }: AccountFilter,
  page: PageRequest,
): Promise<Page<ListedAccount>> {
  let query = db.builder.selectFrom('accounts as a').select(columns);
  if (search?.startsWith('acc_')) query = query.where('a.id', '=', search);
  else if (search !== undefined) {
    const wanted = wordQuery(search);
    if (wanted === undefined) return { rows: [] };
    query = query.where(sql<boolean>`search_words(a.email, a.name) @@ ${wanted}::tsquery`);
  }
  if (status !== undefined) query = query.where(sql<boolean>`a.status = ${sql.lit(status)}`);
  if (role !== undefined) query = query.where(sql<boolean>`a.role = ${sql.lit(role)}`);
  return keysetPage(query, { key: 'a.email', type: 'text', id: 'a.id' }, page);
}

/** The addresses of these accounts, by id. */
export async function emailsOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.builder.selectFrom('accounts').select(['id', 'email']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, email }) => [id, email]));
}
