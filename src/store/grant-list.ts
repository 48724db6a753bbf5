/** Living grants, for whoever looks after them. Apart from grants, which is on the path of every token. */
import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface ListedGrant {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly client_id: string;
  /** What was granted for every resource, space-delimited. */
  readonly scope: string;
  readonly created_at: Date;
  /** When its refresh token was last exchanged for another. */
  readonly refreshed_at: Date | null;
  readonly expires_at: Date;
}

export interface GrantPage {
  readonly limit: number;
  /** The id of the last one already seen. */
  readonly after?: string;
  readonly accountId?: string;
  readonly clientId?: string;
}

/** The engine keeps identity scopes under `openid`, those of an API under its resource; some stand in both. */
export const scopeColumn = sql<string>`(SELECT coalesce(string_agg(DISTINCT word, ' '), '')
  FROM (SELECT g.payload #>> '{openid,scope}' AS words UNION ALL SELECT value FROM jsonb_each_text(g.payload -> 'resources')) s,
    unnest(string_to_array(s.words, ' ')) word)`;

/** The newest first. */
export async function listGrants(db: Db, { limit, after, accountId, clientId }: GrantPage): Promise<ListedGrant[]> {
  let query = db.builder
    .selectFrom('grants as g')
    .innerJoin('accounts as a', 'a.id', 'g.account_id')
    .select(['g.id', 'g.account_id', 'a.email', 'g.client_id', scopeColumn.as('scope'), 'g.created_at'])
    .select(['g.rotated_at as refreshed_at', 'g.expires_at'])
    .where('g.expires_at', '>', sql<Date>`now()`)
    .orderBy('g.created_at', 'desc')
    .orderBy('g.id', 'desc')
    .limit(limit);
  if (accountId !== undefined) query = query.where('g.account_id', '=', accountId);
  if (clientId !== undefined) query = query.where('g.client_id', '=', clientId);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(g.created_at, g.id) < (SELECT created_at, id FROM grants WHERE id = ${after})`);
  }
  return query.execute();
}
