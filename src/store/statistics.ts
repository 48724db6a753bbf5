/** Totals of the installation. One statement reads all of them, so they are consistent. */
import type { Db, Statement } from './database.ts';

export interface Statistics {
  readonly clients: { readonly active: number; readonly disabled: number; readonly verified: number };
  readonly accounts: { readonly active: number; readonly suspended: number; readonly admins: number };
  /** Live token families. */
  readonly grants: number;
  readonly sessions: number;
  /** Unexpired revocations by kind. */
  readonly token_revocations: { readonly jti: number; readonly gid: number; readonly client_id: number };
}

const countStatement: Statement = {
  name: 'statistics',
  text: `SELECT
    (SELECT json_build_object('active', count(*) FILTER (WHERE status = 'active'),
      'disabled', count(*) FILTER (WHERE status = 'disabled'), 'verified', count(verified_at)) FROM clients) AS clients,
    (SELECT json_build_object('active', count(*) FILTER (WHERE status = 'active'),
      'suspended', count(*) FILTER (WHERE status = 'suspended'), 'admins', count(*) FILTER (WHERE role = 'admin')) FROM accounts) AS accounts,
    (SELECT count(*)::integer FROM grants WHERE expires_at > now()) AS grants,
    (SELECT count(*)::integer FROM sessions WHERE expires_at > now() AND account_id IS NOT NULL) AS sessions,
    (SELECT json_build_object('jti', count(*) FILTER (WHERE kind = 'jti'), 'gid', count(*) FILTER (WHERE kind = 'gid'),
      'client_id', count(*) FILTER (WHERE kind = 'client_id')) FROM token_revocation
      WHERE expires_at IS NULL OR expires_at > now()) AS token_revocations`,
};

export async function countEverything(db: Db): Promise<Statistics> {
  const [row] = await db.run<Statistics>(countStatement, []);
  return row as Statistics;
}
