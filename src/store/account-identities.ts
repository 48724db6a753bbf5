/** Accounts elsewhere that sign in to accounts here. */
import type { Factors } from '../policy/second-step.ts';
import type { Db, Statement } from './database.ts';
import { factorsOf } from './second-step.ts';

interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

const useStatement: Statement = {
  name: 'account-identity-use',
  text: `UPDATE account_identities i SET last_used_at = clock_timestamp(), label = coalesce($3, i.label)
    FROM accounts a WHERE i.issuer = $1 AND i.subject = $2 AND a.id = i.account_id
    RETURNING i.account_id AS "accountId", a.status, i.last_used_at AS "verifiedAt", ${factorsOf('a')} AS factors`,
};

export interface UsedIdentity {
  readonly accountId: string;
  readonly status: 'active' | 'suspended';
  /** By the database's clock. */
  readonly verifiedAt: Date;
  /** What the account has beside it. */
  readonly factors: Factors;
}

/** Notes that the identity was shown, and returns whose it is. */
export async function useIdentity(
  db: Db,
  { issuer, subject, label }: IdentityKey & { label: string | undefined },
): Promise<UsedIdentity | undefined> {
  const [row] = await db.run<UsedIdentity>(useStatement, [issuer, subject, label ?? null]);
  return row;
}

const insertStatement: Statement = {
  name: 'account-identity-insert',
  text: `INSERT INTO account_identities (issuer, subject, account_id, label) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING 1`,
};

/** Returns false if the identity is connected already, or the account has another one of this provider. */
export async function insertIdentity(
  trx: Db,
  { issuer, subject, accountId, label }: IdentityKey & { accountId: string; label: string | undefined },
): Promise<boolean> {
  return (await trx.run(insertStatement, [issuer, subject, accountId, label ?? null])).length > 0;
}

const ownerStatement: Statement = {
  name: 'account-identity-owner',
  text: 'SELECT account_id FROM account_identities WHERE issuer = $1 AND subject = $2',
};

/** The id of the account that the identity is connected to. */
export async function identityOwner(db: Db, { issuer, subject }: IdentityKey): Promise<string | undefined> {
  const [row] = await db.run<{ account_id: string }>(ownerStatement, [issuer, subject]);
  return row?.account_id;
}

export interface Identity {
  readonly issuer: string;
  readonly label: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

const listStatement: Statement = {
  name: 'account-identities',
  text: 'SELECT issuer, label, created_at, last_used_at FROM account_identities WHERE account_id = $1',
};

export async function listIdentities(db: Db, accountId: string): Promise<Identity[]> {
  return db.run<Identity>(listStatement, [accountId]);
}

const removeStatement: Statement = {
  name: 'account-identity-remove',
  text: 'DELETE FROM account_identities WHERE account_id = $1 AND issuer = $2 RETURNING 1',
};

export async function removeIdentity(trx: Db, accountId: string, issuer: string): Promise<boolean> {
  return (await trx.run(removeStatement, [accountId, issuer])).length > 0;
}

const otherWaysStatement: Statement = {
  name: 'account-other-ways-in',
  text: `SELECT a.password_hash IS NOT NULL
      OR EXISTS (SELECT FROM account_passkeys p WHERE p.account_id = a.id)
      OR EXISTS (SELECT FROM account_identities i WHERE i.account_id = a.id AND i.issuer <> $2 AND i.issuer = ANY ($3::text[]))
      AS other FROM accounts a WHERE a.id = $1`,
};

/**
 * Whether the account can be signed in to without its identity at `issuer`: with a password, a passkey, or at another provider that this
 * server has.
 */
export async function hasOtherWayIn(
  trx: Db,
  accountId: string,
  issuer: string,
  providers: readonly string[],
): Promise<boolean> {
  const [row] = await trx.run<{ other: boolean }>(otherWaysStatement, [accountId, issuer, providers]);
  return row?.other ?? false;
}

const newAccountStatement: Statement = {
  name: 'account-insert-without-password',
  text: `INSERT INTO accounts (id, email, name, email_verified_at) VALUES ($1, $2, $3, clock_timestamp())
    ON CONFLICT (email) DO NOTHING RETURNING 1`,
};

/** Inserts an account whose only way in is elsewhere, where the address was shown to be its owner’s. Returns false if the address is taken. */
export async function insertAccountWithoutPassword(
  trx: Db,
  { id, email, name }: { id: string; email: string; name: string },
): Promise<boolean> {
  return (await trx.run(newAccountStatement, [id, email, name])).length > 0;
}
