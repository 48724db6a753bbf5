/** Sets up webhooks and runs their deliveries without the pages. */
import { deliverLogout } from '../../src/operations/logout-delivery.ts';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { deliverWebhook } from '../../src/operations/webhook-delivery.ts';
import { setWebhook, type WebhookInput } from '../../src/operations/webhooks.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { rowsOf } from './rows.ts';
import { type TestServer, testSecret } from './server.ts';

export const actor = { id: 'test' };
/** The sealer of servers from startTestServer. */
export const sealer = createSealer([testSecret]);
export const rules = { local: true, ports: [443] };

/** Sets up a webhook and returns its secret. */
export async function addWebhook(server: TestServer, clientId: string, input: WebhookInput): Promise<string> {
  const { secret } = await setWebhook({ db: server.db, sealer, rules }, clientId, input, actor);
  return secret as string;
}

/** Returns the deliveries of a client, oldest first. */
export async function deliveriesOf(server: TestServer, clientId: string) {
  return rowsOf(server.db, `SELECT * FROM webhook_deliveries WHERE client_id = '${clientId}' ORDER BY seq`);
}

/** Returns the recorded attempts of a client, oldest first. */
export async function attemptsOf(server: TestServer, clientId: string) {
  return rowsOf(
    server.db,
    `SELECT a.* FROM webhook_attempts a JOIN webhook_deliveries d ON d.seq = a.delivery
     WHERE d.client_id = '${clientId}' ORDER BY a.at, a.number`,
  );
}

const outbound = createOutbound();

/**
 * Makes each attempt that is due, like a node but without its polling delay. For servers with WEBHOOK_DELIVERY=off.
 */
export async function sendDue(server: TestServer): Promise<void> {
  const jobs = await rowsOf(
    server.db,
    `DELETE FROM vcauth_queue.job WHERE name IN ('webhooks', 'logouts') AND state = 'created' AND start_after <= now()
     RETURNING name, data->>'delivery' AS delivery, (data->>'attempt')::integer AS attempt`,
  );
  const { published } = await loadOrCreateKeyRing(server.db, sealer);
  const deps = { db: server.db, sealer, rules, outbound, issuer: server.issuer, keys: () => published };
  const inOrder = (jobs as unknown as { name: string; delivery: string; attempt: number }[]).toSorted(
    (a, b) => Number(a.delivery) - Number(b.delivery),
  );
  for (const { name, ...job } of inOrder) await (name === 'logouts' ? deliverLogout : deliverWebhook)(deps, job);
}

/** Makes pending attempts due now. */
export async function makeDue(server: TestServer, clientId: string): Promise<void> {
  await server.db.script(`UPDATE vcauth_queue.job SET start_after = now() - interval '1 second'
    WHERE group_id = '${clientId}' AND state IN ('created', 'retry')`);
}
