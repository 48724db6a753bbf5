/** Clients as the admin pages list them: searched, filtered, sorted, page by page. */
import { sql } from 'kysely';
import type { ClientState } from '../policy/client-state.ts';
import { inState } from './client-states.ts';
import type { Client } from './clients.ts';
import type { Db } from './database.ts';
import { keysetPage, type Page, type PageRequest, wordQuery } from './keyset.ts';

export interface ClientFilter {
  /** Beginnings of words in name, id, redirect URIs and owner, or in name and address of the account that owns it. */
  readonly search?: string;
  readonly type?: Client['type'];
  readonly state?: ClientState;
}

export interface ClientOrder {
  readonly by: 'name' | 'created';
  readonly descending: boolean;
}

export interface ListedClient
  extends Pick<
    Client,
    'client_id' | 'client_name' | 'type' | 'status' | 'gateway_resource' | 'submitted_at' | 'verified_at' | 'created_at'
  > {
  /** Who allowed it something; counted no further than `mostCounted`. */
  readonly people: number;
}

export const mostCounted = 10_000;

const people = sql<number>`(SELECT count(*)::int FROM
  (SELECT FROM consents k WHERE k.client_id = c.client_id LIMIT ${sql.lit(mostCounted)}) counted)`;
/** As the index is written. Asked with a parameter: planned without knowing the word, the index is what is used. */
const words = sql`search_words(VARIADIC c.redirect_uris || c.client_name || c.client_id || coalesce(c.owner_name, ''))`;

/** Two ways to be found, each with an index of its own: one condition for both would read every client. */
const found = (wanted: string) => sql`(
  SELECT c.client_id FROM clients c WHERE ${words} @@ ${wanted}::tsquery
  UNION ALL SELECT o.client_id FROM accounts a JOIN clients o ON o.owner_account_id = a.id
    WHERE search_words(a.email, a.name) @@ ${wanted}::tsquery)`;

/** A search without a single word finds nothing. */
export async function searchClients(
  db: Db,
  { search, type, state }: ClientFilter,
  { by, descending }: ClientOrder,
  page: PageRequest,
): Promise<Page<ListedClient>> {
  let query = db.builder
    .selectFrom('clients as c')
    .select([
      'c.client_id',
      'c.client_name',
      'c.type',
      'c.status',
      'c.gateway_resource',
      'c.submitted_at',
      'c.verified_at',
      'c.created_at',
    ])
    .select(people.as('people'));
  if (search !== undefined) {
    const wanted = wordQuery(search);
    if (wanted === undefined) return { rows: [] };
    query = query.where(sql<boolean>`c.client_id IN ${found(wanted)}`);
  }
  if (type !== undefined) query = query.where(sql<boolean>`c.type = ${sql.lit(type)}`);
  if (state !== undefined) query = query.where(inState[state]);
  const order = by === 'name' ? byName : byAge;
  return keysetPage(query, { ...order, descending }, page);
}

const byName = { key: 'lower(c.client_name)', type: 'text', id: 'c.client_id' } as const;
const byAge = { key: 'c.created_at', type: 'timestamptz', id: 'c.client_id' } as const;

export async function countClients(db: Db): Promise<number> {
  const row = await db.builder
    .selectFrom('clients')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** How many people allowed a client something; no further than `mostCounted`. */
export async function countPeople(db: Db, clientId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM
    (SELECT FROM consents WHERE client_id = ${clientId} LIMIT ${sql.lit(mostCounted)}) counted`.execute(db.builder);
  return rows[0]?.n ?? 0;
}

export type NamedClient = Pick<Client, 'client_id' | 'client_name'>;

/** Active and verified. */
export async function listVerifiedNames(db: Db): Promise<NamedClient[]> {
  return db.builder
    .selectFrom('clients as c')
    .select(['c.client_id', 'c.client_name'])
    .where(inState.verified)
    .execute();
}
