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

const lacking = {
  name: 'database-lacking-rights',
  text: `SELECT c.relname::text AS name, CASE
        WHEN c.relkind = 'S' THEN CASE WHEN NOT has_sequence_privilege(c.oid, 'USAGE') THEN 'USAGE' END
        WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT'
        WHEN c.relname NOT IN ('schema_migrations', 'audit_anchor') AND NOT has_table_privilege(c.oid, 'INSERT') THEN 'INSERT'
        WHEN c.relname NOT IN ('schema_migrations', 'audit_events', 'audit_seals', 'audit_anchor')
          AND NOT (has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) THEN 'UPDATE and DELETE'
      END AS privilege
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname IN (current_schema(), 'vcauth_queue')
    ORDER BY name`,
};

/** What the role lacks of the rights that a server needs. */
export interface LackingRight {
  readonly name: string;
  readonly privilege: 'SELECT' | 'INSERT' | 'UPDATE and DELETE' | 'USAGE';
}

export async function lackingRights(db: Db): Promise<LackingRight[]> {
  const rows = await db.run<LackingRight | { name: string; privilege: null }>(lacking, []);
  return rows.filter((row): row is LackingRight => row.privilege !== null);
}

const role = {
  name: 'database-role',
  text: `SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreatedb AS creates_databases, r.rolcreaterole AS creates_roles,
      r.rolreplication AS replicates, r.rolbypassrls AS bypasses,
      has_schema_privilege(current_schema(), 'CREATE') AS creates, has_database_privilege(current_database(), 'CREATE') AS creates_schemas,
      NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT pg_has_role(c.relowner, 'USAGE')) AS owns,
      coalesce((SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'vcauth_queue'), true) AS uses_queue
    FROM pg_roles r WHERE r.rolname = current_user`,
};

/** The role that connects, and what it may do beyond single tables. */
export interface RoleFacts {
  readonly name: string;
  readonly superuser: boolean;
  readonly creates_databases: boolean;
  readonly creates_roles: boolean;
  readonly replicates: boolean;
  /** Whether it passes row security. */
  readonly bypasses: boolean;
  /** Whether it may create tables where those of the server are. */
  readonly creates: boolean;
  readonly creates_schemas: boolean;
  /** Whether it may change every table that is there. */
  readonly owns: boolean;
  readonly uses_queue: boolean;
}

export async function readRoleFacts(db: Db): Promise<RoleFacts> {
  const [row] = await db.run<RoleFacts>(role, []);
  if (!row) throw new Error('The database told nothing about the role');
  return row;
}
