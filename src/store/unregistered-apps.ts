/** Lists of apps that nobody registered, and of the rules about them, for the admin pages, the admin API and the command line. */
import { changedSinceSeen } from '../policy/client/pinned.ts';
import type { ThirdPartyPolicy } from '../policy/third-party.ts';
import { requestBounds, requestDays } from '../policy/third-party.ts';
import { type CountedPage, countedPage, type NumberedPage } from './admin-lists.ts';
import { sql } from './builder.ts';
import { clientsFound } from './client-search.ts';
import type { Client } from './clients.ts';
import { countUpTo, maxCounted } from './counts.ts';
import type { Db, Statement } from './database.ts';
import { keysetPage, type Page, type PageRequest } from './keyset.ts';
import { ruleSql, type ThirdPartyRule } from './third-party.ts';

export interface UnregisteredFilter {
  /** Prefixes of words in name, id, redirect URIs and operator. */
  readonly search?: string | undefined;
  /** `none`: no rule names it. `waiting`: people wait for an admin. */
  readonly policy?: ThirdPartyPolicy | 'none' | 'waiting' | undefined;
}

export interface UnregisteredApp
  extends Pick<
    Client,
    | 'client_id'
    | 'client_name'
    | 'logo_hash'
    | 'registration_type'
    | 'status'
    | 'third_party_policy'
    | 'verified_at'
    | 'submitted_at'
    | 'created_at'
  > {
  /** The host of the document that the id names; null for an app that registered itself. */
  readonly host: string | null;
  /** People who allow it something, counted up to `maxCounted`. */
  readonly people: number;
  /** People who wait for an admin, counted up to a bound. */
  readonly waiting: number;
  /** The last day (UTC) with a token, as YYYY-MM-DD; null: none is known. */
  readonly last_used_on: string | null;
  /** A rule allows the app, and it is not what was allowed any more. */
  readonly changed_since_allowed: boolean;
}

const isWaiting = sql<boolean>`EXISTS (SELECT FROM third_party_requests r WHERE r.client_id = c.client_id
  AND r.asked_at > now() - ${sql.lit(requestDays)} * interval '1 day')`;

function matching(db: Db, { search, policy }: UnregisteredFilter) {
  const query = clientsFound(db, search).where(sql<boolean>`c.registration_type <> 'manual'`);
  if (policy === undefined) return query;
  if (policy === 'none') return query.where('c.third_party_policy', 'is', null);
  return policy === 'waiting' ? query.where(isWaiting) : query.where('c.third_party_policy', '=', policy);
}

const rowsOf = (query: ReturnType<typeof matching>) =>
  query
    .select(['c.client_id', 'c.client_name', 'c.registration_type', 'c.status', 'c.third_party_policy', 'c.created_at'])
    .select(['c.verified_at', 'c.submitted_at', 'c.logo_hash'])
    .select([
      sql<string | null>`document_host(c.client_id)`.as('host'),
      sql<boolean>`c.third_party_policy = 'ask' IS TRUE AND EXISTS (SELECT FROM third_party_rules u
        WHERE u.kind = 'client' AND u.value = c.client_id AND u.policy = 'allow')`.as('changed_since_allowed'),
      sql<number>`(SELECT count(*)::int FROM (SELECT FROM consents k WHERE k.client_id = c.client_id
        LIMIT ${sql.lit(maxCounted)}) counted)`.as('people'),
      sql<number>`(SELECT count(*)::int FROM (SELECT FROM third_party_requests r WHERE r.client_id = c.client_id
        AND r.asked_at > now() - ${sql.lit(requestDays)} * interval '1 day' LIMIT ${sql.lit(requestBounds.people)}) counted)`.as(
        'waiting',
      ),
      sql<string | null>`(SELECT max(f.day)::text FROM client_figures f WHERE f.client_id = c.client_id
        AND f.what NOT IN ('error', 'stranger', 'theft'))`.as('last_used_on'),
    ]);

/** Lists them, the newest first. */
export function searchUnregistered(
  db: Db,
  filter: UnregisteredFilter,
  page: PageRequest,
): Promise<Page<UnregisteredApp>> {
  const order = { key: 'c.created_at', type: 'timestamptz', id: 'c.client_id', descending: true } as const;
  return keysetPage(rowsOf(matching(db, filter)), order, page);
}

/** Counts them, up to `maxCounted`. */
export const countUnregistered = (db: Db, filter: UnregisteredFilter): Promise<number> =>
  countUpTo(db, matching(db, filter));

/** Lists them by page number, with the total: for the admin API. */
export async function pageOfUnregistered(
  db: Db,
  page: NumberedPage,
  filter: UnregisteredFilter,
): Promise<CountedPage<UnregisteredApp>> {
  const query = matching(db, filter);
  const rows = rowsOf(query).orderBy('c.created_at', 'desc').orderBy('c.client_id', 'desc');
  return countedPage(query, rows, page);
}

const rulesStatement: Statement = {
  name: 'third-party-rules',
  text: `${ruleSql} WHERE $3::text IS NULL OR r.kind = $3 ORDER BY r.decided_at DESC, r.kind, r.value LIMIT $1 OFFSET $2`,
};
const rulesTotalStatement: Statement = {
  name: 'third-party-rules-total',
  text: 'SELECT count(*)::integer AS total FROM third_party_rules WHERE $1::text IS NULL OR kind = $1',
};

/** Lists the rules, the newest first. */
export async function listRules(
  db: Db,
  { limit, offset, kind = null }: { limit: number; offset: number; kind?: ThirdPartyRule['kind'] | null },
): Promise<ThirdPartyRule[]> {
  return db.run<ThirdPartyRule>(rulesStatement, [limit, offset, kind]);
}

/** A rule as the admin API and the command line show it. */
export function ruleDocument({ seen, now, ...rule }: ThirdPartyRule) {
  return { ...rule, changed: now ? changedSinceSeen(seen, now) : [] };
}

export async function countRules(db: Db, kind: ThirdPartyRule['kind'] | null = null): Promise<number> {
  const [row] = await db.run<{ total: number }>(rulesTotalStatement, [kind]);
  return row?.total ?? 0;
}

const atStakeStatement: Statement = {
  name: 'third-party-at-stake',
  text: `WITH named AS (SELECT client_id FROM clients WHERE registration_type <> 'manual'
      AND CASE $1 WHEN 'client' THEN client_id = $2 ELSE registration_type = 'metadata_document' AND document_host(client_id) = $2 END)
    SELECT (SELECT count(*)::integer FROM named) AS clients, (SELECT count(DISTINCT account_id)::integer
      FROM consents WHERE client_id IN (SELECT client_id FROM named)) AS people`,
};

/** How many apps a rule would be about, and how many people allow them something. */
export async function countAtStake(
  db: Db,
  { kind, value }: Pick<ThirdPartyRule, 'kind' | 'value'>,
): Promise<{ clients: number; people: number }> {
  const [row] = await db.run<{ clients: number; people: number }>(atStakeStatement, [kind, value]);
  return row ?? { clients: 0, people: 0 };
}
