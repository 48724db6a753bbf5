/** Endpoints of webhooks, one for a client at most, and what signs for them: sealed secrets, two during a rotation. */
import { type Selectable, sql } from 'kysely';
import type { Db, Statement } from './database.ts';
import type { Schema } from './schema.ts';

export type Webhook = Selectable<Schema['webhooks']>;

export async function findWebhook(db: Db, clientId: string): Promise<Webhook | undefined> {
  return db.builder.selectFrom('webhooks').selectAll().where('client_id', '=', clientId).executeTakeFirst();
}

/** In the order of their clients, `after` one of them. */
export async function listWebhooks(db: Db, page: { limit: number; after?: string }): Promise<Webhook[]> {
  let query = db.builder.selectFrom('webhooks').selectAll().orderBy('client_id').limit(page.limit);
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

/** With its secrets and everything that was told. Whether there was one. */
export async function removeWebhook(trx: Db, clientId: string): Promise<boolean> {
  const query = trx.builder.deleteFrom('webhooks').where('client_id', '=', clientId);
  return (await query.returning('client_id').executeTakeFirst()) !== undefined;
}

export interface WebhookSecret {
  readonly id: string;
  readonly secret: Buffer;
  /** Null for secrets that were made before it was kept. */
  readonly last_four: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
}

const alive = sql<boolean>`(expires_at IS NULL OR expires_at > clock_timestamp())`;

/** The living ones, the newest first. */
export async function listWebhookSecrets(db: Db, clientId: string): Promise<WebhookSecret[]> {
  return db.builder
    .selectFrom('webhook_secrets')
    .select(['id', 'secret', 'last_four', 'created_at', 'expires_at'])
    .where('client_id', '=', clientId)
    .where(alive)
    .orderBy('id', 'desc')
    .execute();
}

/** `secret` is sealed. */
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

/** Before a new one comes: the newest goes on for so many seconds at most, all others are gone. */
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

/** Of every client, whether they live or not: what has to be sealed anew when SECRETS change. */
export async function everyWebhookSecret(
  db: Db,
): Promise<{ readonly id: string; readonly client_id: string; readonly secret: Buffer }[]> {
  return db.run(allSecrets, []);
}

/** The same secret under another seal. */
export async function replaceWebhookSeal(db: Db, id: string, secret: Buffer): Promise<void> {
  await db.builder.updateTable('webhook_secrets').set({ secret }).where('id', '=', id).execute();
}
