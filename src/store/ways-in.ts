/** The ways into an account: whether there are others than the password, and all of them for the copy of everything. */
import type { Db, Statement } from './database.ts';

/** Without anything that opens the account. */
const findStatement: Statement = {
  name: 'account-ways-in',
  text: `SELECT a.locale, json_build_object(
      'password', a.password_hash IS NOT NULL,
      'authenticator_app', (SELECT json_build_object('created_at', t.created_at, 'last_used_at', t.last_used_at)
        FROM account_totp t WHERE t.account_id = a.id),
      'recovery_codes_left', (SELECT count(*) FROM account_recovery_codes r WHERE r.account_id = a.id AND r.used_at IS NULL),
      'passkeys', (SELECT coalesce(json_agg(json_build_object('name', k.name, 'authenticator', k.aaguid, 'synced', k.synced,
          'created_at', k.created_at, 'last_used_at', k.last_used_at) ORDER BY k.id), '[]')
        FROM account_passkeys k WHERE k.account_id = a.id),
      'other_providers', (SELECT coalesce(json_agg(json_build_object('issuer', i.issuer, 'subject', i.subject, 'label', i.label,
          'created_at', i.created_at, 'last_used_at', i.last_used_at) ORDER BY i.created_at), '[]')
        FROM account_identities i WHERE i.account_id = a.id)) AS "waysIn"
    FROM accounts a WHERE a.id = $1`,
};

interface WaysIn {
  readonly waysIn: object;
  readonly locale: string | null;
}

/** Returns the ways in, and the language that the person has chosen. */
export async function findWaysIn(db: Db, id: string): Promise<WaysIn | undefined> {
  const [row] = await db.run<WaysIn>(findStatement, [id]);
  return row;
}

const besidePasswordStatement: Statement = {
  name: 'account-way-beside-password',
  text: `SELECT EXISTS (SELECT FROM account_passkeys WHERE account_id = $1)
      OR EXISTS (SELECT FROM account_identities WHERE account_id = $1 AND issuer = ANY ($2::text[])) AS other`,
};

/** Whether a passkey or an account at one of these providers opens the account. */
export async function hasWayBesidePassword(db: Db, id: string, providers: readonly string[]): Promise<boolean> {
  const [row] = await db.run<{ other: boolean }>(besidePasswordStatement, [id, providers]);
  return row?.other ?? false;
}
