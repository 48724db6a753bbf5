/** Sends test events and replays deliveries at the request of an admin. Each writes an audit event. */
import { AppError } from '../errors.ts';
import { logoutDelivery } from '../policy/backchannel-logout.ts';
import { testEvent } from '../policy/webhook-events.ts';
import { type Client, getClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { findDelivery, type Receives, replayDeliveries } from '../store/webhook-deliveries.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import { findWebhook } from '../store/webhooks.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { requirePowerOverClient } from './powers.ts';
import { getWebhook } from './webhooks.ts';

/** Far more than are stored for a client. */
const maxReplayed = 10_000;

/** Enqueues an event of type `webhook.test`. @throws AppError not_found, or invalid while the webhook is off */
export async function sendTestEvent(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await requireOn(trx, actor, clientId);
    await enqueueWebhook(trx, [clientId], testEvent, {});
    await recordClient(trx, actor, 'webhook.tested', clientId);
  });
}

/**
 * Sends one event again now, with the same id, or makes and sends one logout token again. @throws AppError not_found, or invalid while
 * the webhook is off, or the client has no address for logout tokens
 */
export async function replayDelivery(db: Db, clientId: string, id: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    const receives = await receivedBy(trx, actor, clientId);
    const found = await findDelivery(trx, clientId, id);
    if (!found) throw new AppError('not_found', `There is no event ${id}`);
    const isLogout = found.delivery.type === logoutDelivery;
    if (isLogout && !receives.logouts) throw new AppError('invalid', `${clientId} has no backchannel_logout_uri`);
    if (!isLogout && !receives.events) throw webhookOff();
    await replayDeliveries(trx, clientId, { id }, { limit: 1, receives });
    await recordClient(trx, actor, 'webhook.replayed', clientId, { event: id });
  });
}

/** Sends again what failed since `since` and can be sent, and returns its number. @throws AppError invalid if nothing can be sent */
export async function replayFailed(db: Db, clientId: string, since: Date, actor: Actor): Promise<number> {
  return db.transaction(async (trx) => {
    const receives = await receivedBy(trx, actor, clientId);
    if (!receives.events && !receives.logouts) throw webhookOff();
    const events = await replayDeliveries(trx, clientId, { failedSince: since }, { limit: maxReplayed, receives });
    if (events > 0) await recordClient(trx, actor, 'webhook.replayed', clientId, { failed_since: since, events });
    return events;
  });
}

async function requireOn(trx: Db, actor: Actor, clientId: string): Promise<void> {
  requirePowerOverClient(actor, { before: await getClient(trx, clientId) });
  if (!(await getWebhook(trx, clientId)).enabled) throw webhookOff();
}

const webhookOff = () => new AppError('invalid', 'The webhook is off: turn it on first');

async function receivedBy(trx: Db, actor: Actor, clientId: string): Promise<Receives> {
  const client = await getClient(trx, clientId);
  requirePowerOverClient(actor, { before: client });
  await requireDeliveries(trx, client);
  return {
    logouts: client.backchannel_logout_uri !== null,
    events: (await findWebhook(trx, clientId))?.enabled === true,
  };
}

/** @throws AppError not_found for a client that is sent nothing: it has neither a webhook nor an address for logout tokens */
export async function requireDeliveries(db: Db, client: Client): Promise<void> {
  if (client.backchannel_logout_uri === null) await getWebhook(db, client.client_id);
}
