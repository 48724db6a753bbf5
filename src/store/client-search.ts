/** Clients as the admin pages list them: searched, filtered, sorted, page by page. */
import { sql } from 'kysely';
import type { Client } from './clients.ts';
import type { Db } from './database.ts';
import { keysetPage, type Page, type PageRequest, wordQuery } from './keyset.ts';

export interface ClientFilter {
  /** Beginnings of words in name, id, redirect URIs and owner. */
  readonly search?: string;
  readonly type?: Client['type'];
  readonly state?: 'verified' | 'unchecked' | 'disabled';
}

export interface ClientOrder {
  readonly by: 'name' | 'created';
  readonly descending: boolean;
}

export interface ListedClient
  extends Pick<
    Client,
    'client_id' | 'client_name' | 'type' | 'status' | 'gateway_resource' | 'verified_at' | 'created_at'
  > {
  /** Who allowed it something; counted no further than `mostCounted`. */
  readonly people: number;
}

export const mostCounted = 10_000;

const people = sql<number>`(SELECT count(*)::int FROM
  (SELECT FROM consents k WHERE k.client_id = c.client_id LIMIT ${sql.lit(mostCounted)}) counted)`;
/** As the index is written. Asked with a parameter: planned without knowing the word, the index is what is used. */
const words = sql`search_words(VARIADIC c.redirect_uris || c.client_name || c.client_id || coalesce(c.owner_name, ''))`;

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
      'c.verified_at',
      'c.created_at',
    ])
    .select(people.as('people'));
  if (search !== undefined) {
    const wanted = wordQuery(search);
    if (wanted === undefined) return { rows: [] };
    query = query.where(sql<boolean>`${words} @@ ${wanted}::tsquery`);
  }
  if (type !== undefined) query = query.where(sql<boolean>`c.type = ${sql.lit(type)}`);
  if (state !== undefined) query = query.where(states[state]);
  const order = by === 'name' ? byName : byAge;
  return keysetPage(query, { ...order, descending }, page);
}

const byName = { key: 'lower(c.client_name)', type: 'text', id: 'c.client_id' } as const;
const byAge = { key: 'c.created_at', type: 'timestamptz', id: 'c.client_id' } as const;

/** Written out, not as parameters, so that a partial index serves. */
const states = {
  verified: sql<boolean>`c.status = 'active' AND c.verified_at IS NOT NULL`,
  unchecked: sql<boolean>`c.status = 'active' AND c.verified_at IS NULL`,
  disabled: sql<boolean>`c.status = 'disabled'`,
};

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
    .where(states.verified)
    .execute();
}
