/** Statistics of clients by day (UTC), and the time of their last use. All nodes add to the same rows. */
import type { Db, Statement } from './database.ts';

export interface NewCount {
  readonly clientId: string;
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** A grant type, `error`, `stranger`, or `theft` for refresh token reuse. */
  readonly what: string;
  readonly count: number;
}

/** Days for which statistics are kept. */
export const statisticsDays = 30;

// Counts of deleted clients are dropped. FOR KEY SHARE waits for a concurrent deletion, after which the foreign key would
// fail. Rows are locked in the order of the key, so that two nodes never wait for each other.
const addStatement: Statement = {
  name: 'figures-add',
  text: `WITH known AS (
      SELECT g.client_id, g.day, g.what, g.count FROM unnest($1::text[], $2::date[], $3::text[], $4::bigint[]) AS g (client_id, day, what, count)
      JOIN clients c ON c.client_id = g.client_id
      ORDER BY g.client_id, g.day, g.what FOR KEY SHARE OF c)
    INSERT INTO client_figures AS f (client_id, day, what, count) SELECT client_id, day, what, count FROM known
    ON CONFLICT (client_id, day, what) DO UPDATE SET count = f.count + excluded.count`,
};
const addDailyStatement: Statement = {
  name: 'figures-add-daily',
  text: `INSERT INTO daily_figures AS f (day, what, count)
    SELECT g.day, g.what, sum(g.count) FROM unnest($1::date[], $2::text[], $3::bigint[]) AS g (day, what, count)
    GROUP BY g.day, g.what ORDER BY g.day, g.what
    ON CONFLICT (day, what) DO UPDATE SET count = f.count + excluded.count`,
};

/** Adds counts; each key may occur once. Call it in a transaction, so that both tables change or neither. */
export async function addStatistics(trx: Db, added: readonly NewCount[]): Promise<void> {
  const [days, whats, counts] = [
    added.map(({ day }) => day),
    added.map(({ what }) => what),
    added.map(({ count }) => count),
  ];
  await trx.run(addStatement, [added.map(({ clientId }) => clientId), days, whats, counts]);
  await trx.run(addDailyStatement, [days, whats, counts]);
}

const useStatement: Statement = {
  name: 'client-uses',
  text: `WITH known AS (
      SELECT g.client_id, g.at FROM unnest($1::text[], $2::timestamptz[]) AS g (client_id, at)
      JOIN clients c ON c.client_id = g.client_id ORDER BY g.client_id FOR KEY SHARE OF c)
    INSERT INTO client_uses AS u (client_id, last_used_at) SELECT client_id, at FROM known
    ON CONFLICT (client_id) DO UPDATE SET last_used_at = greatest(u.last_used_at, excluded.last_used_at)`,
};

/** Updates the time of the last use of clients; it never moves backwards. */
export async function noteClientsUsed(trx: Db, uses: ReadonlyMap<string, Date>): Promise<void> {
  await trx.run(useStatement, [[...uses.keys()], [...uses.values()]]);
}

export interface DailyCount {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  readonly what: string;
  readonly count: number;
}

const columns = `to_char(day, 'YYYY-MM-DD') AS day, what, count::float8 AS count`;
const since = `day > (now() AT TIME ZONE 'UTC')::date - ${statisticsDays}`;
const ofClientStatement: Statement = {
  name: 'figures-of-client',
  text: `SELECT ${columns} FROM client_figures WHERE client_id = $1 AND ${since}`,
};
const dailyStatement: Statement = {
  name: 'figures-daily',
  text: `SELECT ${columns} FROM daily_figures WHERE ${since}`,
};

/** Lists counts of the last `statisticsDays` days including today, of one client or of all. Days without events have no row. */
export async function listDailyStatistics(db: Db, clientId?: string): Promise<DailyCount[]> {
  return clientId === undefined
    ? db.run<DailyCount>(dailyStatement, [])
    : db.run<DailyCount>(ofClientStatement, [clientId]);
}

const lastUseStatement: Statement = {
  name: 'client-last-use',
  text: 'SELECT last_used_at FROM client_uses WHERE client_id = $1',
};

/** Returns the time of the client's last successful request; undefined if no request has succeeded. */
export async function findLastUse(db: Db, clientId: string): Promise<Date | undefined> {
  const [row] = await db.run<{ last_used_at: Date }>(lastUseStatement, [clientId]);
  return row?.last_used_at;
}

/** One day more than is shown, so that a day that is being purged is never displayed in part. */
const old = `day <= (now() AT TIME ZONE 'UTC')::date - ${statisticsDays + 1}`;
const purgeStatement: Statement = {
  name: 'figures-purge',
  text: `DELETE FROM client_figures WHERE ctid = ANY (ARRAY(SELECT ctid FROM client_figures WHERE ${old} LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};
const purgeDailyStatement: Statement = {
  name: 'figures-daily-purge',
  text: `DELETE FROM daily_figures WHERE ctid = ANY (ARRAY(SELECT ctid FROM daily_figures WHERE ${old} LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};

/** Deletes up to `limit` counts that are too old and returns their number. */
export async function purgeClientStatistics(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

export async function purgeDailyStatistics(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeDailyStatement, [limit])).length;
}
