/** What the engine asks of an account while it issues tokens: read with the token where one is read anyway. */
import type { Db, Statement } from './database.ts';

export interface AccountFacts {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly tier: string;
  readonly role: string;
  /** Epoch seconds, with fraction: a sign-in from before counts no more. */
  readonly sessions_valid_from: number;
}

/** These facts as one JSON column of a statement in which `accounts` is called `a`. */
export const accountFactsColumn = `json_build_object('id', a.id, 'email', a.email, 'name', a.name, 'tier', a.tier,
  'role', a.role, 'sessions_valid_from', extract(epoch FROM a.sessions_valid_from)::float8)`;

const findStatement: Statement = {
  name: 'account-facts',
  text: `SELECT ${accountFactsColumn} AS account FROM accounts a WHERE a.id = $1 AND a.status = 'active'`,
};

export async function findActiveAccount(db: Db, id: string): Promise<AccountFacts | undefined> {
  const [row] = await db.run<{ account: AccountFacts }>(findStatement, [id]);
  return row?.account;
}
