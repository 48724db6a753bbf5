/** Deletes grants that have expired, on one database or several. */
import type { Db, Statement } from './database.ts';
import { isDistributed } from './distribution.ts';

const purgeStatement: Statement = {
  name: 'grants-purge',
  text: `DELETE FROM grants WHERE id IN (
      SELECT id FROM grants WHERE expires_on <= now()::date AND expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** On several databases, rows can't be locked by a search. */
const purgeDistributedStatement: Statement = {
  name: 'grants-purge-distributed',
  text: `WITH due AS MATERIALIZED (
      SELECT id FROM grants WHERE expires_on <= now()::date AND expires_at < now() LIMIT $1)
    DELETE FROM grants g USING due WHERE g.id = due.id AND g.expires_at < now() RETURNING 1`,
};

/** Deletes up to `limit` expired grants and returns their number. */
export async function purgeGrants(db: Db, limit: number): Promise<number> {
  const statement = (await isDistributed(db)) ? purgeDistributedStatement : purgeStatement;
  return (await db.run(statement, [limit])).length;
}
