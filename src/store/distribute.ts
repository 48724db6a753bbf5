/**
 * Spreads the distributed tables over the workers of a Citus cluster: what `vcauth migrate --distributed` does. Everything that
 * changes the database is one transaction; the rest can be repeated. docs/scale.md has the layout.
 */
import { AppError } from '../errors.ts';
import { newClient } from './connection.ts';
import type { Database, Db, Statement } from './database.ts';
import { distributedTables, distributionSetting } from './distribution.ts';
import { pendingMigrations } from './pending-migrations.ts';
import { migrationTimeouts } from './timeouts.ts';

/** Shards of each distributed table. It can't be changed without moving all rows, so there are enough for later workers. */
const shardCount = 32;

/** Foreign keys across databases, and unique indexes without the distribution column, are what Citus refuses. */
const constraints = `ALTER TABLE authorization_codes DROP CONSTRAINT IF EXISTS authorization_codes_grant_id_fkey;
ALTER TABLE grants DROP CONSTRAINT IF EXISTS grants_account_id_fkey, DROP CONSTRAINT IF EXISTS grants_client_id_fkey,
  DROP CONSTRAINT grants_pkey, DROP CONSTRAINT grants_handle_hash_key;
ALTER TABLE grants ADD PRIMARY KEY (account_id, id), ADD CONSTRAINT grants_handle UNIQUE (account_id, handle_hash);
CREATE INDEX grants_id ON grants (id);
CREATE INDEX grants_handle_hash ON grants (handle_hash);`;

/** What the foreign keys did, and what a function did with locks of several shards. Repeated after each migration. */
const replacements = `CREATE OR REPLACE FUNCTION end_grants(p_ids text[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  ended text[];
BEGIN
  IF cardinality(p_ids) = 0 THEN RETURN 0; END IF;
  WITH gone AS (DELETE FROM grants WHERE id = ANY (p_ids) RETURNING id)
  SELECT coalesce(array_agg(id), '{}') INTO ended FROM gone;
  DELETE FROM artifacts WHERE grant_id = ANY (p_ids);
  DELETE FROM authorization_codes WHERE grant_id = ANY (p_ids);
  PERFORM revoke_token('gid', ended, clock_timestamp() + interval '2 hours');
  RETURN cardinality(ended);
END $$;
CREATE OR REPLACE FUNCTION forget_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'accounts' THEN
    DELETE FROM grants WHERE account_id = OLD.id;
  ELSE
    DELETE FROM grants WHERE client_id = OLD.client_id;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER accounts_forget_grants AFTER DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION forget_grants();
CREATE OR REPLACE TRIGGER clients_forget_grants AFTER DELETE ON clients FOR EACH ROW EXECUTE FUNCTION forget_grants();`;

const clusterStatement: Statement = {
  name: 'distribution-cluster',
  text: `SELECT (SELECT extversion FROM pg_extension WHERE extname = 'citus') AS version`,
};
const workersStatement: Statement = {
  name: 'distribution-workers',
  text: `SELECT count(*)::integer AS workers FROM pg_dist_node WHERE isactive AND shouldhaveshards`,
};
const sizesStatement: Statement = {
  name: 'distribution-sizes',
  text: `SELECT c.relname AS table, nullif(c.reltuples, -1)::float8 AS rows, pg_total_relation_size(c.oid)::float8 AS bytes,
      EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid) AS done
    FROM pg_class c WHERE c.relname = ANY ($1) AND c.relkind = 'r' AND pg_table_is_visible(c.oid)`,
};

interface PlannedDistribution {
  readonly table: string;
  readonly column: string;
  /** As the database estimates them; null if it never counted. Only those on the coordinator. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly done: boolean;
}

export interface DistributionPlan {
  readonly citus: string;
  readonly workers: number;
  readonly shards: number;
  readonly tables: readonly PlannedDistribution[];
}

/**
 * What distribute() would do. Changes nothing.
 * @throws AppError conflict: there is no Citus with workers, or migrations are missing
 */
export async function planDistribution(db: Db): Promise<DistributionPlan> {
  const [cluster] = await db.run<{ version: string | null }>(clusterStatement, []);
  if (!cluster?.version) {
    throw new AppError('conflict', 'This database has no extension “citus”: CREATE EXTENSION citus on each node first');
  }
  const [node] = await db.run<{ workers: number }>(workersStatement, []);
  if (!node?.workers) {
    throw new AppError(
      'conflict',
      'This database knows no worker with shards: SELECT citus_add_node(…) for each first',
    );
  }
  const pending = await pendingMigrations(db);
  if (pending.length > 0) {
    throw new AppError('conflict', `This database lacks ${pending.join(', ')}: run vcauth migrate first`);
  }
  const sizes = await db.run<Omit<PlannedDistribution, 'column'>>(sizesStatement, [Object.keys(distributedTables)]);
  const tables = sizes.map((size) => ({ ...size, column: distributedTables[size.table] as string }));
  return { citus: cluster.version, workers: node.workers, shards: shardCount, tables };
}

/**
 * Distributes the tables, in one transaction, and returns the names of those that were not yet. No server may run meanwhile: it
 * would wait, and give up. What is done already is not done again, except for functions, which migrations may have replaced.
 * @throws AppError conflict, as planDistribution() does
 */
export async function distribute(db: Database): Promise<{ distributed: string[] }> {
  const { tables } = await planDistribution(db);
  const left = tables.filter(({ done }) => !done);
  const client = newClient(db.url, { application_name: 'vibecaas-auth migrate' }, migrationTimeouts);
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0; BEGIN');
    if (left.length > 0) await client.query(constraints);
    // Before the tables: Citus makes functions known to all nodes on connections that it then uses one by one.
    await client.query(replacements);
    await client.query(`SET LOCAL citus.shard_count = ${shardCount}`);
    for (const { table, column } of left)
      await client.query('SELECT create_distributed_table($1, $2)', [table, column]);
    await client.query(
      `INSERT INTO settings (name, value) VALUES ('${distributionSetting}', 'account_id') ON CONFLICT (name) DO NOTHING`,
    );
    await client.query('COMMIT');
    // The rows that were copied. Interrupted, it is done by the next call.
    for (const { table } of tables)
      await client.query('SELECT truncate_local_data_after_distributing_table($1)', [table]);
  } finally {
    await client.end();
  }
  return { distributed: left.map(({ table }) => table) };
}
