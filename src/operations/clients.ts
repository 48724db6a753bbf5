/** Clients are registered, changed, stopped and get secrets; each in one transaction with its line in the audit log. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { completeClient, registrationOf } from '../policy/client/registration.ts';
import { type ClientInput, type FieldName, fieldNames } from '../policy/client/schema.ts';
import { formatSecret, lastFour } from '../policy/token-format.ts';
import { revokeClientFor, revokeClientWhileDisabled } from '../store/client-revocations.ts';
import {
  insertClientSecret,
  listClientSecrets,
  removeClientSecrets,
  retireClientSecrets,
} from '../store/client-secrets.ts';
import {
  type Client,
  endGrantsOfClient,
  insertClient,
  removeClient,
  removeConsentsOfClient,
  updateClientRow,
} from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { changeClient } from './client-change.ts';
import { withOwnerId } from './client-owner.ts';
import { neededWhy, recordClient, why } from './client-record.ts';
import { lockClientFor, requirePowerOverClient } from './powers.ts';

/** One hour of an access token, and one more for clocks and nodes that lag behind. Seconds. */
const tokenLifeAndSkew = 2 * 3600;
const maxDaysOfOverlap = 90;
/** No colon, so that it stands in Basic credentials as it is; nothing that a URL would encode. */
const clientIdForm = /^[A-Za-z\d._~-]{1,100}$/;

export interface NewClient {
  readonly client: Client;
  /** Known only now: a hash of it is all that is kept. */
  readonly clientSecret?: string;
}

/** Throws `invalid` with every field's problem, or `conflict` when the id is taken. */
export async function createClient(
  db: Db,
  { client_id: chosen, ...input }: ClientInput & { client_id?: string },
  actor: Actor,
): Promise<NewClient> {
  const clientId = chosen ?? `vcs_client_${randomBytes(12).toString('hex')}`;
  if (!clientIdForm.test(clientId)) {
    const problem = 'must have 1 to 100 letters, digits, dots, dashes, underscores or tildes';
    throw new AppError('invalid', `client_id ${problem}`, { client_id: problem });
  }
  const metadata = completeClient(input);
  return db.transaction(async (trx) => {
    const { owner_role, ...row } = await withOwnerId(trx, metadata);
    requirePowerOverClient(actor, { after: { ...row, owner_role } });
    const client = await insertClient(trx, { ...row, client_id: clientId, logo_uri: null, verified_at: null });
    const secret = usesSecret(client) ? { clientSecret: await addSecret(trx, clientId) } : {};
    await recordClient(trx, actor, 'client.created', clientId, { after: row });
    return { client, ...secret };
  });
}

/**
 * Changes the named fields; null gives one its default, everything else stays. A client that now needs a secret gets
 * one, the secrets of one that needs none any more are gone, and its webhook is told of either. With `asOf` nothing
 * happens when it has changed since that `updated_at`. Throws `invalid`, `not_found` or `conflict`.
 */
export async function updateClient(
  db: Db,
  clientId: string,
  changes: Partial<ClientInput>,
  actor: Actor,
  { asOf }: { asOf?: Date } = {},
): Promise<NewClient> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (asOf && asOf.getTime() !== before.updated_at.getTime()) {
      throw new AppError('conflict', `${clientId} was changed by somebody else in the meantime`);
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = completeClient({ ...registrationOf(before), ...given });
    if (after.type !== before.type) {
      throw new AppError('invalid', 'type can’t be changed', { type: 'can’t be changed: register another client' });
    }
    const { owner_role, ...row } = await withOwnerId(trx, after);
    requirePowerOverClient(actor, { before, after: { ...row, owner_role } });
    const changed = fieldNames.filter((field) => field in given).map(storedField);
    let secret = {};
    const client = await changeClient(trx, before, row, actor, async (now) => {
      if (before.first_party && !now.first_party) await forgetUnasked(trx, clientId);
      secret = await secretAfter(trx, before, now);
      const details = { before: pick(before, changed), after: pick(now, changed) };
      await recordClient(trx, actor, 'client.updated', clientId, details);
    });
    return { client, ...secret };
  });
}

