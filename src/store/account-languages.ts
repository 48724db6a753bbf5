/** The languages of accounts, for pages and mails. */
import type { Db, Statement } from './database.ts';

const setLocaleStatement: Statement = {
  name: 'account-set-locale',
  text: 'UPDATE accounts SET locale = $2 WHERE id = $1 AND locale IS DISTINCT FROM $2',
};

const findLanguagesStatement: Statement = {
  name: 'account-find-languages',
  text: `SELECT a.locale AS chosen, (SELECT e.details ->> 'language' FROM audit_events e
      WHERE e.target = 'account:' || a.id AND e.action = 'account.signed_in' ORDER BY e.seq DESC LIMIT 1) AS "signedIn"
    FROM accounts a WHERE a.id = $1`,
};

/** Null where there is no choice, or no sign-in that noted one. */
export interface AccountLanguages {
  /** What the person chose. */
  readonly chosen: string | null;
  /** What the page of their last sign-in was in. */
  readonly signedIn: string | null;
}

/** Returns the languages of an account, whether or not it is suspended. */
export async function findAccountLanguages(db: Db, id: string): Promise<AccountLanguages> {
  const [row] = await db.run<AccountLanguages>(findLanguagesStatement, [id]);
  return row ?? { chosen: null, signedIn: null };
}

/** Keeps the language that a person chose. */
export async function setAccountLocale(db: Db, id: string, locale: string): Promise<void> {
  await db.run(setLocaleStatement, [id, locale]);
}
