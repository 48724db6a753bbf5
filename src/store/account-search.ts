/** Searches and lists accounts for the admin pages and the admin API. */

import { externalIdOf } from './account-imports.ts';
import type { Account } from './accounts.ts';
import { type CountedPage, countedPage, type NumberedPage } from './admin-lists.ts';
import { sql } from './builder.ts';
import { countUpTo } from './counts.ts';
import type { Db } from './database.ts';
import { containsWords, keysetPage, type Page, type PageRequest } from './keyset.ts';

export interface AccountFilter {
  /** Matches the whole address. */
  readonly email?: string;
  /** An account id, or prefixes of words in the address and the name. */
  readonly search?: string;
  readonly status?: Account['status'];
  readonly role?: Account['role'];
}

export type ListedAccount = Omit<Account, 'sessions_valid_from'>;

const columns = [
  'a.id',
  'a.email',
  'a.name',
  'a.role',
  'a.tier',
  'a.status',
  'a.password_change_required',
  'a.email_verified_at',
  'a.created_at',
  externalIdOf('a'),
] as const;

/** Lists accounts in order of address. */
export async function searchAccounts(db: Db, filter: AccountFilter, page: PageRequest): Promise<Page<ListedAccount>> {
  return keysetPage(matching(db, filter).select(columns), { key: 'a.email', type: 'text', id: 'a.email' }, page);
}

/** Counts the matching accounts, up to `maxCounted`. */
export const countAccountsUpTo = (db: Db, filter: AccountFilter): Promise<number> =>
  countUpTo(db, matching(db, filter));

/** Lists accounts by page number, with the total: for the admin API. */
export async function pageOfAccounts(
  db: Db,
  page: NumberedPage,
  filter: AccountFilter,
): Promise<CountedPage<ListedAccount>> {
  const query = matching(db, filter);
  return countedPage(query, query.select(columns).orderBy('a.email'), page);
}

/** All searches for accounts share this query, so that each condition is known to have an index. */
function matching(db: Db, { email, search, status, role }: AccountFilter) {
  let query = db.builder.selectFrom('accounts as a');
  if (email !== undefined) query = query.where('a.email', '=', email.toLowerCase());
  if (search?.startsWith('acc_')) query = query.where('a.id', '=', search);
  else if (search !== undefined) query = query.where(containsWords(words, search));
  if (status !== undefined) query = query.where(sql<boolean>`a.status = ${sql.lit(status)}`);
  if (role !== undefined) query = query.where(sql<boolean>`a.role = ${sql.lit(role)}`);
  return query;
}

/** Must be the expression of the index. */
const words = sql`search_words(a.email, a.name)`;

/** Returns the addresses of these accounts, by id. */
export async function emailsOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.builder.selectFrom('accounts').select(['id', 'email']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, email }) => [id, email]));
}
