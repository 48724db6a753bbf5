/** A client's webhook: it is set up, changed, tested and removed, and its secret is rolled. */
import type { Context } from 'koa';
import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { type WebhookForm, webhooksPage } from '../../../../views/admin/webhooks/index.ts';
import { secretOverlaps } from '../../../../views/admin/webhooks/secrets.ts';
import type { DeliveryStatus } from '../../../../views/admin/webhooks/states.ts';
import { copyScript } from '../../../../views/secret-once.ts';
import { webhookRules } from '../../../config/rules.ts';
import { AppError } from '../../../errors.ts';
import { because } from '../../../operations/client-record.ts';
import { sendTestEvent } from '../../../operations/webhook-replays.ts';
import { deleteWebhook, rotateWebhookSecret, setWebhook } from '../../../operations/webhooks.ts';
import { contentSecurityPolicy } from '../../../policy/content-security.ts';
import { webhookEventLabels, webhookEvents } from '../../../policy/webhook-events.ts';
import { type Client, getClient, lockClient } from '../../../store/clients.ts';
import { countDeliveriesUpTo, type ListedDelivery, pageOfDeliveries } from '../../../store/webhook-deliveries.ts';
import { findWebhook, listWebhookSecrets, type Webhook } from '../../../store/webhooks.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { clientIdOf, clientSubject } from '../clients/subject.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, chosen } from '../pages.ts';
import { keysetLinks, pageAsked } from '../paging.ts';
import { readReason } from '../reason.ts';

const statuses: readonly DeliveryStatus[] = ['pending', 'delivered', 'failed'];
const events = webhookEvents.map((value) => ({ value, label: webhookEventLabels[value] }));

export const webhooksPath = (clientId: string) => `/admin/client/${encodeURIComponent(clientId)}/webhooks`;
/** The script of the page with a new secret shows the copy buttons. */
const policyWithCopy = contentSecurityPolicy(copyScript);

export function webhookPages(pages: AdminPages, deps: WebDeps): void {
  const { db, sealer } = deps;

  pages.show('/client/:id/webhooks', async (ctx, admin) => {
    await showWebhooks(ctx, deps, admin, await getClient(db, clientIdOf(ctx)));
  });

  pages.change('/client/:id/webhooks', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const asOf = field(form, 'as_of');
    const values = {
      url: field(form, 'url'),
      events: form.getAll('events'),
      enabled: asOf === '' || form.has('enabled'),
    };
    try {
      const rules = webhookRules(deps.config);
      const saved = await db.transaction(async (trx) => {
        await lockClient(trx, client.client_id);
        if (versionOf(await findWebhook(trx, client.client_id)) !== asOf) return undefined;
        return setWebhook({ db: trx, sealer, rules }, client.client_id, values, admin.actor);
      });
      if (!saved) {
        ctx.status = 409;
        return showWebhooks(ctx, deps, admin, client, { values, note: changedMeanwhile });
      }
      const { secret } = saved;
      if (secret) return showWebhooks(ctx, deps, admin, client, { secret });
      done(ctx, 'webhook-saved', webhooksPath(client.client_id));
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid' && error.details)) throw error;
      ctx.status = 422;
      await showWebhooks(ctx, deps, admin, client, { values, problems: error.details as Record<string, string> });
    }
  });

  pages.change('/client/:id/webhooks/secrets', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const hours = Number(field(form, 'hours') || '24');
    if (!secretOverlaps.includes(hours)) throw new AppError('invalid', `hours must be ${secretOverlaps.join(', ')}`);
    // A form that is sent twice must not end the secret that was just made.
    const secret = await db.transaction(async (trx) => {
      await lockClient(trx, client.client_id);
      const [newest] = await listWebhookSecrets(trx, client.client_id);
      if ((newest?.id ?? '') !== field(form, 'newest')) return undefined;
      const { secret: made } = await rotateWebhookSecret(
        trx,
        sealer,
        client.client_id,
        { keepOldForHours: hours },
        admin.actor,
      );
      return made;
    });
    if (secret) return showWebhooks(ctx, deps, admin, client, { secret });
    ctx.status = 409;
    await showWebhooks(ctx, deps, admin, client, { note: rolledMeanwhile });
  });

  pages.change('/client/:id/webhooks/test', async (ctx, admin) => {
    await sendTestEvent(db, clientIdOf(ctx), admin.actor);
    done(ctx, 'webhook-tested', webhooksPath(clientIdOf(ctx)));
  });

  pages.change('/client/:id/webhooks/remove', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const [typed, { reason, problem }] = [field(form, 'confirm'), readReason(form)];
    const named = typed.trim() === client.client_name;
    if (problem || !named) {
      ctx.status = 422;
      const problems = {
        ...(problem && { reason: problem }),
        ...(!named && { confirm: 'is not what you typed: nothing was removed' }),
      };
      return showWebhooks(ctx, deps, admin, client, { problems, typed, reason });
    }
    await deleteWebhook(db, clientIdOf(ctx), because(admin.actor, reason));
    done(ctx, 'webhook-deleted', webhooksPath(clientIdOf(ctx)));
  });
}

const rolledMeanwhile = overtakenNote(
  'The secret was rolled in the meantime.',
  'Nothing was done. Below is how things stand now.',
);
const changedMeanwhile = overtakenNote(
  'This webhook was changed after you opened its page.',
  'Nothing was saved, and what you typed is below: save again to keep it.',
);
/** The version of the webhook; empty if there is none. */
const versionOf = (webhook: Webhook | undefined) => webhook?.updated_at.toISOString() ?? '';

/** The page, with what this request adds. */
export async function showWebhooks(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  client: Client,
  added: {
    secret?: string;
    values?: WebhookForm;
    problems?: Record<string, string>;
    note?: ReturnType<typeof overtakenNote>;
    typed?: string;
    reason?: string;
  } = {},
): Promise<void> {
  const { client_id: clientId } = client;
  if (added.secret) ctx.set('Content-Security-Policy', policyWithCopy);
  const webhook = await findWebhook(db, clientId);
  const secrets = await listWebhookSecrets(db, clientId);
  const status = chosen(ctx, 'status', statuses);
  const [filter, asked] = [status ? { status } : {}, pageAsked(ctx)];
  const page = await pageOfDeliveries(db, clientId, filter, asked);
  const total = await countDeliveriesUpTo(db, clientId, filter);
  const kept = webhook ?? { url: '', events: webhookEvents, enabled: true };
  ctx.body = webhooksPage({
    frame: framed(ctx, admin),
    subject: await clientSubject(db, client),
    ...(webhook && {
      webhook: {
        ...kept,
        version: versionOf(webhook),
        ...(webhook.disabled_reason && { disabledReason: webhook.disabled_reason }),
        secrets: secrets.map(({ id, last_four: lastFour, created_at: created, expires_at: expires }) => ({
          id,
          ...(lastFour && { lastFour }),
          created,
          ...(expires && { expires }),
        })),
      },
    }),
    values: added.values ?? kept,
    problems: added.problems ?? {},
    events,
    ...(added.secret && { secret: added.secret }),
    ...(added.note && { note: added.note }),
    typed: added.typed ?? '',
    reason: added.reason ?? '',
    deliveries: {
      rows: page.rows.map(row),
      ...(status && { status }),
      links: keysetLinks({ status }, asked, page, total),
    },
    now: new Date(),
  });
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
