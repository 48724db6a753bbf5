/** What an account has for its second step: the secret of its authenticator app, sealed, and hashes of its recovery codes. */
import type { Factors } from '../policy/second-step.ts';
import type { Db, Statement } from './database.ts';

/** One JSON column with the factors, for a statement in which `alias` is the alias of `accounts`. */
export function factorsOf(alias: string): string {
  return `json_build_object(
    'totp', EXISTS (SELECT FROM account_totp t WHERE t.account_id = ${alias}.id),
    'recoveryCodes', (SELECT count(*) FROM account_recovery_codes r WHERE r.account_id = ${alias}.id AND r.used_at IS NULL),
    'passkeys', EXISTS (SELECT FROM account_passkeys k WHERE k.account_id = ${alias}.id))`;
}

const findStatement: Statement = {
  name: 'account-factors',
  text: `SELECT ${factorsOf('a')} AS factors FROM accounts a WHERE a.id = $1`,
};

export async function findFactors(db: Db, accountId: string): Promise<Factors | undefined> {
  const [row] = await db.run<{ factors: Factors }>(findStatement, [accountId]);
  return row?.factors;
}

export interface Totp {
  /** Sealed. */
  readonly secret: Buffer;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  /** When the recovery codes were made. */
  readonly codes_made: Date | null;
}

const findTotpStatement: Statement = {
  name: 'account-totp',
  text: `SELECT secret, created_at, last_used_at,
      (SELECT max(r.created_at) FROM account_recovery_codes r WHERE r.account_id = $1) AS codes_made
    FROM account_totp WHERE account_id = $1`,
};

export async function findTotp(db: Db, accountId: string): Promise<Totp | undefined> {
  const [row] = await db.run<Totp>(findTotpStatement, [accountId]);
  return row;
}

const putTotpStatement: Statement = {
  name: 'account-totp-put',
  text: `INSERT INTO account_totp (account_id, secret, last_step, last_used_at) VALUES ($1, $2, $3, clock_timestamp())
    ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step,
      created_at = clock_timestamp(), last_used_at = excluded.last_used_at
    RETURNING last_used_at`,
};

/** Sets the app of the account, in place of another one, and returns when. `step` is the time step of the code that has shown it. */
export async function putTotp(trx: Db, accountId: string, secret: Buffer, step: number): Promise<Date> {
  const [row] = await trx.run<{ last_used_at: Date }>(putTotpStatement, [accountId, secret, step]);
  return (row as { last_used_at: Date }).last_used_at;
}

const useStepStatement: Statement = {
  name: 'account-totp-use',
  text: `UPDATE account_totp SET last_step = $2, last_used_at = clock_timestamp(), secret = $4
    WHERE account_id = $1 AND last_step < $2 AND secret = $3 RETURNING last_used_at AS "verifiedAt"`,
};

/**
 * Uses up a time step and all before it, and returns when that was. Returns undefined if that has happened already, on whichever node, or if the app was
 * replaced since `sealed` was read. `fresh` is the same secret, sealed with the first of SECRETS.
 */
export async function useTotpStep(
  db: Db,
  accountId: string,
  { step, sealed, fresh }: { step: number; sealed: Buffer; fresh: Buffer },
): Promise<Date | undefined> {
  const [row] = await db.run<{ verifiedAt: Date }>(useStepStatement, [accountId, step, sealed, fresh]);
  return row?.verifiedAt;
}

const useCodeStatement: Statement = {
  name: 'account-recovery-code-use',
  text: `WITH used AS (
      UPDATE account_recovery_codes SET used_at = clock_timestamp()
      WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING code_hash, used_at)
    SELECT (SELECT used_at FROM used) AS "verifiedAt", (SELECT count(*)::integer FROM account_recovery_codes r WHERE r.account_id = $1 AND r.used_at IS NULL
      AND r.code_hash NOT IN (SELECT code_hash FROM used)) AS left FROM account_recovery_codes c WHERE c.account_id = $1 AND c.code_hash = $2`,
};

/** Uses up a recovery code and returns when that was and how many are left; `used` if it was used before, undefined if there is no such code. */
export async function useRecoveryCode(
  db: Db,
  accountId: string,
  hash: Buffer,
): Promise<{ verifiedAt: Date; left: number } | 'used' | undefined> {
  const [row] = await db.run<{ verifiedAt: Date | null; left: number }>(useCodeStatement, [accountId, hash]);
  if (!row) return undefined;
  return row.verifiedAt ? { verifiedAt: row.verifiedAt, left: row.left } : 'used';
}

const putCodesStatement: Statement = {
  name: 'account-recovery-codes-put',
  text: `WITH gone AS (DELETE FROM account_recovery_codes WHERE account_id = $1 AND NOT code_hash = ANY ($2::bytea[]))
    INSERT INTO account_recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])`,
};

/** Replaces the recovery codes of the account. */
export async function putRecoveryCodes(trx: Db, accountId: string, hashes: readonly Buffer[]): Promise<void> {
  await trx.run(putCodesStatement, [accountId, hashes]);
}

const listCodesStatement: Statement = {
  name: 'account-recovery-codes',
  text: 'SELECT code_hash FROM account_recovery_codes WHERE account_id = $1',
};

/** The hashes of the recovery codes, used or not. */
export async function listRecoveryCodes(db: Db, accountId: string): Promise<Buffer[]> {
  const rows = await db.run<{ code_hash: Buffer }>(listCodesStatement, [accountId]);
  return rows.map(({ code_hash: hash }) => hash);
}

const removeStatement: Statement = {
  name: 'account-second-step-remove',
  text: `WITH codes AS (DELETE FROM account_recovery_codes WHERE account_id = $1 RETURNING 1),
      app AS (DELETE FROM account_totp WHERE account_id = $1 RETURNING 1)
    SELECT EXISTS (SELECT FROM app) OR EXISTS (SELECT FROM codes) AS removed`,
};

/** Removes app and recovery codes. Returns false if the account had neither. */
export async function removeSecondStep(trx: Db, accountId: string): Promise<boolean> {
  const [row] = await trx.run<{ removed: boolean }>(removeStatement, [accountId]);
  return row?.removed ?? false;
}

const notSealedByStatement: Statement = {
  name: 'account-totp-not-sealed-by',
  text: `SELECT account_id, secret FROM account_totp
    WHERE account_id > $2 AND substring(secret FROM 1 FOR length($1::bytea)) <> $1 ORDER BY account_id LIMIT $3`,
};

/** Lists secrets that were sealed with another one of SECRETS than that of `sealId`, by account. */
export async function totpNotSealedBy(
  db: Db,
  sealId: Buffer,
  { after, limit }: { after: string; limit: number },
): Promise<{ account_id: string; secret: Buffer }[]> {
  return db.run(notSealedByStatement, [sealId, after, limit]);
}

const replaceSealStatement: Statement = {
  name: 'account-totp-reseal',
  text: 'UPDATE account_totp SET secret = $3 WHERE account_id = $1 AND secret = $2',
};

/** Stores the same secret sealed anew, unless the app was replaced meanwhile. */
export async function replaceTotpSeal(
  db: Db,
  accountId: string,
  { sealed, fresh }: { sealed: Buffer; fresh: Buffer },
): Promise<void> {
  await db.run(replaceSealStatement, [accountId, sealed, fresh]);
}
