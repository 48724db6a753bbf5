/**
 * The organisations whose assertions the operator trusts, as the server that started last knows them from its configuration:
 * issuer → the name of that trust, which is in the tokens that come from it.
 */
import type { Db, Statement } from './database.ts';

const setting = 'trusted_organisations';

const readStatement: Statement = {
  name: 'trusted-organisations-read',
  text: `SELECT value FROM settings WHERE name = '${setting}'`,
};
// Two servers that start at once must not undo what the other has done.
const lockStatement: Statement = {
  name: 'trusted-organisations-lock',
  text: `INSERT INTO settings AS s (name, value) VALUES ('${setting}', '{}')
    ON CONFLICT (name) DO UPDATE SET value = s.value RETURNING value`,
};
const saveStatement: Statement = {
  name: 'trusted-organisations-save',
  text: `UPDATE settings SET value = $1 WHERE name = '${setting}'`,
};

export type TrustedOrganisations = Readonly<Record<string, string>>;

export async function readTrustedOrganisations(db: Db): Promise<TrustedOrganisations> {
  const [row] = await db.run<{ value: string }>(readStatement, []);
  return JSON.parse(row?.value ?? '{}');
}

/** Locks them until the transaction ends. */
export async function lockTrustedOrganisations(trx: Db): Promise<TrustedOrganisations> {
  const [row] = await trx.run<{ value: string }>(lockStatement, []);
  return JSON.parse(row?.value ?? '{}');
}

export async function saveTrustedOrganisations(trx: Db, organisations: TrustedOrganisations): Promise<void> {
  await trx.run(saveStatement, [JSON.stringify(organisations)]);
}
