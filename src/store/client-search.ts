/** Searches and lists clients for the admin pages, the admin API and the command line. */

import { type NameField, nameFields } from '../policy/client/names.ts';
import type { ClientState } from '../policy/client/state.ts';
import { type CountedPage, countedPage, type NumberedPage } from './admin-lists.ts';
import { sql } from './builder.ts';
import { inState } from './client-states.ts';
import { type Client, ownedBy, ownerColumns } from './clients.ts';
import { clientColumns, listOf } from './columns.ts';
import { countUpTo, maxCounted } from './counts.ts';
import type { Db } from './database.ts';
import { containsWords, keysetPage, type Page, type PageRequest } from './keyset.ts';

export interface ClientFilter {
  /** Prefixes of words in name, id, redirect URIs and owner, or in the name and address of the owning account. */
  readonly search?: string;
  readonly type?: Client['type'];
  readonly state?: ClientState;
  readonly status?: Client['status'];
  /** The whole address of the owning account. */
  readonly owner_email?: string;
}

export interface ClientOrder {
  readonly by: 'name' | 'created';
  readonly descending: boolean;
}

export interface ListedClient
  extends Pick<
    Client,
    | 'client_id'
    | 'client_name'
    | 'type'
    | 'status'
    | 'first_party'
    | 'gateway_resource'
    | 'registration_type'
    | 'submitted_at'
    | 'verified_at'
    | 'created_at'
  > {
  /** Number of users, counted up to `maxCounted`. */
  readonly people: number;
}

const people = sql<number>`(SELECT count(*)::int FROM
  (SELECT FROM consents k WHERE k.client_id = c.client_id LIMIT ${sql.lit(maxCounted)}) counted)`;
/** Must be the expression of the index. */
const wordsOf = (clients: string) => {
  const c = sql.raw(clients);
  return sql`search_words(VARIADIC ${c}.redirect_uris || ${c}.client_name || ${c}.client_id || coalesce(${c}.owner_name, ''))`;
};
const ownerWords = sql`search_words(a.email, a.name)`;

/**
 * The rows that match a search, used in place of the table. The two halves use an index each; a single condition with OR
 * would read every client. They return whole rows instead of ids, because half of all clients may match.
 */
const found = (typed: string) => sql`(
  SELECT ${sql.raw(listOf(clientColumns, 'n'))} FROM clients n WHERE ${containsWords(wordsOf('n'), typed)}
  UNION ALL SELECT ${sql.raw(listOf(clientColumns, 'o'))} FROM accounts a JOIN clients o ON o.owner_account_id = a.id
    WHERE ${containsWords(ownerWords, typed)} AND NOT ${containsWords(wordsOf('o'), typed)})`;

export async function searchClients(
  db: Db,
  filter: ClientFilter,
  { by, descending }: ClientOrder,
  page: PageRequest,
): Promise<Page<ListedClient>> {
  const query = matching(db, filter)
    .select([
      'c.client_id',
      'c.client_name',
      'c.type',
      'c.status',
      'c.first_party',
      'c.gateway_resource',
      'c.registration_type',
      'c.submitted_at',
      'c.verified_at',
      'c.created_at',
    ])
    .select(people.as('people'));
  const order = by === 'name' ? byName : byAge;
  return keysetPage(query, { ...order, descending }, page);
}

/** Counts the matching clients, up to `maxCounted`. */
export const countClientsUpTo = (db: Db, filter: ClientFilter): Promise<number> => countUpTo(db, matching(db, filter));

/** Lists clients with all columns by page number, with the total: for the admin API. */
export async function pageOfClients(db: Db, page: NumberedPage, filter: ClientFilter): Promise<CountedPage<Client>> {
  const query = matching(db, filter);
  const rows = query
    .select(clientColumns)
    .select(ownerColumns('c'))
    .orderBy(sql.raw(byName.key))
    .orderBy(sql.raw(byName.id));
  return countedPage(query, rows, page);
}

/** Lists clients in order of id, after the id `after`: for callers that read all of them. */
export async function listClients(
  db: Db,
  { limit, after }: { limit: number; after?: string },
  filter: ClientFilter,
): Promise<Client[]> {
  let query = matching(db, filter).select(clientColumns).select(ownerColumns('c')).orderBy('c.client_id').limit(limit);
  if (after !== undefined) query = query.where('c.client_id', '>', after);
  return query.execute();
}

/** All searches for clients share this query, so that each condition is known to have an index. */
function matching(db: Db, { search, type, state, status, owner_email: owner }: ClientFilter) {
  let query = clientsFound(db, search);
  if (type !== undefined) query = query.where(sql<boolean>`c.type = ${sql.lit(type)}`);
  if (state !== undefined) query = query.where(inState[state]);
  if (status !== undefined) query = query.where(sql<boolean>`c.status = ${sql.lit(status)}`);
  if (owner !== undefined) query = query.where(ownedBy(owner));
  return query;
}

/** The clients that match what was typed; all of them if nothing was. */
export function clientsFound(db: Db, search: string | undefined) {
  const all = db.builder.selectFrom('clients as c');
  if (search === undefined) return all;
  return db.builder.selectFrom(found(search).as('c')) as typeof all;
}

const byName = { key: 'lower(c.client_name)', type: 'text', id: 'c.client_id' } as const;
const byAge = { key: 'c.created_at', type: 'timestamptz', id: 'c.client_id' } as const;

/** Counts the users of a client, up to `maxCounted`. */
export async function countPeople(db: Db, clientId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM
    (SELECT FROM consents WHERE client_id = ${clientId} LIMIT ${sql.lit(maxCounted)}) counted`.execute(db.builder);
  return rows[0]?.n ?? 0;
}

/** Counts the live grants of a client, one for each device, up to `maxCounted`. */
export async function countLivingGrants(db: Db, clientId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM
    (SELECT FROM grants WHERE client_id = ${clientId} AND expires_at > now() LIMIT ${sql.lit(maxCounted)}) counted`.execute(
    db.builder,
  );
  return rows[0]?.n ?? 0;
}

export type NamedClient = Pick<Client, 'client_id' | NameField>;

/** Lists the names of active, verified clients. */
export async function listVerifiedNames(db: Db): Promise<NamedClient[]> {
  return db.builder
    .selectFrom('clients as c')
    .select(['c.client_id', ...nameFields.map((name) => `c.${name}` as const)])
    .where(inState.verified)
    .execute();
}
