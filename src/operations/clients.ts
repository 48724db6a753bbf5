/** Registers, changes and disables clients, and rotates their secrets. Each is one transaction with its audit event. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { clientIdProblem } from '../policy/client/client-id.ts';
import { completeClient, registrationOf } from '../policy/client/registration.ts';
import { isHandedOver, isUnregistered } from '../policy/client/registration-types.ts';
import { type ClientInput, type FieldName, fieldNames } from '../policy/client/schema.ts';
import { pick } from '../policy/pick.ts';
import { formatSecret, lastFour } from '../policy/token-format.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import { endRegistrationToken } from '../store/client-registrations.ts';
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
  removeConsentsOfClient,
  updateClientRow,
} from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { changeClient } from './client-change.ts';
import { withOwnerId } from './client-owner.ts';
import { optionalReason, recordClient, requiredReason } from './client-record.ts';
import { endTakenTrust } from './client-trust.ts';
import { lockClientFor, requirePowerOverClient } from './powers.ts';
import { decisionsOf, keepAllowed, refuseWhatAdminDecided, refuseWhatDocumentSays } from './self-described.ts';

/** An access token lives one hour; one more hour allows for clocks and nodes that lag behind. */
export const tokenLifetimeAndSkewSeconds = 2 * 3600;
const maxOverlapDays = 90;

export interface NewClient {
  readonly client: Client;
  /** Available only now, since only a hash is stored. */
  readonly clientSecret?: string;
}

/** Where this server may send requests: without it, nowhere on this machine. */
interface Sending {
  readonly outbound?: OutboundRules;
}

/** @throws AppError invalid with the problem of each field, or conflict if the id is taken */
export async function createClient(
  db: Db,
  { client_id: chosen, ...input }: ClientInput & { client_id?: string },
  actor: Actor,
  sending: Sending = {},
): Promise<NewClient> {
  const clientId = chosen ?? `vcs_client_${randomBytes(12).toString('hex')}`;
  const problem = clientIdProblem(clientId);
  if (problem) throw new AppError('invalid', `client_id ${problem}`, { client_id: problem });
  const metadata = completeClient(input, sending);
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
 * Changes the given fields; null resets a field to its default. A client that now needs a secret gets one, and a client
 * that no longer needs secrets loses them; its webhook is notified of both. With `asOf`, the change is refused if the
 * client has changed since that `updated_at`. `byOwner`: the account that owns the client changes it, within what admins have
 * decided. Giving a client that registered itself to an owner, or making it first-party, ends its registration token.
 * @throws AppError invalid, not_found or conflict
 */
export async function updateClient(
  db: Db,
  clientId: string,
  changes: Partial<ClientInput>,
  actor: Actor,
  { asOf, byOwner = false, ...sending }: { asOf?: Date; byOwner?: boolean } & Sending = {},
): Promise<NewClient> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (asOf && asOf.getTime() !== before.updated_at.getTime()) {
      throw new AppError('conflict', `${clientId} was changed by somebody else in the meantime`);
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const circumstances = { byItself: isUnregistered(before), ...sending };
    const after = completeClient({ ...registrationOf(before), ...given }, circumstances);
    if (after.type !== before.type) {
      throw new AppError('invalid', 'type can’t be changed', { type: 'can’t be changed: register another client' });
    }
    refuseWhatDocumentSays(before, after, byOwner);
    if (byOwner) refuseWhatAdminDecided(before, after);
    const { owner_role, ...row } = await withOwnerId(trx, after);
    requirePowerOverClient(actor, { before, after: { ...row, owner_role } });
    const changed = fieldNames.filter((field) => field in given).map(storedField);
    let secret = {};
    const client = await changeClient(
      trx,
      before,
      { ...row, ...decisionsOf(before, after, byOwner), ...(await endTakenTrust(trx, before, row)) },
      actor,
      async (now) => {
        if (before.first_party && !now.first_party) await removeImpliedConsents(trx, clientId);
        secret = await secretAfter(trx, before, now);
        const ended = isUnregistered(now) && isHandedOver(now) && (await endRegistrationToken(trx, clientId));
        const details = {
          before: pick(before, changed),
          after: pick(now, changed),
          ...(ended && { registration_token_ended: true }),
        };
        await recordClient(trx, actor, 'client.updated', clientId, details);
      },
    );
    return { client: await keepAllowed(trx, before, client, byOwner), ...secret };
  });
}

/** Creates a new secret; the previous one keeps working for `keepOldForDays` days. At most two are valid at any time. */
export async function rotateSecret(
  db: Db,
  clientId: string,
  { keepOldForDays = 0 }: { keepOldForDays?: number },
  actor: Actor,
): Promise<{ clientSecret: string }> {
  if (!(keepOldForDays >= 0 && keepOldForDays <= maxOverlapDays)) {
    throw new AppError('invalid', `An old secret may be kept for 0 to ${maxOverlapDays} days`);
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
 * Disables the client, ends its token families, and revokes its tokens without a family while it is disabled. `reason` is
 * stored in the audit log.
 */
export async function disableClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  return stopClient(db, clientId, actor, requiredReason(reason));
}

/**
 * Enables the client. Earlier tokens stay revoked: tokens of users because their families have ended (one that was created
 * while the client was being disabled is ended here), tokens of the client itself because its revocation is kept for one
 * more token lifetime.
 */
export async function enableClient(db: Db, clientId: string, actor: Actor, reason?: string): Promise<Client> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.status === 'active') return before;
    if (before.third_party_policy === 'block') {
      throw new AppError('conflict', `${clientId} is blocked by a rule for third-party apps: change the rule`);
    }
    await endGrantsOfClient(trx, clientId);
    const actsForItself = before.grant_types.includes('client_credentials');
    await revokeClientFor(trx, clientId, actsForItself ? tokenLifetimeAndSkewSeconds : 0);
    const client = await updateClientRow(trx, clientId, { status: 'active' });
    await enqueueWebhook(trx, [clientId], 'client.resumed', {});
    await recordClient(trx, actor, 'client.enabled', clientId, optionalReason(reason));
    return client;
  });
}

/** Disables the client and ends its token families; nothing happens if it is disabled. `reason` is stored in the audit log. */
export async function stopClient(db: Db, clientId: string, actor: Actor, reason: { reason?: string }): Promise<Client> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.status === 'disabled') return before;
    const client = await updateClientRow(trx, clientId, { status: 'disabled' });
    await revokeClientWhileDisabled(trx, clientId);
    const ended = await endGrantsOfClient(trx, clientId);
    await enqueueWebhook(trx, [clientId], 'client.suspended', {});
    await recordClient(trx, actor, 'client.disabled', clientId, { ...reason, families_ended: ended });
    return client;
  });
}

/**
 * Users are never asked about a first-party app. When it stops being first-party, its consents and grants are removed, so
 * that users are asked. The consents are removed first, because an authorization under way holds one.
 */
async function removeImpliedConsents(trx: Db, clientId: string): Promise<void> {
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
    const data = { old_secret_lives_for_days: 0, token_endpoint_auth_method };
    await enqueueWebhook(trx, [clientId], 'client.secret_rotated', data);
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

/** The audit log refers to accounts by id. */
function storedField(field: FieldName) {
  return field === 'owner_email' ? 'owner_account_id' : field;
}
