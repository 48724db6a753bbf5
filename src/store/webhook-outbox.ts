/**
 * Puts events for webhooks down, in the transaction of what they tell of: after what takes the lock of the revocation
 * list, before the line in the audit log. One statement, whether or not anybody listens (migrations/0007).
 */
import type { WebhookEvent } from '../policy/webhook-events.ts';
import type { Db, Statement } from './database.ts';

const tellStatement: Statement = { name: 'webhook-tell', text: 'SELECT tell_webhooks(ARRAY[$1], $2, $3) AS told' };

/** `data` beside `client_id`: never a token, a secret or an address. True when the client's endpoint will be told. */
export async function tellClient(
  trx: Db,
  clientId: string,
  type: WebhookEvent | 'webhook.test',
  data: object,
): Promise<boolean> {
  const [row] = await trx.run<{ told: number }>(tellStatement, [clientId, type, JSON.stringify(data)]);
  return row?.told === 1;
}

const tellClientsOfStatement: Statement = {
  name: 'webhook-tell-of-account',
  text: `SELECT tell_webhooks(
      ARRAY(SELECT DISTINCT client_id FROM grants WHERE account_id = $1 AND expires_at > clock_timestamp()), $2, $3)`,
};

/** Every client that has living access to an account. Under `lockAccount`, and before its grants end. */
export async function tellClientsOf(trx: Db, accountId: string, type: WebhookEvent, data: object): Promise<void> {
  await trx.run(tellClientsOfStatement, [accountId, type, JSON.stringify(data)]);
}
