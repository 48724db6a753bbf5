/** What tables and indexes take, and what statements read. */
import type pg from 'pg';

export interface Size {
  readonly rows: number;
  readonly dead: number;
  /** Bytes of the table; `indexes` are those of all its indexes. */
  readonly heap: number;
  readonly indexes: number;
}

/** Every table of the server, by name. A new one is among them. */
export async function measureTables(admin: pg.Client): Promise<ReadonlyMap<string, Size>> {
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows: tables } = await admin.query<Size & { name: string }>(
    `SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name, s.n_dead_tup::integer AS dead,
        (pg_table_size(c.oid))::float8 AS heap, pg_indexes_size(c.oid)::float8 AS indexes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_stat_all_tables s ON s.relid = c.oid
      WHERE c.relkind = 'r' AND n.nspname IN ('public', 'vcauth_queue') ORDER BY 1`,
  );
  const sizes = new Map<string, Size>();
  for (const { name, ...size } of tables) {
    const counted = await admin.query<{ rows: number }>(`SELECT count(*)::integer AS rows FROM ${name}`);
    // The queue's statistics have a table for each day.
    const kind = name.replace(/_\d{8}$/, '_(day)');
    const others = sizes.get(kind);
    sizes.set(kind, {
      rows: (counted.rows[0]?.rows ?? 0) + (others?.rows ?? 0),
      dead: size.dead + (others?.dead ?? 0),
      heap: size.heap + (others?.heap ?? 0),
      indexes: size.indexes + (others?.indexes ?? 0),
    });
  }
  return sizes;
}

/**
 * Vacuums the tables that autovacuum would have vacuumed by now: by its rule, with the settings of each table. It has no time to do so
 * itself while a day takes a second.
 */
export async function vacuumAsAutovacuum(admin: pg.Client): Promise<void> {
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await admin.query<{ name: string }>(
    `SELECT s.relid::regclass::text AS name FROM pg_stat_all_tables s JOIN pg_class c ON c.oid = s.relid
      LEFT JOIN LATERAL (SELECT option_value::float8 AS factor FROM pg_options_to_table(c.reloptions)
        WHERE option_name = 'autovacuum_vacuum_scale_factor') o ON true
      WHERE s.schemaname IN ('public', 'vcauth_queue')
        AND s.n_dead_tup > 50 + coalesce(o.factor, 0.2) * greatest(c.reltuples, 0)`,
  );
  for (const { name } of rows) await admin.query(`VACUUM (ANALYZE) ${name}`);
}

/** Pages that the database has read so far, from memory or disk, for everybody; and when. Backends tell after ten seconds at most. */
async function pagesRead(admin: pg.Client): Promise<{ pages: number; atMs: number }> {
  await new Promise((resolve) => setTimeout(resolve, 10_500));
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await admin.query<{ pages: number }>(
    'SELECT (blks_hit + blks_read)::float8 AS pages FROM pg_stat_database WHERE datname = current_database()',
  );
  return { pages: rows[0]?.pages ?? 0, atMs: performance.now() };
}

/** How often each number is read. The lowest counts: now and then the upkeep of a minute or autovacuum reads pages too. */
const takes = 3;

/** Returns what measures how many pages a piece of work reads, without what a server reads that has nothing to do. */
export async function pageMeter(admin: pg.Client) {
  let last = await pagesRead(admin);
  const since = async () => {
    const before = last;
    last = await pagesRead(admin);
    return { pages: last.pages - before.pages, ms: last.atMs - before.atMs };
  };
  // The first pause also has what came before.
  await since();
  let idlePerMs = Number.POSITIVE_INFINITY;
  for (let n = 0; n < takes; n += 1) {
    const { pages, ms } = await since();
    idlePerMs = Math.min(idlePerMs, pages / ms);
  }
  return async (rounds: number, work: () => Promise<unknown>): Promise<number> => {
    const readings: number[] = [];
    for (let take = 0; take < takes; take += 1) {
      for (let n = 0; n < rounds; n += 1) await work();
      const { pages, ms } = await since();
      readings.push((pages - idlePerMs * ms) / rounds);
    }
    return Math.round(Math.min(...readings));
  };
}
