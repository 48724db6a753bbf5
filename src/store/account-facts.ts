/** What the engine asks of an account while it issues tokens: read with the token where one is read anyway. */
import type { Db, Statement } from './database.ts';

export interface AccountFacts {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly tier: string;
}

/** The same facts as one JSON column of a statement in which `accounts` is called `a`. */
export const accountFactsColumn = `json_build_object('id', a.id, 'email', a.email, 'name', a.name, 'tier', a.tier)`;

const findStatement: Statement = {
  name: 'account-facts',
  text: `SELECT id, email, name, tier, extract(epoch FROM sessions_valid_from)::float8 AS sessions_valid_from
    FROM accounts WHERE id = $1 AND status = 'active'`,
};

/** An active account with the time, in epoch seconds, from which its sign-ins count. */
export async function findActiveAccount(
  db: Db,
  id: string,
): Promise<(AccountFacts & { sessions_valid_from: number }) | undefined> {
  const [row] = await db.run<AccountFacts & { sessions_valid_from: number }>(findStatement, [id]);
  return row;
}
