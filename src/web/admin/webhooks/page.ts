/** The page of a client's webhook: the form, the secrets, and the events that were sent. */

import type { Context } from 'koa';
import type { overtakenNote } from '../../../../views/admin/clients/index.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { type WebhookForm, webhooksPage } from '../../../../views/admin/webhooks/index.ts';
import { m } from '../../../../views/messages/index.ts';
import { copyScript } from '../../../../views/secret-once.ts';
import { contentSecurityPolicy } from '../../../policy/content-security.ts';
import { deliveryStatuses } from '../../../policy/webhook-attempts.ts';
import { webhookEvents } from '../../../policy/webhook-events.ts';
import type { Client } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import { countDeliveriesUpTo, type ListedDelivery, pageOfDeliveries } from '../../../store/webhook-deliveries.ts';
import { findWebhook, listWebhookSecrets, type Webhook, type WebhookSecret } from '../../../store/webhooks.ts';
import type { WebDeps } from '../../deps.ts';
import { clientSubject } from '../clients/subject.ts';
import type { Admin } from '../guard.ts';
import { framed } from '../notice.ts';
import { chosen } from '../pages.ts';
import { keysetLinks, pageAsked } from '../paging.ts';

export const webhooksPath = (clientId: string) => `/admin/client/${encodeURIComponent(clientId)}/webhooks`;

/** The script of the page with a new secret shows the copy buttons. */
const policyWithCopy = contentSecurityPolicy(copyScript);

/** The version of the webhook; empty if the client has no webhook. */
export const versionOf = (webhook: Webhook | undefined) => webhook?.updated_at.toISOString() ?? '';

/** What a request adds to the page. */
interface Added {
  readonly secret?: string;
  readonly values?: WebhookForm;
  readonly problems?: Problems;
  readonly note?: ReturnType<typeof overtakenNote>;
  readonly typed?: string;
  readonly reason?: string;
}

export async function showWebhooks(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  client: Client,
  added: Added = {},
): Promise<void> {
  if (added.secret) ctx.set('Content-Security-Policy', policyWithCopy);
  const webhook = await findWebhook(db, client.client_id);
  const secrets = await listWebhookSecrets(db, client.client_id);
  const kept = webhook ?? { url: '', events: webhookEvents, enabled: true };
  ctx.body = webhooksPage({
    frame: framed(ctx, admin),
    subject: await clientSubject(db, client),
    ...(webhook && { webhook: shown(webhook, secrets) }),
    ...(client.backchannel_logout_uri !== null && { logoutUri: client.backchannel_logout_uri }),
    values: added.values ?? kept,
    problems: added.problems ?? {},
    events: webhookEvents.map((value) => ({ value, label: m().adminWebhooks.one.eventLabels[value] })),
    ...(added.secret && { secret: added.secret }),
    ...(added.note && { note: added.note }),
    typed: added.typed ?? '',
    reason: added.reason ?? '',
    deliveries: await deliveriesOf(ctx, db, client.client_id),
    now: new Date(),
  });
}

function shown(webhook: Webhook, secrets: readonly WebhookSecret[]) {
  return {
    ...webhook,
    version: versionOf(webhook),
    ...(webhook.disabled_reason && { disabledReason: webhook.disabled_reason }),
    secrets: secrets.map(({ id, last_four: lastFour, created_at: created, expires_at: expires }) => ({
      id,
      ...(lastFour && { lastFour }),
      created,
      ...(expires && { expires }),
    })),
  };
}

/** The page of deliveries that the query asks for. */
async function deliveriesOf(ctx: Context, db: Db, clientId: string) {
  const status = chosen(ctx, 'status', deliveryStatuses);
  const [filter, asked] = [status ? { status } : {}, pageAsked(ctx)];
  const page = await pageOfDeliveries(db, clientId, filter, asked);
  const total = await countDeliveriesUpTo(db, clientId, filter);
  return { rows: page.rows.map(row), ...(status && { status }), links: keysetLinks({ status }, asked, page, total) };
}

function row({
  id,
  type,
  status,
  attempts,
  created_at: created,
  last_status: code,
  last_error: error,
}: ListedDelivery) {
  return {
    id,
    type,
    status,
    attempts,
    created,
    last: { ...(code !== null && { status: code }), ...(error && { error }) },
  };
}
