/** Counts rows up to a bound, since nobody pages through longer lists and a full count is slow. */
import type { SelectQueryBuilder } from 'kysely';
import { sql } from './builder.ts';
import type { Db } from './database.ts';

/** Counting stops at this number. */
export const maxCounted = 10_000;

/** Counts the rows of `query`, up to `maxCounted`. */
export async function countUpTo<DB, TB extends keyof DB, O>(
  db: Db,
  query: SelectQueryBuilder<DB, TB, O>,
): Promise<number> {
  const bounded = query.select(sql<number>`1`.as('one')).limit(sql.lit(maxCounted));
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM (${bounded}) counted`.execute(db.builder);
  return rows[0]?.n ?? 0;
}
