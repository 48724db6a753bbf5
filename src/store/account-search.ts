/** Accounts as the admin pages list them. */
import { sql } from 'kysely';
import type { Account } from './accounts.ts';
import { type CountedPage, type NumberedPage, totalOf } from './admin-lists.ts';
import { countUpTo } from './counts.ts';
import type { Db } from './database.ts';
import { containsWords, keysetPage, type Page, type PageRequest } from './keyset.ts';

export interface AccountFilter {
  /** The whole address. */
  readonly email?: string;
  /** An id, or beginnings of words in address and name. */
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
  'a.created_at',
] as const;

/** In the order of addresses. */
export async function searchAccounts(db: Db, filter: AccountFilter, page: PageRequest): Promise<Page<ListedAccount>> {
  return keysetPage(matching(db, filter).select(columns), { key: 'a.email', type: 'text', id: 'a.email' }, page);
}

/** How many there are, up to `maxCounted`. */
export const countAccountsUpTo = (db: Db, filter: AccountFilter): Promise<number> =>
  countUpTo(db, matching(db, filter));

/** The same by page number, with how many there are: for the admin API. */
export async function pageOfAccounts(
  db: Db,
  { page, per_page: size }: NumberedPage,
  filter: AccountFilter,
): Promise<CountedPage<ListedAccount>> {
  const query = matching(db, filter);
  const rows = query
    .select(columns)
    .orderBy('a.email')
    .limit(size)
    .offset((page - 1) * size);
  return { rows: await rows.execute(), total: await totalOf(query) };
}

/** The one way to look for accounts: every door comes here, and each condition has an index. */
function matching(db: Db, { email, search, status, role }: AccountFilter) {
  let query = db.builder.selectFrom('accounts as a');
  if (email !== undefined) query = query.where('a.email', '=', email.toLowerCase());
  if (search?.startsWith('acc_')) query = query.where('a.id', '=', search);
  else if (search !== undefined) query = query.where(containsWords(words, search));
  if (status !== undefined) query = query.where(sql<boolean>`a.status = ${sql.lit(status)}`);
  if (role !== undefined) query = query.where(sql<boolean>`a.role = ${sql.lit(role)}`);
  return query;
}

/** As the index is written. */
const words = sql`search_words(a.email, a.name)`;

/** The addresses of these accounts, by id. */
export async function emailsOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.builder.selectFrom('accounts').select(['id', 'email']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, email }) => [id, email]));
}
