/** Sets up and removes the webhook of a client, and rotates its secrets. Each writes an audit event. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { lastFour } from '../policy/token-format.ts';
import { type WebhookEvent, webhookEvents } from '../policy/webhook-events.ts';
import { checkWebhookUrl, type OutboundRules } from '../policy/webhook-urls.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import {
  everyWebhookSecret,
  findWebhook,
  insertWebhook,
  insertWebhookSecret,
  listWebhookSecrets,
  removeWebhook,
  replaceWebhookSeal,
  retireWebhookSecrets,
  updateWebhook,
  type Webhook,
} from '../store/webhooks.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { lockClientFor } from './powers.ts';

const maxOverlapHours = 30 * 24;
const defaultOverlapHours = 24;

export interface WebhookInput {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

export interface WebhookWithSecret {
  readonly webhook: Webhook;
  /** Present only if it was just created: it is stored sealed and never shown again. */
  readonly secret?: string;
}

/** Returns the client's webhook. @throws AppError not_found */
export async function getWebhook(db: Db, clientId: string): Promise<Webhook> {
  const webhook = await findWebhook(db, clientId);
  if (!webhook) throw new AppError('not_found', `${clientId} has no webhook`);
  return webhook;
}

/**
 * Creates the client's webhook or changes the given fields. A new webhook receives all events by default. @throws AppError invalid
 * with the problem of each field, or not_found
 */
export async function setWebhook(
  { db, sealer, rules }: { db: Db; sealer: Sealer; rules: OutboundRules },
  clientId: string,
  input: WebhookInput,
  actor: Actor,
): Promise<WebhookWithSecret> {
  return db.transaction(async (trx) => {
    await lockClientFor(trx, actor, clientId);
    const before = await findWebhook(trx, clientId);
    const after = {
      url: (input.url ?? before?.url ?? '').trim(),
      events: webhookEvents.filter((event) => (input.events ?? before?.events ?? webhookEvents).includes(event)),
      enabled: input.enabled ?? before?.enabled ?? true,
    };
    check(after, input, rules);
    if (before) {
      const { disabled_reason: reason } = before;
      await updateWebhook(trx, clientId, { ...after, disabled_reason: after.enabled ? null : reason });
    } else await insertWebhook(trx, { client_id: clientId, ...after });
    const secret = before ? undefined : await addSecret(trx, sealer, clientId);
    const details = {
      after,
      ...(before && { before: { url: before.url, events: before.events, enabled: before.enabled } }),
    };
    await recordClient(trx, actor, before ? 'webhook.updated' : 'webhook.created', clientId, details);
    return { webhook: await getWebhook(trx, clientId), ...(secret && { secret }) };
  });
}

/** Creates a new secret. Both secrets sign for `keepOldForHours`, so that the receiver can switch without losing an event. */
export async function rotateWebhookSecret(
  db: Db,
  sealer: Sealer,
  clientId: string,
  { keepOldForHours = defaultOverlapHours }: { keepOldForHours?: number | undefined },
  actor: Actor,
): Promise<{ secret: string }> {
  if (!(keepOldForHours >= 0 && keepOldForHours <= maxOverlapHours)) {
    throw new AppError('invalid', `An old secret may be kept for 0 to ${maxOverlapHours} hours`);
  }
  return db.transaction(async (trx) => {
    await lockClientFor(trx, actor, clientId);
    await getWebhook(trx, clientId);
    await retireWebhookSecrets(trx, clientId, keepOldForHours * 3600);
    const secret = await addSecret(trx, sealer, clientId);
    await recordClient(trx, actor, 'webhook.secret_rotated', clientId, { keep_old_for_hours: keepOldForHours });
    return { secret };
  });
}

/** Deletes the webhook with its secrets and deliveries; pending events are not sent. @throws AppError not_found */
export async function deleteWebhook(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await lockClientFor(trx, actor, clientId);
    if (!(await removeWebhook(trx, clientId))) throw new AppError('not_found', `${clientId} has no webhook`);
    await recordClient(trx, actor, 'webhook.deleted', clientId);
  });
}

/** Returns the client's valid signing secrets, newest first. */
export async function openWebhookSecrets(db: Db, sealer: Sealer, clientId: string): Promise<string[]> {
  const stored = await listWebhookSecrets(db, clientId);
  return stored.map(({ secret }) => sealer.open(secret, contextOf(clientId)).toString());
}

/** Seals every secret with the first of SECRETS, so that older secrets can be removed later. */
export async function resealWebhookSecrets(db: Db, sealer: Sealer): Promise<void> {
  for (const { id, client_id: clientId, secret } of await everyWebhookSecret(db)) {
    if (sealer.isFresh(secret)) continue;
    const opened = sealer.openIfKnown(secret, contextOf(clientId));
    if (!opened) {
      const what = `the webhook secret of ${clientId}`;
      throw new AppError(
        'invalid',
        `SECRETS do not include the one that sealed ${what}. Put it back, after the new one.`,
      );
    }
    await replaceWebhookSeal(db, id, sealer.seal(opened, contextOf(clientId)));
  }
}

function check(after: { url: string; events: WebhookEvent[] }, input: WebhookInput, rules: OutboundRules): void {
  const problems: Record<string, string> = {};
  const url = checkWebhookUrl(after.url, rules);
  if (url) problems.url = url;
  const unknown = input.events?.find((event) => !webhookEvents.includes(event as WebhookEvent));
  if (unknown !== undefined) problems.events = `must be some of ${webhookEvents.join(', ')}`;
  else if (after.events.length === 0) problems.events = 'must be at least one';
  const found = Object.entries(problems);
  if (found.length === 0) return;
  throw new AppError('invalid', found.map(([field, problem]) => `${field} ${problem}`).join('; '), problems);
}

/** Secrets have 256 bits in the format of the specification: whsec_ and base64. */
async function addSecret(trx: Db, sealer: Sealer, clientId: string): Promise<string> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await insertWebhookSecret(trx, clientId, {
    secret: sealer.seal(secret, contextOf(clientId)),
    lastFour: lastFour(secret),
  });
  return secret;
}

const contextOf = (clientId: string) => `webhook secret ${clientId}`;
