/**
 * Enqueues webhook events in the transaction of the change that they report. It is one statement, whether or not a client
 * has a webhook (migrations/0007).
 */
import type { WebhookEvent } from '../policy/webhook-events.ts';
import type { Db, Statement } from './database.ts';

const tellStatement: Statement = { name: 'webhook-tell', text: 'SELECT tell_webhooks($1, $2, $3)' };

/** Enqueues an event for those of the clients that subscribe to it. `data` must not contain a token, a secret or an address. */
export async function enqueueWebhook(
  trx: Db,
  clientIds: readonly string[],
  type: WebhookEvent | 'webhook.test',
  data: object,
): Promise<void> {
  await trx.run(tellStatement, [clientIds, type, JSON.stringify(data)]);
}

const tellAllStatement: Statement = {
  name: 'webhooks-tell',
  text: `SELECT tell_webhooks(ARRAY[e.client_id], e.type, e.data) FROM jsonb_to_recordset($1::jsonb) e(client_id text, type text, data jsonb)`,
};

/** Enqueues many events in one statement. */
export async function enqueueWebhooks(
  trx: Db,
  events: readonly { readonly clientId: string; readonly type: WebhookEvent; readonly data: object }[],
): Promise<void> {
  const rows = events.map(({ clientId, type, data }) => ({ client_id: clientId, type, data }));
  await trx.run(tellAllStatement, [JSON.stringify(rows)]);
}

const withAccessStatement: Statement = {
  name: 'webhook-clients-of-account',
  text: `SELECT DISTINCT client_id FROM grants JOIN webhooks USING (client_id)
    WHERE account_id = $1 AND expires_at > clock_timestamp()`,
};

/** Returns clients with a webhook and live access to the account. Call it under `lockAccount`, so that none is added meanwhile. */
export async function clientsWithAccess(trx: Db, accountId: string): Promise<string[]> {
  const rows = await trx.run<{ client_id: string }>(withAccessStatement, [accountId]);
  return rows.map(({ client_id: id }) => id);
}
