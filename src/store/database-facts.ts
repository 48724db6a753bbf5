/** What an operator should know about the database and the role that connects to it. */
import type { Db } from './database.ts';

export interface DatabaseFacts {
  readonly version: string;
  /** As the role or the database has it, whatever this connection has set. */
  readonly isolation: string;
  readonly read_only: string;
  readonly max_connections: number;
  readonly now: Date;
}

/** What a role has in this database is before what it has everywhere, and that is before what the database has. */
const facts = {
  name: 'database-facts',
  text: `SELECT current_setting('server_version') AS version, current_setting('transaction_read_only') AS read_only,
    current_setting('max_connections')::integer AS max_connections, clock_timestamp() AS now,
    coalesce((SELECT split_part(one, '=', 2) FROM pg_db_role_setting s, unnest(s.setconfig) AS one
      WHERE split_part(one, '=', 1) = 'default_transaction_isolation'
        AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user))
      ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1), 'read committed') AS isolation`,
};

export async function readDatabaseFacts(db: Db): Promise<DatabaseFacts> {
  const [row] = await db.run<DatabaseFacts>(facts, []);
  if (!row) throw new Error('The database told nothing about itself');
  return row;
}

const unreadable = {
  name: 'database-unreadable-tables',
  text: `SELECT c.relname::text AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ANY (current_schemas(false)))
      AND NOT has_table_privilege(c.oid, 'SELECT') ORDER BY name`,
};

/** Names the tables that the role may not read. */
export async function tablesWithoutRights(db: Db): Promise<string[]> {
  return (await db.run<{ name: string }>(unreadable, [])).map(({ name }) => name);
}
