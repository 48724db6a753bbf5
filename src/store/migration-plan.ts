/**
 * What a migration locks, read from its SQL. It knows the kinds of statements that migrations/ has; a test compares it with the locks that
 * PostgreSQL takes for each file.
 */
import type { Db, Statement } from './database.ts';
import { landed } from './migrate.ts';
import { type Migration, readMigrations, statementsOf } from './migration-files.ts';
import { pendingMigrations } from './pending-migrations.ts';
import { queueMigration } from './queue-names.ts';

/** PostgreSQL's names of the locks that stop somebody, the weakest first. */
const modes = ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'] as const;
export type LockMode = (typeof modes)[number];

export interface TableLock {
  readonly table: string;
  readonly mode: LockMode;
}

export interface PlannedTable extends TableLock {
  /** As the database estimates them; null if it never counted. */
  readonly rows: number | null;
  readonly bytes: number;
}

export interface PlannedMigration {
  readonly name: string;
  /** Whether it runs in one transaction, or statement by statement beside writers. */
  readonly how: 'transaction' | 'beside_writers';
  readonly locks: readonly PlannedTable[];
}

const name = '(?:IF (?:NOT )?EXISTS )?(?:ONLY )?"?(\\w+)"?';
/** The first that fits counts. */
const kinds: readonly [form: RegExp, mode: LockMode][] = [
  [
    new RegExp(`^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?\\w+ ON ${name}`, 'i'),
    'SHARE UPDATE EXCLUSIVE',
  ],
  [new RegExp(`^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\\w+ ON ${name}`, 'i'), 'SHARE'],
  [new RegExp(`^ALTER TABLE ${name} VALIDATE CONSTRAINT`, 'i'), 'SHARE UPDATE EXCLUSIVE'],
  [new RegExp(`^ALTER TABLE ${name} SET \\(`, 'i'), 'SHARE UPDATE EXCLUSIVE'],
  [new RegExp(`^(?:ALTER|DROP) TABLE ${name}`, 'i'), 'ACCESS EXCLUSIVE'],
  [new RegExp(`^DROP TRIGGER (?:IF EXISTS )?\\w+ ON ${name}`, 'i'), 'ACCESS EXCLUSIVE'],
  [/^CREATE (?:CONSTRAINT |OR REPLACE )?TRIGGER [\s\S]*? ON "?(\w+)"?/i, 'SHARE ROW EXCLUSIVE'],
  [new RegExp(`^(?:UPDATE|INSERT INTO|DELETE FROM) ${name}`, 'i'), 'ROW EXCLUSIVE'],
];

/**
 * Returns the strongest lock of each table that exists before the file, except for what the SQL does not name: the table of an index, or of a
 * foreign key, that is dropped.
 */
export function locksOf(sql: string): TableLock[] {
  const plain = sql.replace(/--.*$/gm, '').replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''");
  const made = new Set<string>();
  const found = new Map<string, LockMode>();
  const note = (table: string, mode: LockMode) => {
    const before = found.get(table);
    const isStronger = before === undefined || modes.indexOf(mode) > modes.indexOf(before);
    if (!made.has(table) && isStronger) found.set(table, mode);
  };
  for (const statement of plain.split(';').map((text) => text.trim())) {
    const [, created] = /^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(statement) ?? [];
    if (created) made.add(created);
    for (const [, referred] of statement.matchAll(/\bREFERENCES (\w+)/gi)) {
      if (referred && /^(?:CREATE|ALTER) (?:UNLOGGED )?TABLE/i.test(statement)) note(referred, 'SHARE ROW EXCLUSIVE');
    }
    const kind = kinds.find(([form]) => form.test(statement));
    const [, table] = kind?.[0].exec(statement) ?? [];
    if (kind && table) note(table, kind[1]);
  }
  return Array.from(found, ([table, mode]) => ({ table, mode }));
}

const sizesStatement: Statement = {
  name: 'migration-plan-sizes',
  text: `SELECT c.relname AS table, nullif(c.reltuples, -1)::float8 AS rows, pg_total_relation_size(c.oid)::float8 AS bytes
    FROM pg_class c WHERE c.relkind = 'r' AND c.relname = ANY ($1) AND pg_table_is_visible(c.oid)`,
};

/** What migrate() would do to this database. Changes nothing. @throws AppError conflict, as migrate() does */
export async function planMigrations(db: Db): Promise<PlannedMigration[]> {
  const pending = await pendingMigrations(db);
  const files = (await readMigrations(landed)).filter((file) => pending.includes(file.name));
  const locks = files.map((file) => locksOf(file.sql));
  const tables = locks.flat().map(({ table }) => table);
  const sizes = await db.run<{ table: string; rows: number | null; bytes: number }>(sizesStatement, [tables]);
  // The library migrates its own tables, in one transaction.
  const queues = pending.includes(queueMigration)
    ? [{ name: queueMigration, how: 'transaction' as const, locks: [] }]
    : [];
  const steps = files.map((file, index) => ({
    name: file.name,
    how: howOf(file),
    // A table that an earlier one of these files makes is empty.
    locks: (locks[index] ?? []).flatMap((lock) => {
      const size = sizes.find(({ table }) => table === lock.table);
      return size ? [{ ...lock, rows: size.rows, bytes: size.bytes }] : [];
    }),
  }));
  return [...steps, ...queues];
}

const howOf = (file: Migration): PlannedMigration['how'] => (statementsOf(file) ? 'beside_writers' : 'transaction');
