/** The account fields that the engine needs to issue tokens. Statements that read a token select them too, to save a query. */
import type { Db, Statement } from './database.ts';

export interface AccountFacts {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly tier: string;
  readonly role: string;
  readonly email_verified: boolean;
  /** Epoch seconds, with a fraction. Sessions that signed in earlier are invalid. */
  readonly sessions_valid_from: number;
  /** The language that the person chose for pages and mails. */
  readonly locale: string | null;
}

/** One JSON column with these facts, for a statement in which `alias` is the alias of `accounts`. */
export function accountFactsOf(alias: string): string {
  return `json_build_object('id', ${alias}.id, 'email', ${alias}.email, 'name', ${alias}.name, 'tier', ${alias}.tier,
  'role', ${alias}.role, 'email_verified', ${alias}.email_verified_at IS NOT NULL, 'sessions_valid_from', extract(epoch FROM ${alias}.sessions_valid_from)::float8,
  'locale', ${alias}.locale)`;
}

/** The same for the alias `a`. */
export const accountFactsColumn = accountFactsOf('a');

const findStatement: Statement = {
  name: 'account-facts',
  batch: 'read',
  text: `SELECT ${accountFactsColumn} AS account FROM accounts a WHERE a.id = $1 AND a.status = 'active'`,
};

export async function findActiveAccount(db: Db, id: string): Promise<AccountFacts | undefined> {
  const [row] = await db.run<{ account: AccountFacts }>(findStatement, [id]);
  return row?.account;
}
