/** Consents that come from another server. Each comes once: a person who has disconnected the app since does not get it back. */
import type { Db, Statement } from './database.ts';

interface ConsentKey {
  /** The id of the person at the other server. */
  readonly external_id: string;
  readonly client_id: string;
}

export interface ConsentPlace extends ConsentKey {
  readonly account_id: string | null;
  /** The scope of the client; null if it does not exist. */
  readonly scope: string | null;
  readonly exists: boolean;
  /** It came with an earlier import. */
  readonly came: boolean;
}

const findStatement: Statement = {
  name: 'imported-consents-find',
  text: `SELECT k.external_id, k.client_id, x.account_id, c.scope, n.account_id IS NOT NULL AS exists,
      i.account_id IS NOT NULL AS came
    FROM unnest($1::text[], $2::text[]) AS k (external_id, client_id)
    LEFT JOIN imported_accounts x ON x.external_id = k.external_id
    LEFT JOIN clients c ON c.client_id = k.client_id
    LEFT JOIN consents n ON n.account_id = x.account_id AND n.client_id = k.client_id
    LEFT JOIN imported_consents i ON i.account_id = x.account_id AND i.client_id = k.client_id`,
};

/** Says for each consent whether its account and client exist. */
export async function findConsentPlaces(db: Db, keys: readonly ConsentKey[]): Promise<ConsentPlace[]> {
  return db.run<ConsentPlace>(findStatement, [
    keys.map(({ external_id: id }) => id),
    keys.map(({ client_id: id }) => id),
  ]);
}

const insertStatement: Statement = {
  name: 'imported-consents-insert',
  text: `WITH given AS (SELECT account_id, client_id, string_to_array(scope, ' ') AS granted
        FROM unnest($1::text[], $2::text[], $3::text[]) AS k (account_id, client_id, scope)),
      noted AS (INSERT INTO imported_consents (account_id, client_id) SELECT account_id, client_id FROM given
        ORDER BY account_id, client_id ON CONFLICT DO NOTHING RETURNING account_id, client_id)
    INSERT INTO consents (account_id, client_id, granted)
      SELECT account_id, client_id, granted FROM given JOIN noted USING (account_id, client_id)
      ORDER BY account_id, client_id ON CONFLICT DO NOTHING RETURNING 1`,
};

/** Inserts consents and notes that they came; `scope` is space-separated. Returns how many are new. */
export async function insertImportedConsents(
  trx: Db,
  consents: readonly { readonly account_id: string; readonly client_id: string; readonly scope: string }[],
): Promise<number> {
  const rows = await trx.run(insertStatement, [
    consents.map(({ account_id: id }) => id),
    consents.map(({ client_id: id }) => id),
    consents.map(({ scope }) => scope),
  ]);
  return rows.length;
}
