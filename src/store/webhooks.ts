/** Webhook endpoints, at most one per client, and their signing secrets. Secrets are sealed; there are two during a rotation. */
import type { Selectable } from 'kysely';
import { sql } from './builder.ts';
import { webhookColumns } from './columns.ts';
import type { Db, Statement } from './database.ts';
import type { Schema } from './schema.ts';

export type Webhook = Selectable<Schema['webhooks']>;

export async function findWebhook(db: Db, clientId: string): Promise<Webhook | undefined> {
  return db.builder.selectFrom('webhooks').select(webhookColumns).where('client_id', '=', clientId).executeTakeFirst();
}

/** Lists webhooks in order of client id, after the client id `after`. */
export async function listWebhooks(db: Db, page: { limit: number; after?: string }): Promise<Webhook[]> {
  let query = db.builder.selectFrom('webhooks').select(webhookColumns).orderBy('client_id').limit(page.limit);
  if (page.after !== undefined) query = query.where('client_id', '>', page.after);
  return query.execute();
}

export async function insertWebhook(
  trx: Db,
  webhook: Pick<Webhook, 'client_id' | 'url' | 'events' | 'enabled'>,
): Promise<void> {
  await trx.builder
    .insertInto('webhooks')
    .values({ ...webhook, disabled_reason: null, succeeded_at: null })
    .execute();
}

export async function updateWebhook(
  trx: Db,
  clientId: string,
  changes: Partial<Pick<Webhook, 'url' | 'events' | 'enabled' | 'disabled_reason'>>,
): Promise<void> {
  await trx.builder
    .updateTable('webhooks')
    .set({ ...changes, updated_at: sql<Date>`clock_timestamp()` })
    .where('client_id', '=', clientId)
    .execute();
}

/** Deletes a webhook with its secrets and deliveries. Returns false if the client has no webhook. */
export async function removeWebhook(trx: Db, clientId: string): Promise<boolean> {
  const query = trx.builder.deleteFrom('webhooks').where('client_id', '=', clientId);
  return (await query.returning('client_id').executeTakeFirst()) !== undefined;
}

export interface WebhookSecret {
  readonly id: string;
  readonly secret: Buffer;
  /** Null for secrets created before this column existed. */
  readonly last_four: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
}

const alive = () => sql<boolean>`(expires_at IS NULL OR expires_at > clock_timestamp())`;

/** Lists the valid secrets, newest first. */
export async function listWebhookSecrets(db: Db, clientId: string): Promise<WebhookSecret[]> {
  return db.builder
    .selectFrom('webhook_secrets')
    .select(['id', 'secret', 'last_four', 'created_at', 'expires_at'])
    .where('client_id', '=', clientId)
    .where(alive())
    .orderBy('id', 'desc')
    .execute();
}

/** Inserts a secret, which must be sealed. */
export async function insertWebhookSecret(
  trx: Db,
  clientId: string,
  { secret, lastFour }: { secret: Buffer; lastFour: string },
): Promise<void> {
  await trx.builder
    .insertInto('webhook_secrets')
    .values({ client_id: clientId, secret, last_four: lastFour, expires_at: null })
    .execute();
}

/** Prepares a rotation: the newest secret keeps working for up to `keepSeconds`, all others are deleted. */
export async function retireWebhookSecrets(trx: Db, clientId: string, keepSeconds: number): Promise<void> {
  const [newest] = await listWebhookSecrets(trx, clientId);
  const kept = keepSeconds > 0 ? newest?.id : undefined;
  let others = trx.builder.deleteFrom('webhook_secrets').where('client_id', '=', clientId);
  if (kept !== undefined) others = others.where('id', '!=', kept);
  await others.execute();
  if (kept === undefined) return;
  const end = sql<Date>`least(expires_at, clock_timestamp() + make_interval(secs => ${keepSeconds}))`;
  await trx.builder.updateTable('webhook_secrets').set({ expires_at: end }).where('id', '=', kept).execute();
}

const allSecrets: Statement = {
  name: 'webhook-secrets-all',
  text: 'SELECT id, client_id, secret FROM webhook_secrets ORDER BY id',
};

/** Returns the secrets of all clients, valid or not. They must be sealed again when SECRETS change. */
export async function everyWebhookSecret(
  db: Db,
): Promise<{ readonly id: string; readonly client_id: string; readonly secret: Buffer }[]> {
  return db.run(allSecrets, []);
}

/** Stores the same secret sealed with another key. */
export async function replaceWebhookSeal(db: Db, id: string, secret: Buffer): Promise<void> {
  await db.builder.updateTable('webhook_secrets').set({ secret }).where('id', '=', id).execute();
}