/** A new secret; the one before it works on for `keepOldForDays` days. No more than two are ever alive. */
export async function rotateSecret(
  db: Db,
  clientId: string,
  { keepOldForDays = 0 }: { keepOldForDays?: number },
  actor: Actor,
): Promise<{ clientSecret: string }> {
  if (!(keepOldForDays >= 0 && keepOldForDays <= maxDaysOfOverlap)) {
    throw new AppError('invalid', `An old secret may live on for 0 to ${maxDaysOfOverlap} days`);
  }
  return db.transaction(async (trx) => {
    const client = await lockClientFor(trx, actor, clientId);
    if (!usesSecret(client)) throw new AppError('invalid', `${clientId} does not authenticate with a secret`);
    await retireClientSecrets(trx, clientId, keepOldForDays * 86_400);
    const clientSecret = await addSecret(trx, clientId);
    await enqueueWebhook(trx, [clientId], 'client.secret_rotated', { old_secret_lives_for_days: keepOldForDays });
    await recordClient(trx, actor, 'client.secret_rotated', clientId, { keep_old_for_days: keepOldForDays });
    return { clientSecret };
  });
}

/**
 * Ends every token family of the client, and its tokens without one, for as long as it is disabled. `reason` is for the
 * record.
 */
export async function disableClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  return stopClient(db, clientId, actor, neededWhy(reason));
}

/**
 * Tokens from before stay dead: those of people by their families, which end here if one was just being born while the
 * client was disabled; those that the client got for itself because its revocation goes on for one token life more.
 */
export async function enableClient(db: Db, clientId: string, actor: Actor, reason?: string): Promise<Client> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.status === 'active') return before;
    await endGrantsOfClient(trx, clientId);
    const actsForItself = before.grant_types.includes('client_credentials');
    await revokeClientFor(trx, clientId, actsForItself ? tokenLifeAndSkew : 0);
    const client = await updateClientRow(trx, clientId, { status: 'active' });
    await enqueueWebhook(trx, [clientId], 'client.resumed', {});
    await recordClient(trx, actor, 'client.enabled', clientId, why(reason));
    return client;
  });
}

/**
 * Disabled first, on its own: after that no authorization begins any more that would hold a consent while it waits for
 * the client, and a deletion that is cut short leaves a client that can do nothing. Throws `not_found`.
 */
export async function deleteClient(db: Db, clientId: string, actor: Actor): Promise<void> {
  await stopClient(db, clientId, actor, {});
  await db.transaction(async (trx) => {
    await removeConsentsOfClient(trx, clientId);
    await lockClientFor(trx, actor, clientId);
    await revokeClientFor(trx, clientId, tokenLifeAndSkew);
    const ended = await endGrantsOfClient(trx, clientId);
    await removeClient(trx, clientId);
    await recordClient(trx, actor, 'client.deleted', clientId, { families_ended: ended });
  });
}

async function stopClient(db: Db, clientId: string, actor: Actor, said: { reason?: string }): Promise<Client> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.status === 'disabled') return before;
    const client = await updateClientRow(trx, clientId, { status: 'disabled' });
    await revokeClientWhileDisabled(trx, clientId);
    const ended = await endGrantsOfClient(trx, clientId);
    await enqueueWebhook(trx, [clientId], 'client.suspended', {});
    await recordClient(trx, actor, 'client.disabled', clientId, { ...said, families_ended: ended });
    return client;
  });
}

/**
 * People were never asked about a first-party app. When it is one no more, what it got that way is gone: they are asked
 * before they go on. The consents go first: an authorization that is under way holds one.
 */
async function forgetUnasked(trx: Db, clientId: string): Promise<void> {
  await removeConsentsOfClient(trx, clientId);
  await endGrantsOfClient(trx, clientId);
}

async function secretAfter(trx: Db, before: Client, after: Client): Promise<{ clientSecret?: string }> {
  if (usesSecret(before) === usesSecret(after)) return {};
  const { client_id: clientId, token_endpoint_auth_method } = after;
  const ended = await listClientSecrets(trx, clientId);
  await removeClientSecrets(trx, clientId);
  if (usesSecret(after)) {
    const clientSecret = await addSecret(trx, clientId);
    const told = { old_secret_lives_for_days: 0, token_endpoint_auth_method };
    await enqueueWebhook(trx, [clientId], 'client.secret_rotated', told);
    return { clientSecret };
  }
  if (ended.length > 0) await enqueueWebhook(trx, [clientId], 'client.secret_removed', { token_endpoint_auth_method });
  return {};
}

async function addSecret(trx: Db, clientId: string): Promise<string> {
  const secret = formatSecret('vcs_cs_', randomBytes(33).toString('base64url'));
  await insertClientSecret(trx, clientId, { secretHash: sha256(secret), lastFour: lastFour(secret) });
  return secret;
}

function usesSecret(client: Client): boolean {
  return client.token_endpoint_auth_method.startsWith('client_secret_');
}

/** The audit log knows accounts by their id. */
function storedField(field: FieldName) {
  return field === 'owner_email' ? 'owner_account_id' : field;
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
