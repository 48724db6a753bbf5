/** Token families as admins and tools see them. */
import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface GrantSummary {
  readonly id: string;
  readonly account_id: string;
  readonly client_id: string;
  readonly created_at: Date;
  /** The last refresh; null before the first. */
  readonly rotated_at: Date | null;
  /** Null for a family without refresh token. */
  readonly refresh_expires_at: Date | null;
  readonly expires_at: Date;
}

/** The living ones, the newest first; `after` is the id of the last one seen. */
export async function listGrants(
  db: Db,
  { accountId, clientId, limit, after }: { accountId?: string; clientId?: string; limit: number; after?: string },
): Promise<GrantSummary[]> {
  let query = db.builder
    .selectFrom('grants')
    .select(['id', 'account_id', 'client_id', 'created_at', 'rotated_at', 'refresh_expires_at', 'expires_at'])
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (clientId !== undefined) query = query.where('client_id', '=', clientId);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(created_at, id) < (SELECT created_at, id FROM grants WHERE id = ${after})`);
  }
  return query.execute();
}
