/** The schemas of answers about webhooks. */
import { z } from 'zod';
import type { WebhookAttempt, WebhookDelivery } from '../../store/webhook-deliveries.ts';
import type { Webhook } from '../../store/webhooks.ts';

const time = z.iso.datetime();
const maybe = <T extends z.ZodType>(form: T) => form.nullable();
const status = z.enum(['pending', 'delivered', 'failed']);

export const webhookShape = z.strictObject({
  client_id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  disabled_reason: maybe(z.enum(['gone', 'failing'])),
  succeeded_at: maybe(time),
  created_at: time,
  updated_at: time,
});
/** The webhook, with its secret if one was just created. */
export const webhookWithSecret = webhookShape.extend({ secret: z.string() });
export const newWebhookSecretShape = z.strictObject({ client_id: z.string(), secret: z.string() });

export const listedDeliveryShape = z.strictObject({
  id: z.string(),
  client_id: z.string(),
  type: z.string(),
  status,
  attempts: z.int(),
  due_at: maybe(time),
  created_at: time,
  last_status: maybe(z.int()),
  last_error: maybe(z.string()),
  last_ms: maybe(z.int()),
});

const attemptShape = z.strictObject({
  number: z.int(),
  at: time,
  duration_ms: z.int(),
  status: maybe(z.int()),
  error: maybe(z.string()),
  response: maybe(z.string()),
});
export const deliveryShape = z.strictObject({
  id: z.string(),
  client_id: z.string(),
  type: z.string(),
  status,
  due_at: maybe(time),
  created_at: time,
  body: z.record(z.string(), z.unknown()),
  attempts: z.array(attemptShape),
});
export const queuedShape = z.strictObject({ queued: z.int() });

export const webhookComponents = {
  Webhook: webhookShape,
  WebhookWithSecret: webhookWithSecret,
  NewWebhookSecret: newWebhookSecretShape,
  ListedWebhookDelivery: listedDeliveryShape,
  WebhookDelivery: deliveryShape,
  WebhookEventsQueued: queuedShape,
} as const;

export const webhookDocument = (webhook: Webhook): object => webhook;

export function deliveryDocument({
  delivery,
  attempts,
}: {
  delivery: WebhookDelivery;
  attempts: WebhookAttempt[];
}): object {
  const { id, client_id, type, status: state, due_at, created_at, body } = delivery;
  return { id, client_id, type, status: state, due_at, created_at, body: JSON.parse(body), attempts };
}
