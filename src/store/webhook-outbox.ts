/**
 * Puts events for webhooks down, in the transaction of what they tell of: after what takes the lock of the revocation
 * list, before the line in the audit log. One statement, whether or not anybody listens (migrations/0007).
 */
import type { WebhookEvent } from '../policy/webhook-events.ts';
import type { Db, Statement } from './database.ts';

const tellStatement: Statement = { name: 'webhook-tell', text: 'SELECT tell_webhooks($1, $2, $3)' };

/** Tells those that listen. `data` stands beside `client_id`: never a token, a secret or an address. */
export async function enqueueWebhook(
  trx: Db,
  clientIds: readonly string[],
  type: WebhookEvent | 'webhook.test',
  data: object,
): Promise<void> {
  await trx.run(tellStatement, [clientIds, type, JSON.stringify(data)]);
}

const withAccessStatement: Statement = {
  name: 'webhook-clients-of-account',
  text: `SELECT DISTINCT client_id FROM grants JOIN webhooks USING (client_id)
    WHERE account_id = $1 AND expires_at > clock_timestamp()`,
};

/** The clients that have a webhook and living access to an account. Under `lockAccount`, so that none is being added. */
export async function clientsWithAccess(trx: Db, accountId: string): Promise<string[]> {
  const rows = await trx.run<{ client_id: string }>(withAccessStatement, [accountId]);
  return rows.map(({ client_id: id }) => id);
}
