/** Passkeys of accounts: their public keys, and what their owners see of them. */
import type { Amr } from '../policy/assurance.ts';
import type { Db, Statement } from './database.ts';
import { newParameters } from './parameters.ts';
import { sha256 } from './sealer.ts';
import { type SignInSource, signedInName, signedInSql } from './sign-in-event.ts';

/** What the owner sees of a passkey. */
export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  readonly aaguid: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

const listStatement: Statement = {
  name: 'passkeys-of-account',
  text: `SELECT id::text, name, aaguid, created_at, last_used_at FROM account_passkeys
    WHERE account_id = $1 ORDER BY created_at, id`,
};

/** Lists the passkeys of an account, oldest first. */
export async function listPasskeys(db: Db, accountId: string): Promise<ListedPasskey[]> {
  return db.run<ListedPasskey>(listStatement, [accountId]);
}

/** How a browser finds a passkey: its id in base64url, and how the authenticator was reached. */
export interface PasskeyHandle {
  readonly id: string;
  readonly name: string;
  readonly transports: string[];
}

const handlesStatement: Statement = {
  name: 'passkey-handles-of-account',
  batch: 'read',
  text: 'SELECT credential_id, name, transports FROM account_passkeys WHERE account_id = $1 ORDER BY created_at, id',
};

export async function listPasskeyHandles(db: Db, accountId: string): Promise<PasskeyHandle[]> {
  const rows = await db.run<{ credential_id: Buffer; name: string; transports: string[] }>(handlesStatement, [
    accountId,
  ]);
  return rows.map(({ credential_id: id, ...row }) => ({ id: id.toString('base64url'), ...row }));
}

/** A passkey and its owner. */
export interface StoredPasskey {
  readonly id: string;
  readonly public_key: Buffer;
  readonly counter: number;
  readonly synced: boolean;
  readonly account_id: string;
  readonly email: string;
  readonly account_name: string;
  readonly tier: string;
}

const findStatement: Statement = {
  name: 'passkey-find',
  batch: 'read',
  text: `SELECT p.id::text, p.public_key, p.counter::float8, p.synced, a.id AS account_id, a.email, a.name AS account_name, a.tier
    FROM account_passkeys p JOIN accounts a ON a.id = p.account_id AND a.status = 'active' WHERE p.credential_id = $1`,
};

/** Returns the passkey with this id of the authenticator, if its account is active. */
export async function findPasskey(db: Db, credentialId: Buffer): Promise<StoredPasskey | undefined> {
  const [row] = await db.run<StoredPasskey>(findStatement, [credentialId]);
  return row;
}

export interface NewPasskey {
  readonly accountId: string;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly aaguid: string;
  readonly name: string;
  readonly synced: boolean;
  readonly backedUp: boolean;
}

const insertStatement: Statement = {
  name: 'passkey-insert',
  text: `INSERT INTO account_passkeys
      (account_id, credential_id, public_key, counter, transports, aaguid, name, synced, backed_up)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
    WHERE (SELECT count(*) FROM account_passkeys WHERE account_id = $1) < $10
    ON CONFLICT (credential_id) DO NOTHING RETURNING id::text`,
};

/**
 * Returns the id of the new passkey; undefined if the account has `max` of them, or anybody has it already. Call it under
 * `lockAccount`, so that the number is exact.
 */
export async function insertPasskey(trx: Db, passkey: NewPasskey, max: number): Promise<string | undefined> {
  const { accountId, credentialId, publicKey, counter, transports, aaguid, name, synced, backedUp } = passkey;
  const values = [accountId, credentialId, publicKey, counter, transports, aaguid, name, synced, backedUp, max];
  const [row] = await trx.run<{ id: string }>(insertStatement, values);
  return row?.id;
}

/** The use of a passkey whose signature was verified. */
export interface PasskeyUse {
  readonly passkey: Pick<StoredPasskey, 'id' | 'account_id'>;
  readonly counter: number;
  readonly backedUp: boolean;
  readonly challenge: { readonly text: string; readonly expiresAt: number };
  /** The sign-in that this is; undefined if it is a part of one, which is recorded elsewhere. */
  readonly signsIn: { readonly methods: readonly Amr[]; readonly source: SignInSource } | undefined;
}

/** Clocks of nodes differ from the database’s: what it has deleted must be too old on all of them. */
const keptUntil = `to_timestamp($2) + interval '5 minutes'`;

const usedSql = `WITH used AS (
      INSERT INTO artifacts (model, id_hash, payload, expires_at) VALUES ('PasskeyChallenge', $1, '', ${keptUntil})
      ON CONFLICT (model, id_hash) DO NOTHING RETURNING 1),
    owner AS (
      SELECT a.id, clock_timestamp() AS verified_at FROM accounts a, used WHERE a.id = $3 AND a.status = 'active'
      FOR SHARE OF a),
    moved AS (
      UPDATE account_passkeys p SET counter = $5, backed_up = $6, last_used_at = owner.verified_at
      FROM owner WHERE p.id = $4 AND p.account_id = owner.id AND (p.counter < $5 OR (p.counter = 0 AND $5 = 0))
      RETURNING owner.verified_at)`;

