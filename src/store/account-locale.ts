/** The language that a person chose for pages and mails. */
import type { Db, Statement } from './database.ts';

const setLocaleStatement: Statement = {
  name: 'account-set-locale',
  text: 'UPDATE accounts SET locale = $2 WHERE id = $1 AND locale IS DISTINCT FROM $2',
};

const findLocaleStatement: Statement = {
  name: 'account-find-locale',
  text: 'SELECT locale FROM accounts WHERE id = $1',
};

/** The language that the person chose; null if none. */
export async function findAccountLocale(db: Db, id: string): Promise<string | null> {
  const [row] = await db.run<{ locale: string | null }>(findLocaleStatement, [id]);
  return row?.locale ?? null;
}

/** Keeps the language that a person chose. */
export async function setAccountLocale(db: Db, id: string, locale: string): Promise<void> {
  await db.run(setLocaleStatement, [id, locale]);
}
