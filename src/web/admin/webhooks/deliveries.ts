/** The events that a client's webhook was sent: one event with its attempts, and events sent again. */

import type { Context } from 'koa';
import { deliveryPage } from '../../../../views/admin/webhooks/delivery.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { replayDelivery, replayFailed } from '../../../operations/webhook-replays.ts';
import { logoutDelivery } from '../../../policy/backchannel-logout.ts';
import { type Client, getClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import { findDelivery, type WebhookAttempt } from '../../../store/webhook-deliveries.ts';
import { findWebhook } from '../../../store/webhooks.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { clientIdOf, clientSubject } from '../clients/subject.ts';
import { readDay } from '../day.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { showWebhooks, webhooksPath } from './page.ts';

export function deliveryPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;
  const deliveryIdOf = (ctx: Context & { params?: Record<string, string> }) => ctx.params?.delivery as string;

  pages.show('/client/:id/webhooks/deliveries/:delivery', async (ctx, admin) => {
    const client = await getClient(db, clientIdOf(ctx));
    const found = await findDelivery(db, client.client_id, deliveryIdOf(ctx));
    if (!found) throw new AppError('not_found', 'There is no such event, or it is older than the log');
    const { delivery, attempts } = found;
    const { id, type, status, created_at: created, due_at: due } = delivery;
    ctx.body = deliveryPage({
      frame: framed(ctx, admin),
      subject: await clientSubject(db, client),
      delivery: { id, type, status, created, body: indented(delivery.body), ...(due && { due }) },
      attempts: attempts.map(attempt),
      enabled: await canBeSent(db, client, type),
    });
  });

  pages.change('/client/:id/webhooks/deliveries/:delivery/replay', async (ctx, admin) => {
    const [clientId, id] = [clientIdOf(ctx), deliveryIdOf(ctx)];
    await replayDelivery(db, clientId, id, admin.actor);
    done(ctx, 'webhook-replayed', `${webhooksPath(clientId)}/deliveries/${encodeURIComponent(id)}`);
  });

  pages.change('/client/:id/webhooks/replay', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const since = readDay(field(form, 'since'));
    if (!since) {
      ctx.status = 422;
      return showWebhooks(ctx, deps, admin, client, { problems: { since: m().adminFrame.dayProblem } });
    }
    const replayed = await replayFailed(db, client.client_id, since, admin.actor);
    done(ctx, replayed > 0 ? 'webhook-replayed' : 'webhook-nothing', webhooksPath(client.client_id));
  });
}

/** Whether it could be sent again now. */
async function canBeSent(db: Db, client: Client, type: string): Promise<boolean> {
  if (type === logoutDelivery) return client.backchannel_logout_uri !== null;
  return (await findWebhook(db, client.client_id))?.enabled === true;
}

const indented = (body: string) => JSON.stringify(JSON.parse(body), null, 2);

function attempt({ number, at, duration_ms: milliseconds, status, error, response }: WebhookAttempt) {
  return {
    number,
    at,
    milliseconds,
    ...(status !== null && { status }),
    ...(error && { error }),
    ...(response && { response }),
  };
}
