/** Imports of accounts: how far each file is, and the accounts that came with it. */
import { sql } from './builder.ts';
import type { Db, Statement } from './database.ts';
import type { Role } from './schema.ts';

export interface AccountImport {
  readonly id: string;
  readonly file_name: string;
  readonly lines_done: number;
  readonly imported: number;
  readonly left_out: Readonly<Record<string, number>>;
  readonly report_bytes: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

/** The column with the id that an account had elsewhere, for a query of the builder in which `accounts` has this alias. */
export const externalIdOf = (alias: string) => () =>
  sql<string | null>`(SELECT x.external_id FROM imported_accounts x WHERE x.account_id = ${sql.ref(`${alias}.id`)})`.as(
    'external_id',
  );

const columns = `id, file_name, lines_done::float8 AS lines_done, imported::float8 AS imported, left_out,
  report_bytes::float8 AS report_bytes, started_at, finished_at`;

const beginStatement: Statement = {
  name: 'account-import-begin',
  text: `INSERT INTO account_imports AS i (file_hash, file_name, started_by) VALUES ($1, $2, $3)
    ON CONFLICT (file_hash) DO UPDATE SET file_name = excluded.file_name RETURNING ${columns}`,
};

/** Returns the import of the file with this SHA-256; it is new if nobody has begun it. */
export async function beginImport(
  db: Db,
  { fileHash, fileName, startedBy }: { fileHash: Buffer; fileName: string; startedBy: string },
): Promise<AccountImport> {
  const [row] = await db.run<AccountImport>(beginStatement, [fileHash, fileName, startedBy]);
  return row as AccountImport;
}

const findStatement: Statement = {
  name: 'account-import-find',
  text: `SELECT ${columns} FROM account_imports WHERE file_hash = $1`,
};

export async function findImport(db: Db, fileHash: Buffer): Promise<AccountImport | undefined> {
  const [row] = await db.run<AccountImport>(findStatement, [fileHash]);
  return row;
}

const lockStatement: Statement = {
  name: 'account-import-lock',
  // The second lock lets one batch of all files through at a time, so that two files cannot bring the same external id.
  text: `SELECT lines_done::float8 AS lines_done, pg_advisory_xact_lock(7238) FROM account_imports WHERE id = $1 FOR UPDATE`,
};

/** Locks the import until the transaction ends, and returns how far it is. */
export async function lockImport(trx: Db, id: string): Promise<number> {
  const [row] = await trx.run<{ lines_done: number }>(lockStatement, [id]);
  return row?.lines_done ?? 0;
}

const moveStatement: Statement = {
  name: 'account-import-move',
  text: `UPDATE account_imports SET lines_done = $2, imported = $3, left_out = $4, report_bytes = $5 WHERE id = $1`,
};

/** Stores how far the import is. Call it under `lockImport`. */
export async function moveImport(
  trx: Db,
  id: string,
  to: Pick<AccountImport, 'lines_done' | 'imported' | 'left_out' | 'report_bytes'>,
): Promise<void> {
  const { lines_done, imported, left_out, report_bytes } = to;
  await trx.run(moveStatement, [id, lines_done, imported, JSON.stringify(left_out), report_bytes]);
}

const finishStatement: Statement = {
  name: 'account-import-finish',
  text: 'UPDATE account_imports SET finished_at = clock_timestamp() WHERE id = $1 AND finished_at IS NULL',
};

export async function finishImport(db: Db, id: string): Promise<void> {
  await db.run(finishStatement, [id]);
}

/** An account to insert, with its place in the file. */
export interface NewImportedAccount {
  readonly line: number;
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password_hash: string | null;
  readonly decoy_hash: string | null;
  readonly role: Role;
  readonly tier: string;
  readonly status: string;
  readonly email_verified: boolean;
  readonly locale: string | null;
  readonly created_at: Date | null;
  readonly external_id: string | null;
}

/** An account that was not inserted. */
export interface TakenLine {
  readonly line: number;
  readonly reason: 'address' | 'external_id';
  /** The line of the same file that brought the account with this address. */
  readonly same_as: number | null;
}

/** The types of the columns, in the order of `lines` below. */
const lineTypes = {
  line: 'bigint',
  id: 'text',
  email: 'text',
  name: 'text',
  password_hash: 'text',
  decoy_hash: 'text',
  role: 'text',
  tier: 'text',
  status: 'text',
  email_verified: 'boolean',
  locale: 'text',
  created_at: 'timestamptz',
  external_id: 'text',
} as const satisfies Record<keyof NewImportedAccount, string>;
const lineColumns = Object.keys(lineTypes) as (keyof NewImportedAccount)[];

const lines = `lines AS (
      SELECT ${lineColumns} FROM unnest(${Object.values(lineTypes).map((type, index) => `$${index + 2}::${type}[]`)})
        AS l (${lineColumns}))`;

/** Says why a line cannot be inserted, for each that cannot. */
const taken = (from: string) => `SELECT l.line::float8 AS line,
      CASE WHEN x.account_id IS NULL THEN 'address' ELSE 'external_id' END AS reason, s.line::float8 AS same_as
    FROM ${from} l
    LEFT JOIN imported_accounts x ON x.external_id = l.external_id
    LEFT JOIN accounts a ON a.email = l.email
    LEFT JOIN imported_accounts s ON s.account_id = a.id AND s.import_id = $1::bigint`;

const insertStatement: Statement = {
  name: 'account-import-insert',
  text: `WITH ${lines},
    made AS (
      INSERT INTO accounts
        (id, email, name, password_hash, role, tier, status, locale, email_verified_at, created_at)
      SELECT id, email, name, password_hash, role, tier, status, locale,
        CASE WHEN email_verified THEN clock_timestamp() END, coalesce(created_at, clock_timestamp()) FROM lines l
        WHERE NOT EXISTS (SELECT FROM imported_accounts x WHERE x.external_id = l.external_id)
        ORDER BY line
      ON CONFLICT (email) DO NOTHING RETURNING id),
    noted AS (
      INSERT INTO imported_accounts (account_id, import_id, line, external_id, decoy_hash)
      SELECT id, $1::bigint, line, external_id, decoy_hash FROM lines JOIN made USING (id))
    ${taken('lines')} WHERE NOT EXISTS (SELECT FROM made WHERE made.id = l.id)`,
};

const checkStatement: Statement = {
  name: 'account-import-check',
  text: `WITH ${lines} ${taken('lines')} WHERE x.account_id IS NOT NULL OR a.id IS NOT NULL`,
};

const values = (importId: string | null, accounts: readonly NewImportedAccount[]) => [
  importId,
  ...lineColumns.map((column) => accounts.map((account) => account[column])),
];

/** Inserts the accounts whose address and external id are free, and returns the others. Call it under `lockImport`. */
export async function insertImported(
  trx: Db,
  importId: string,
  accounts: readonly NewImportedAccount[],
): Promise<TakenLine[]> {
  return trx.run<TakenLine>(insertStatement, values(importId, accounts));
}

/** Returns the accounts that could not be inserted, and changes nothing. */
export async function checkImported(
  db: Db,
  importId: string | undefined,
  accounts: readonly NewImportedAccount[],
): Promise<TakenLine[]> {
  return db.run<TakenLine>(checkStatement, values(importId ?? null, accounts));
}
