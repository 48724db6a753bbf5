/** How much a session is trusted now: the role of its account, when its factors were last shown, and what the account has. */
import type { Factors } from '../policy/second-step.ts';
import type { Db, Statement } from './database.ts';
import type { Role } from './schema.ts';
import { factorsOf } from './second-step.ts';

export interface SessionStanding {
  readonly role: Role;
  /** Time since the sign-in, or since its factors were shown again. */
  readonly ageSeconds: number;
  /** Time since then, or since one of two factors was shown again. */
  readonly confirmedAgeSeconds: number;
  /** When that was. */
  readonly signedInAt: Date;
  readonly hasPassword: boolean;
  readonly factors: Factors;
}

const findStatement: Statement = {
  name: 'session-standing',
  // One time for both ages, because they are compared.
  text: `SELECT a.role, extract(epoch FROM statement_timestamp() - s.signed_in_at)::float8 AS "ageSeconds",
      extract(epoch FROM statement_timestamp() - greatest(s.signed_in_at, s.confirmed_at))::float8 AS "confirmedAgeSeconds", s.signed_in_at AS "signedInAt",
      a.password_hash IS NOT NULL AS "hasPassword", ${factorsOf('a')} AS factors
    FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.uid = $1 AND a.status = 'active'`,
};

export async function findSessionStanding(db: Db, uid: string): Promise<SessionStanding | undefined> {
  const [row] = await db.run<SessionStanding>(findStatement, [uid]);
  return row;
}

const confirmStatement: Statement = {
  name: 'session-confirm',
  text: 'UPDATE sessions SET confirmed_at = $2 WHERE uid = $1 RETURNING 1',
};

/** Notes that one factor was shown again in a session of two. Returns false if the session has ended. */
export async function noteConfirmation(db: Db, uid: string, at: Date): Promise<boolean> {
  return (await db.run(confirmStatement, [uid, at])).length > 0;
}
