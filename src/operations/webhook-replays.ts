/** Sends test events and replays deliveries at the request of an admin. Each writes an audit event. */
import { AppError } from '../errors.ts';
import { testEvent } from '../policy/webhook-events.ts';
import { getClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { findDelivery, replayDeliveries } from '../store/webhook-deliveries.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { requirePowerOverClient } from './powers.ts';
import { getWebhook } from './webhooks.ts';

/** Far more than are stored for a client. */
const maxReplayed = 10_000;

/** Enqueues an event of type `webhook.test`. Throws `not_found`, or `invalid` while the webhook is off. */
export async function sendTestEvent(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await requireOn(trx, actor, clientId);
    await enqueueWebhook(trx, [clientId], testEvent, {});
    await recordClient(trx, actor, 'webhook.tested', clientId);
  });
}

/** Sends one event again now, with the same id. Throws `not_found`, or `invalid` while the webhook is off. */
export async function replayDelivery(db: Db, clientId: string, id: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await requireOn(trx, actor, clientId);
    if (!(await findDelivery(trx, clientId, id))) throw new AppError('not_found', `There is no event ${id}`);
    await replayDeliveries(trx, clientId, { id }, 1);
    await recordClient(trx, actor, 'webhook.replayed', clientId, { event: id });
  });
}

/** Sends the events again that failed since `since`, and returns their number. */
export async function replayFailed(db: Db, clientId: string, since: Date, actor: Actor): Promise<number> {
  return db.transaction(async (trx) => {
    await requireOn(trx, actor, clientId);
    const events = await replayDeliveries(trx, clientId, { failedSince: since }, maxReplayed);
    if (events > 0) await recordClient(trx, actor, 'webhook.replayed', clientId, { failed_since: since, events });
    return events;
  });
}

async function requireOn(trx: Db, actor: Actor, clientId: string): Promise<void> {
  requirePowerOverClient(actor, { before: await getClient(trx, clientId) });
  if (!(await getWebhook(trx, clientId)).enabled) throw new AppError('invalid', 'The webhook is off: turn it on first');
}
