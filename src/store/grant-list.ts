/** Lists live grants for admins. It is apart from `grants.ts`, which is on the path of every token. */
import { sql } from './builder.ts';
import type { Db } from './database.ts';

export interface ListedGrant {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly client_id: string;
  /** The granted scopes of all resources, space-delimited. */
  readonly scope: string;
  readonly created_at: Date;
  /** When its refresh token was last rotated. */
  readonly refreshed_at: Date | null;
  readonly expires_at: Date;
  /** The end that the person chose; null: when they disconnect the app. */
  readonly ends_at: Date | null;
}

export interface GrantPage {
  readonly limit: number;
  /** The id of the last grant of the previous page. */
  readonly after?: string;
  readonly accountId?: string;
  readonly clientId?: string;
}

/** The engine stores identity scopes under `openid` and API scopes under their resource; some scopes are in both. */
export const scopeColumn = () => sql<string>`(SELECT coalesce(string_agg(DISTINCT word, ' '), '')
  FROM (SELECT g.payload #>> '{openid,scope}' AS words UNION ALL SELECT value FROM jsonb_each_text(g.payload -> 'resources')) s,
    unnest(string_to_array(s.words, ' ')) word)`;

/** Lists grants, newest first. */
export async function listGrants(db: Db, { limit, after, accountId, clientId }: GrantPage): Promise<ListedGrant[]> {
  let query = db.builder
    .selectFrom('grants as g')
    .innerJoin('accounts as a', 'a.id', 'g.account_id')
    .select(['g.id', 'g.account_id', 'a.email', 'g.client_id', scopeColumn().as('scope'), 'g.created_at'])
    .select(['g.rotated_at as refreshed_at', 'g.expires_at', 'g.ends_at'])
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
