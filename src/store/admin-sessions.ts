/** The admin pages need the current role of a session's account, and when its password was last entered. */
import type { Db, Statement } from './database.ts';
import type { Role } from './schema.ts';

export interface AdminSession {
  readonly role: Role;
  /** Time since the sign-in, or since it was last confirmed with the password. */
  readonly ageSeconds: number;
}

const findStatement: Statement = {
  name: 'admin-session',
  text: `SELECT a.role, extract(epoch FROM clock_timestamp() - s.signed_in_at)::float8 AS "ageSeconds"
    FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.uid = $1 AND a.status = 'active'`,
};

export async function findAdminSession(db: Db, uid: string): Promise<AdminSession | undefined> {
  const [row] = await db.run<AdminSession>(findStatement, [uid]);
  return row;
}

const confirmStatement: Statement = {
  name: 'admin-session-confirm',
  text: 'UPDATE sessions SET signed_in_at = greatest(signed_in_at, $3) WHERE uid = $1 AND account_id = $2',
};

/** Records that the password was entered again at `verifiedAt`, by the database's clock. */
export async function confirmSession(db: Db, uid: string, accountId: string, verifiedAt: Date): Promise<void> {
  await db.run(confirmStatement, [uid, accountId, verifiedAt]);
}