/**
 * Stores the use of a passkey, with what a finished sign-in leaves. `fresh` is false if the challenge was used before. `verifiedAt`
 * is by the database's clock; it is missing if the passkey was removed, the account was suspended, or a later counter arrived
 * meanwhile. It waits for a concurrent suspension or reset, as `confirmSignIn` does.
 */
export async function usePasskey(db: Db, use: PasskeyUse): Promise<{ fresh: boolean; verifiedAt: Date | undefined }> {
  const { passkey, challenge, counter, backedUp, signsIn } = use;
  const { id, account_id: accountId } = passkey;
  const parameters = newParameters([sha256(challenge.text), challenge.expiresAt, accountId, id, counter, backedUp]);
  const left = signsIn ? `, ${signedInSql(parameters, '$3', { ...signsIn.source, passkey: id }, signsIn.methods)}` : '';
  const name = signsIn ? `passkey-use${signedInName(signsIn.source)}` : 'passkey-use-again';
  // One row with `fresh`, whether or not the rest has one.
  const text = `${usedSql} SELECT f.fresh, d.* FROM (SELECT EXISTS (SELECT FROM used) AS fresh) f
    LEFT JOIN (SELECT verified_at${left} FROM moved) d ON true`;
  const [row] = await db.run<{ fresh: boolean; verified_at: Date | null }>({ name, text }, parameters.values);
  return { fresh: row?.fresh === true, verifiedAt: row?.verified_at ?? undefined };
}

const spendStatement: Statement = {
  name: 'passkey-challenge-spend',
  text: `INSERT INTO artifacts (model, id_hash, payload, expires_at) VALUES ('PasskeyChallenge', $1, '', ${keptUntil})
    ON CONFLICT (model, id_hash) DO NOTHING RETURNING 1`,
};

/** Marks a challenge as used. Returns false if it was used before. */
export async function spendChallenge(trx: Db, challenge: { text: string; expiresAt: number }): Promise<boolean> {
  return (await trx.run(spendStatement, [sha256(challenge.text), challenge.expiresAt])).length === 1;
}

const renameStatement: Statement = {
  name: 'passkey-rename',
  text: 'UPDATE account_passkeys SET name = $3 WHERE account_id = $1 AND id = $2 RETURNING 1',
};

/** Returns false if the account does not have this passkey. */
export async function renamePasskey(trx: Db, accountId: string, id: string, name: string): Promise<boolean> {
  return (await trx.run(renameStatement, [accountId, id, name])).length === 1;
}

const removeStatement: Statement = {
  name: 'passkey-remove',
  text: 'DELETE FROM account_passkeys WHERE account_id = $1 AND id = $2 RETURNING name, aaguid',
};

/** Returns what it was called; undefined if the account does not have this passkey. */
export async function removePasskeyOf(
  trx: Db,
  accountId: string,
  id: string,
): Promise<Pick<ListedPasskey, 'name' | 'aaguid'> | undefined> {
  const [row] = await trx.run<Pick<ListedPasskey, 'name' | 'aaguid'>>(removeStatement, [accountId, id]);
  return row;
}

const removeAllStatement: Statement = {
  name: 'passkeys-remove',
  text: 'DELETE FROM account_passkeys WHERE account_id = $1 RETURNING name',
};

/** Removes all passkeys of an account and returns their names. */
export async function removePasskeys(trx: Db, accountId: string): Promise<string[]> {
  const rows = await trx.run<{ name: string }>(removeAllStatement, [accountId]);
  return rows.map(({ name }) => name).sort();
}

const otherWaysStatement: Statement = {
  name: 'passkey-other-ways-in',
  text: `SELECT a.password_hash IS NOT NULL
      OR EXISTS (SELECT FROM account_passkeys p WHERE p.account_id = a.id AND p.id <> $2)
      OR EXISTS (SELECT FROM account_identities i WHERE i.account_id = a.id AND i.issuer = ANY ($3::text[]))
      AS other FROM accounts a WHERE a.id = $1`,
};

/**
 * Whether the account can be signed in to without this passkey: with a password, another passkey, or at one of the providers
 * that this server has. Call it under `lockAccount`.
 */
export async function hasWayInBesidesPasskey(
  trx: Db,
  accountId: string,
  passkeyId: string,
  providers: readonly string[],
): Promise<boolean> {
  const [row] = await trx.run<{ other: boolean }>(otherWaysStatement, [accountId, passkeyId, providers]);
  return row?.other ?? false;
}
