/** Ways in that were added to an account since a moment: the table of each belongs to its own file. */
import type { Db, Statement } from './database.ts';

const removeStatement: Statement = {
  name: 'ways-in-remove-since',
  text: `WITH passkeys AS (DELETE FROM account_passkeys WHERE account_id = $1 AND created_at >= $2 RETURNING 1),
      app AS (DELETE FROM account_totp WHERE account_id = $1 AND created_at >= $2 RETURNING 1),
      codes AS (DELETE FROM account_recovery_codes WHERE account_id = $1 AND EXISTS (SELECT FROM app))
    SELECT (SELECT count(*) FROM passkeys)::integer AS passkeys, (SELECT count(*) FROM app)::integer AS apps`,
};

/** Removes passkeys, and the authenticator app with its recovery codes, that were added since. Returns how many. */
export async function removeWaysInSince(
  trx: Db,
  accountId: string,
  since: Date,
): Promise<{ passkeys: number; apps: number }> {
  const [row] = await trx.run<{ passkeys: number; apps: number }>(removeStatement, [accountId, since]);
  return row ?? { passkeys: 0, apps: 0 };
}
