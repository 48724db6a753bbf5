/** Accounts are the resource owners. Their addresses are lower case and unique. */
import type { Selectable } from 'kysely';
import { AppError } from '../errors.ts';
import type { Factors } from '../policy/second-step.ts';
import type { Tier } from '../policy/tiers.ts';
import { externalIdOf } from './account-imports.ts';
import type { Db, Statement } from './database.ts';
import { insertInteractionSql, type OwnedInteraction } from './interactions.ts';
import { newParameters } from './parameters.ts';
import type { Role, Schema } from './schema.ts';
import { factorsOf } from './second-step.ts';
import { type SignInSource, signedInName, signedInSql } from './sign-in-event.ts';

const uniqueViolation = '23505';

export type Account = Omit<Selectable<Schema['accounts']>, 'password_hash' | 'locale'> & {
  /** The id in the system that it was imported from. */
  readonly external_id: string | null;
};

const columns = [
  'id',
  'email',
  'name',
  'role',
  'tier',
  'status',
  'password_change_required',
  'sessions_valid_from',
  'email_verified_at',
  'created_at',
  externalIdOf('accounts'),
] as const;

export async function findAccount(db: Db, id: string): Promise<Account | undefined> {
  return db.builder.selectFrom('accounts').select(columns).where('id', '=', id).executeTakeFirst();
}

export async function findAccountByEmail(db: Db, email: string): Promise<Account | undefined> {
  return db.builder.selectFrom('accounts').select(columns).where('email', '=', email.toLowerCase()).executeTakeFirst();
}

/** Whether a statement failed because the account that it was about was deleted meanwhile. */
export function isDeletedMeanwhile(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23503' && typeof constraint === 'string' && constraint.endsWith('_account_id_fkey');
}

/** Returns the account with this id or address. @throws AppError not_found */
export async function getAccount(db: Db, idOrEmail: string): Promise<Account> {
  const account = idOrEmail.includes('@') ? await findAccountByEmail(db, idOrEmail) : await findAccount(db, idOrEmail);
  if (!account) throw new AppError('not_found', `There is no account ${idOrEmail}`);
  return account;
}

export interface NewAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Null if its way in is another one. */
  readonly password_hash: string | null;
  readonly role?: Role | undefined;
  readonly tier?: Tier | undefined;
  readonly email_verified_at?: Date | undefined;
}

/** Returns undefined if the address is taken. */
export async function insertAccountIfFree(db: Db, account: NewAccount): Promise<Account | undefined> {
  return db.builder
    .insertInto('accounts')
    .values(account)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(columns)
    .executeTakeFirst();
}

/** @throws AppError conflict if the address is taken */
export async function insertAccount(db: Db, account: NewAccount): Promise<Account> {
  const row = await insertAccountIfFree(db, account);
  if (!row) throw new AppError('conflict', `An account with the address ${account.email} already exists`);
  return row;
}

const lockStatement: Statement = { name: 'account-lock', text: 'SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE' };

/** Locks the account until the transaction ends. Authorizations and sign-ins of the account wait, and then see the change. */
export async function lockAccount(trx: Db, id: string): Promise<void> {
  if ((await trx.run(lockStatement, [id])).length === 0) throw new AppError('not_found', `There is no account ${id}`);
}

const endSignInsStatement: Statement = {
  name: 'account-end-sign-ins',
  text: `WITH moved AS (UPDATE accounts SET sessions_valid_from = clock_timestamp() WHERE id = $1 RETURNING id)
    DELETE FROM sessions WHERE account_id IN (SELECT id FROM moved)`,
};

/** Ends every session of the account and invalidates earlier sign-ins. Call it under `lockAccount`. */
export async function endSignIns(trx: Db, id: string): Promise<void> {
  await trx.run(endSignInsStatement, [id]);
}

// It reads the account for the reason of `grants-end-of`.
const endFamiliesStatement: Statement = {
  name: 'account-end-grants',
  text: 'SELECT end_grants(ARRAY(SELECT id FROM grants WHERE account_id = $1)) AS ended FROM accounts WHERE id = $1',
};

/** Ends every token family of the account and returns their number. Call it under `lockAccount`, so that none is added meanwhile. */
export async function endGrantsOfAccount(trx: Db, id: string): Promise<number> {
  const [row] = await trx.run<{ ended: number }>(endFamiliesStatement, [id]);
  return row?.ended ?? 0;
}

const lockAdminsStatement: Statement = {
  name: 'account-lock-admins',
  text: `SELECT id FROM accounts WHERE role = 'admin' AND status = 'active' ORDER BY id FOR UPDATE`,
};

/**
 * Locks every active admin, in one order, and returns their ids. So two admins who delete themselves, or one another, wait
 * for each other, and the second one sees that the first is gone.
 */
export async function lockAdmins(trx: Db): Promise<string[]> {
  return (await trx.run<{ id: string }>(lockAdminsStatement, [])).map(({ id }) => id);
}

