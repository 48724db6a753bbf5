/** A client's webhook: it is set up, changed, tested and removed, and its secret is rolled. */

import type { Context } from 'koa';
import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { secretOverlaps } from '../../../../views/admin/webhooks/secrets.ts';
import { m } from '../../../../views/messages/index.ts';
import { webhookRules } from '../../../config/rules.ts';
import { AppError } from '../../../errors.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { sendTestEvent } from '../../../operations/webhook-replays.ts';
import { deleteWebhook, rotateWebhookSecret, setWebhook } from '../../../operations/webhooks.ts';
import { getClient, lockClient } from '../../../store/clients.ts';
import { findWebhook, listWebhookSecrets } from '../../../store/webhooks.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { inReadersWords } from '../../http/rule-words.ts';
import { clientIdOf } from '../clients/subject.ts';
import type { Admin } from '../guard.ts';
import { done } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';
import { showWebhooks, versionOf, webhooksPath } from './page.ts';

const path = '/client/:id/webhooks';

export function webhookPages(pages: AdminPages, deps: WebDeps): void {
  pages.show(path, async (ctx, admin) => {
    await showWebhooks(ctx, deps, admin, await getClient(deps.db, clientIdOf(ctx)));
  });
  pages.change(path, (ctx, admin, form) => saveWebhook(ctx, deps, admin, form));
  pages.change(`${path}/secrets`, (ctx, admin, form) => rollSecret(ctx, deps, admin, form));
  pages.change(`${path}/test`, async (ctx, admin) => {
    await sendTestEvent(deps.db, clientIdOf(ctx), admin.actor);
    done(ctx, 'webhook-tested', webhooksPath(clientIdOf(ctx)));
  });
  pages.change(`${path}/remove`, (ctx, admin, form) => removeWebhook(ctx, deps, admin, form));
}

async function saveWebhook(ctx: Context, deps: WebDeps, admin: Admin, form: URLSearchParams): Promise<void> {
  const { db, sealer } = deps;
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
      return showWebhooks(ctx, deps, admin, client, { values, note: overtakenNote(m().adminWebhooks.one.changed) });
    }
    const { secret } = saved;
    if (secret) return showWebhooks(ctx, deps, admin, client, { secret });
    done(ctx, values.enabled ? 'webhook-saved' : 'webhook-off', webhooksPath(client.client_id));
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'invalid' && error.details)) throw error;
    ctx.status = 422;
    await showWebhooks(ctx, deps, admin, client, {
      values,
      problems: inReadersWords(error.details as Record<string, string>),
    });
  }
}

async function rollSecret(ctx: Context, deps: WebDeps, admin: Admin, form: URLSearchParams): Promise<void> {
  const { db, sealer } = deps;
  const client = await getClient(db, clientIdOf(ctx));
  const hours = Number(field(form, 'hours') || '24');
  if (!secretOverlaps.includes(hours)) throw new AppError('invalid', `hours must be ${secretOverlaps.join(', ')}`);
  // A form that is sent twice must not end the secret that was just made.
  const secret = await db.transaction(async (trx) => {
    await lockClient(trx, client.client_id);
    const [newest] = await listWebhookSecrets(trx, client.client_id);
    if ((newest?.id ?? '') !== field(form, 'newest')) return undefined;
    const kept = { keepOldForHours: hours };
    return (await rotateWebhookSecret(trx, sealer, client.client_id, kept, admin.actor)).secret;
  });
  if (secret) return showWebhooks(ctx, deps, admin, client, { secret });
  ctx.status = 409;
  await showWebhooks(ctx, deps, admin, client, { note: overtakenNote(m().adminWebhooks.one.rolled) });
}

async function removeWebhook(ctx: Context, deps: WebDeps, admin: Admin, form: URLSearchParams): Promise<void> {
  const { db } = deps;
  const client = await getClient(db, clientIdOf(ctx));
  const [typed, { reason, problem }] = [field(form, 'confirm'), readReason(form)];
  const named = typed.trim() === client.client_name;
  if (problem || !named) {
    ctx.status = 422;
    const problems = {
      ...(problem && { reason: problem }),
      ...(!named && { confirm: m().adminWebhooks.one.notTyped }),
    };
    return showWebhooks(ctx, deps, admin, client, { problems, typed, reason });
  }
  await deleteWebhook(db, client.client_id, actorWithReason(admin.actor, reason));
  done(ctx, 'webhook-deleted', webhooksPath(client.client_id));
}
