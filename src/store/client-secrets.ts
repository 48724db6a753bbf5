/** Client secrets by hash only. Two may live at once, so that one can be exchanged without an outage. */

import { tellClientChanged } from './clients.ts';
import type { Db, Statement } from './database.ts';

export async function insertClientSecret(trx: Db, clientId: string, secretHash: Buffer): Promise<void> {
  await trx.builder
    .insertInto('client_secrets')
    .values({ client_id: clientId, secret_hash: secretHash, expires_at: null, last_used_at: null })
    .execute();
  await tellClientChanged(trx, clientId);
}

const expireStatement: Statement = {
  name: 'client-secrets-expire',
  text: `WITH ranked AS (
      SELECT id, row_number() OVER (ORDER BY id DESC) AS age FROM client_secrets
      WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > now()))
    UPDATE client_secrets s SET expires_at = CASE WHEN r.age = 1 THEN least(s.expires_at, to_timestamp($2)) ELSE now() END
    FROM ranked r WHERE r.id = s.id`,
};

/** The newest secret lives until `expiresAt` (epoch seconds) at most, older ones end now. */
export async function expireClientSecrets(trx: Db, clientId: string, expiresAt: number): Promise<void> {
  await trx.run(expireStatement, [clientId, expiresAt]);
}

const usedStatement: Statement = {
  name: 'client-secrets-used',
  text: 'UPDATE client_secrets SET last_used_at = now() WHERE id = ANY ($1::bigint[])',
};

/** Notes that these secrets were used, for all of a while at once. */
export async function noteSecretsUsed(db: Db, ids: readonly string[]): Promise<void> {
  await db.run(usedStatement, [ids]);
}