const otherAdminStatement: Statement = {
  name: 'account-other-admin',
  text: `SELECT 1 FROM accounts WHERE role = 'admin' AND status = 'active' AND id <> $1 LIMIT 1`,
};

/** Reports whether an active admin exists, other than `exceptId`. */
export async function hasAdmin(db: Db, exceptId = ''): Promise<boolean> {
  return (await db.run(otherAdminStatement, [exceptId])).length > 0;
}

const removeStatement: Statement = { name: 'account-remove', text: 'DELETE FROM accounts WHERE id = $1' };

/** Deletes the account and what only it has: consents, grants, sessions, interactions. Call it under `lockAccount`. */
export async function removeAccount(trx: Db, id: string): Promise<void> {
  await trx.run(removeStatement, [id]);
}

export async function updateAccount(
  trx: Db,
  id: string,
  changes: {
    name?: string;
    status?: 'active' | 'suspended';
    password_hash?: string | null;
    password_change_required?: boolean;
    role?: Role;
    tier?: Tier;
    email?: string;
    email_verified_at?: Date | null;
  },
): Promise<void> {
  await trx.builder.updateTable('accounts').set(changes).where('id', '=', id).execute();
}

/** Gives the account another address, which somebody has just confirmed. @throws AppError conflict if it is taken */
export async function moveAccount(trx: Db, id: string, email: string): Promise<void> {
  try {
    await updateAccount(trx, id, { email, email_verified_at: new Date() });
  } catch (error) {
    if ((error as { code?: string }).code !== uniqueViolation) throw error;
    throw new AppError('conflict', 'Another account has this address');
  }
}

/** Reports whether the account still has this password hash. Call it under `lockAccount`. */
export async function hasPasswordHash(trx: Db, id: string, hash: string): Promise<boolean> {
  const query = trx.builder.selectFrom('accounts').select('id').where('id', '=', id).where('password_hash', '=', hash);
  return (await query.executeTakeFirst()) !== undefined;
}

const findForSignInStatement: Statement = {
  name: 'account-for-sign-in',
  batch: 'read',
  text: `SELECT a.id, a.email, a.name, a.tier, a.password_hash, a.password_change_required, ${factorsOf('a')} AS factors
    FROM accounts a WHERE a.email = $1 AND a.status = 'active' AND a.password_hash IS NOT NULL`,
};

export interface SignInAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly tier: string;
  readonly password_hash: string;
  readonly password_change_required: boolean;
  /** What it has for a second step. */
  readonly factors: Factors;
}

/** Returns the account if it is active and has a password. */
export async function findAccountForSignIn(db: Db, email: string): Promise<SignInAccount | undefined> {
  const [row] = await db.run<SignInAccount>(findForSignInStatement, [email]);
  return row;
}

const confirmed = `SELECT clock_timestamp() AS verified_at FROM accounts
      WHERE id = $1 AND password_hash = $2 AND status = 'active' AND NOT password_change_required FOR SHARE`;

/** What is stored with a correct password. */
export interface Confirmation {
  /** False if the sign-in goes on with a second step. */
  readonly done: boolean;
  /** The interaction in which the sign-in waits, unless it is stored already. */
  readonly interaction?: OwnedInteraction | undefined;
}

const passwordStatement: Statement = {
  name: 'account-confirm-password',
  text: confirmed,
};

/**
 * Returns the time, by the database's clock, at which the account had this password hash; undefined if the hash has
 * changed. It waits for a concurrent reset, so that a sign-in with the old password never looks newer than the reset.
 * If that is the whole sign-in, the same statement writes the audit event, tells of a new browser, and stores the interaction.
 */
export async function confirmSignIn(
  db: Db,
  { id, password_hash: hash }: Pick<SignInAccount, 'id' | 'password_hash'>,
  source: SignInSource,
  { done, interaction }: Confirmation,
): Promise<Date | undefined> {
  if (!done) return (await db.run<{ verified_at: Date }>(passwordStatement, [id, hash]))[0]?.verified_at;
  const parameters = newParameters([id, hash]);
  const recorded = signedInSql(parameters, '$1', source, ['pwd']);
  const stored = interaction
    ? `, ${insertInteractionSql(parameters, interaction, { from: 'confirmed', signedInAt: 'verified_at' })}`
    : '';
  const name = `account-confirm-sign-in${signedInName(source)}${interaction ? '-interaction' : ''}`;
  const text = `WITH confirmed AS (${confirmed})${stored} SELECT verified_at, ${recorded} FROM confirmed`;
  const [row] = await db.run<{ verified_at: Date }>({ name, batch: 'write', text }, parameters.values);
  return row?.verified_at;
}

const rehashStatement: Statement = {
  name: 'account-rehash',
  text: 'UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2',
};

/** Stores the same password hashed with newer parameters, unless the password has changed meanwhile. */
export async function replacePasswordHash(db: Db, id: string, old: string, fresh: string): Promise<void> {
  await db.run(rehashStatement, [id, old, fresh]);
}
