/** Ways in that were added to an account since a moment. */
import type { Db, Statement } from './database.ts';

const removeStatement: Statement = {
  name: 'ways-in-remove-since',
  text: `WITH passkeys AS (DELETE FROM account_passkeys WHERE account_id = $1 AND created_at >= $2 RETURNING 1),
      identities AS (DELETE FROM account_identities WHERE account_id = $1 AND created_at >= $2 RETURNING 1),
      app AS (DELETE FROM account_totp WHERE account_id = $1 AND created_at >= $2 RETURNING 1),
      codes AS (DELETE FROM account_recovery_codes WHERE account_id = $1 AND EXISTS (SELECT FROM app))
    SELECT ((SELECT count(*) FROM passkeys) + (SELECT count(*) FROM identities) + (SELECT count(*) FROM app))::integer AS removed`,
};

/**
 * Removes passkeys, accounts of others, and the authenticator app with its recovery codes, if they were added since. Returns
 * how many.
 */
export async function removeWaysInSince(trx: Db, accountId: string, since: Date): Promise<number> {
  const [row] = await trx.run<{ removed: number }>(removeStatement, [accountId, since]);
  return row?.removed ?? 0;
}
