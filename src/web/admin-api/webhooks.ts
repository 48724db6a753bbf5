/** /admin/v1/clients/{client_id}/webhook: the URL that receives a client's events, and its secrets. */
import { z } from 'zod';
import { webhookRules } from '../../config/rules.ts';
import { AppError } from '../../errors.ts';
import { deleteWebhook, getWebhook, rotateWebhookSecret, setWebhook } from '../../operations/webhooks.ts';
import { webhookEvents } from '../../policy/webhook-events.ts';
import { findWebhook } from '../../store/webhooks.ts';
import { oneClient } from './clients.ts';
import { deleted, deletedShape } from './documents.ts';
import { operation } from './operation.ts';
import { newWebhookSecretShape, webhookDocument, webhookShape, webhookWithSecret } from './webhook-documents.ts';

const path = '/clients/{client_id}/webhook';
const events = z.array(z.enum(webhookEvents)).max(webhookEvents.length).optional();
const url = z.string().max(2000);

export const webhookOperations = [
  operation({
    id: 'webhooks.create',
    method: 'POST',
    path,
    summary: 'Set up the webhook of a client',
    description: 'It receives every event unless `events` names some. Only this answer has the signing secret.',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ url, events, enabled: z.boolean().optional() }),
    example: { url: 'https://notes.example/webhooks', events: ['grant.revoked', 'client.secret_rotated'] },
    status: 201,
    data: webhookWithSecret,
    async run({ db, params: { client_id: id }, body, actor, deps }) {
      if (await findWebhook(db, id)) throw new AppError('conflict', `${id} has a webhook already: change that one`);
      const rules = webhookRules(deps.config);
      const { webhook, secret } = await setWebhook({ db, sealer: deps.sealer, rules }, id, body, actor);
      return { data: { ...webhookDocument(webhook), secret } };
    },
  }),
  operation({
    id: 'webhooks.get',
    method: 'GET',
    path,
    summary: 'Read the webhook of a client',
    scopes: ['clients:read'],
    params: oneClient,
    data: webhookShape,
    run: async ({ db, params }) => ({ data: webhookDocument(await getWebhook(db, params.client_id)) }),
  }),
  operation({
    id: 'webhooks.update',
    method: 'PATCH',
    path,
    summary: 'Change a webhook, turn it on or off',
    description: 'Only the named fields change. Events that happen while it is off are not sent, not even later.',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ url: url.optional(), events, enabled: z.boolean().optional() }),
    example: { enabled: true },
    data: webhookShape,
    async run({ db, params: { client_id: id }, body, actor, deps }) {
      await getWebhook(db, id);
      const rules = webhookRules(deps.config);
      const { webhook } = await setWebhook({ db, sealer: deps.sealer, rules }, id, body, actor);
      return { data: webhookDocument(webhook) };
    },
  }),
  operation({
    id: 'webhooks.delete',
    method: 'DELETE',
    path,
    summary: 'Remove a webhook with its secrets and its log',
    needsReason: true,
    scopes: ['clients:write'],
    params: oneClient,
    data: deletedShape,
    async run({ db, params: { client_id: id }, actor }) {
      await deleteWebhook(db, id, actor);
      return { data: deleted(id) };
    },
  }),
  operation({
    id: 'webhooks.rotate_secret',
    method: 'POST',
    path: `${path}/secrets`,
    summary: 'Give a webhook a new signing secret',
    description: 'Only this answer has it. For `keep_old_hours` the previous one signs too.',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ keep_old_hours: z.int().min(0).max(720).default(24) }),
    example: { keep_old_hours: 24 },
    status: 201,
    data: newWebhookSecretShape,
    async run({ db, params: { client_id: id }, body, actor, deps }) {
      const keep = { keepOldForHours: body.keep_old_hours };
      return { data: { client_id: id, ...(await rotateWebhookSecret(db, deps.sealer, id, keep, actor)) } };
    },
  }),
];
