/** Client secrets as hashes, with their last four characters for people to tell them apart. Two may live at once, so that one can be exchanged without an outage. */
import { sql } from 'kysely';
import { notifyClientChanged } from './clients.ts';
import type { Db, Statement } from './database.ts';

export async function insertClientSecret(
  trx: Db,
  clientId: string,
  { secretHash, lastFour }: { secretHash: Buffer; lastFour: string },
): Promise<void> {
  await trx.builder
    .insertInto('client_secrets')
    .values({
      client_id: clientId,
      secret_hash: secretHash,
      last_four: lastFour,
      expires_at: null,
      last_used_at: null,
    })
    .execute();
  await notifyClientChanged(trx, clientId);
}

/**
 * Before a new one comes: the newest living secret works on for `keepSeconds` at most, all others are gone. Under
 * `lockClient`, so that two rotations at once leave two secrets and not three.
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

/** All of a client, but the one with the id `except`. */
export async function removeClientSecrets(trx: Db, clientId: string, except?: string): Promise<void> {
  let query = trx.builder.deleteFrom('client_secrets').where('client_id', '=', clientId);
  if (except !== undefined) query = query.where('id', '!=', except);
  await query.execute();
  await notifyClientChanged(trx, clientId);
}

/** Whether there was one. */
export async function removeClientSecret(trx: Db, clientId: string, id: string): Promise<boolean> {
  const query = trx.builder.deleteFrom('client_secrets').where('client_id', '=', clientId).where('id', '=', id);
  const removed = await query.returning('id').executeTakeFirst();
  await notifyClientChanged(trx, clientId);
  return removed !== undefined;
}

export interface ListedSecret {
  readonly id: string;
  /** Null for secrets that were made before it was kept. */
  readonly last_four: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  /** Written in batches: up to ten seconds late. */
  readonly last_used_at: Date | null;
}

/** The living ones, the newest first. */
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

/** Notes that these secrets were used, for all of a while at once. */
export async function noteSecretsUsed(db: Db, ids: readonly string[]): Promise<void> {
  await db.run(usedStatement, [ids]);
}
