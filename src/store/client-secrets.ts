/**
 * Client secrets are stored as hashes, with their last four characters so that people can tell them apart. Two may be
 * valid at the same time, so that a secret can be replaced without an outage. A secret that was imported has the hash that
 * another server made of it, until its first use.
 */
import { randomBytes } from 'node:crypto';
import { sql } from './builder.ts';
import { notifyClientChanged } from './clients.ts';
import type { Db, Statement } from './database.ts';

export async function insertClientSecret(
  trx: Db,
  clientId: string,
  { secretHash, lastFour, expiresAt = null }: { secretHash: Buffer; lastFour: string; expiresAt?: Date | null },
): Promise<void> {
  await trx.builder
    .insertInto('client_secrets')
    .values({
      client_id: clientId,
      secret_hash: secretHash,
      last_four: lastFour,
      expires_at: expiresAt,
      last_used_at: null,
    })
    .execute();
  await notifyClientChanged(trx, clientId);
}

/** Stores a secret of which only the hash of another server is known. What stands for our hash is random: nothing matches it. */
export async function insertForeignSecret(
  trx: Db,
  clientId: string,
  foreignHash: string,
  expiresAt: Date | null = null,
): Promise<void> {
  await trx.builder
    .insertInto('client_secrets')
    .values({
      client_id: clientId,
      secret_hash: randomBytes(32),
      expires_at: expiresAt,
      last_used_at: null,
      foreign_hash: foreignHash,
    })
    .execute();
  await notifyClientChanged(trx, clientId);
}

const replaceStatement: Statement = {
  name: 'client-secret-replace',
  text: `UPDATE client_secrets SET secret_hash = $3, last_four = $4, foreign_hash = NULL
    WHERE id = $1 AND foreign_hash = $2 RETURNING client_id`,
};

/** Replaces the hash of another server by ours. Does nothing if the secret has gone, or has ours already. */
export async function replaceForeignSecret(
  db: Db,
  id: string,
  { foreignHash, secretHash, lastFour }: { foreignHash: string; secretHash: Buffer; lastFour: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const [row] = await trx.run<{ client_id: string }>(replaceStatement, [id, foreignHash, secretHash, lastFour]);
    if (row) await notifyClientChanged(trx, row.client_id);
  });
}

/**
 * Prepares a rotation: the newest valid secret keeps working for up to `keepSeconds`, all others are deleted. Call it
 * under `lockClient`, so that two concurrent rotations leave two secrets and not three.
 */
export async function retireClientSecrets(trx: Db, clientId: string, keepSeconds: number): Promise<void> {
  const newest = await trx.builder
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', clientId)
    .where(sql<boolean>`(expires_at IS NULL OR expires_at > clock_timestamp())`)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const kept = keepSeconds > 0 ? newest?.id : undefined;
  await removeClientSecrets(trx, clientId, kept);
  if (kept === undefined) return;
  const end = sql<Date>`least(expires_at, clock_timestamp() + make_interval(secs => ${keepSeconds}))`;
  await trx.builder.updateTable('client_secrets').set({ expires_at: end }).where('id', '=', kept).execute();
}

/** Deletes all secrets of a client except the one with the id `except`. */
export async function removeClientSecrets(trx: Db, clientId: string, except?: string): Promise<void> {
  let query = trx.builder.deleteFrom('client_secrets').where('client_id', '=', clientId);
  if (except !== undefined) query = query.where('id', '!=', except);
  await query.execute();
  await notifyClientChanged(trx, clientId);
}

/** Deletes one secret. Returns false if it does not exist. */
export async function removeClientSecret(trx: Db, clientId: string, id: string): Promise<boolean> {
  const query = trx.builder.deleteFrom('client_secrets').where('client_id', '=', clientId).where('id', '=', id);
  const removed = await query.returning('id').executeTakeFirst();
  await notifyClientChanged(trx, clientId);
  return removed !== undefined;
}

export interface ListedSecret {
  readonly id: string;
  /** Null for secrets created before this column existed. */
  readonly last_four: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  /** Up to ten seconds late, because uses are written in batches. */
  readonly last_used_at: Date | null;
}

/** Lists the valid secrets of a client, newest first. */
export async function listClientSecrets(db: Db, clientId: string): Promise<ListedSecret[]> {
  return db.builder
    .selectFrom('client_secrets')
    .select(['id', 'last_four', 'created_at', 'expires_at', 'last_used_at'])
    .where('client_id', '=', clientId)
    .where(sql<boolean>`(expires_at IS NULL OR expires_at > clock_timestamp())`)
    .orderBy('id', 'desc')
    .execute();
}

const usedStatement: Statement = {
  name: 'client-secrets-used',
  text: 'UPDATE client_secrets SET last_used_at = now() WHERE id = ANY ($1::bigint[])',
};

/** Records that these secrets were used. Callers batch the ids. */
export async function noteSecretsUsed(db: Db, ids: readonly string[]): Promise<void> {
  await db.run(usedStatement, [ids]);
}
