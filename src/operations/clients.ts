/** Clients are registered, changed, stopped and get secrets; each in one transaction with its line in the audit log. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { type ClientInput, completeClient } from '../policy/client-metadata.ts';
import { formatSecret } from '../policy/token-format.ts';
import { appendAudit } from '../store/audit.ts';
import { expireClientSecrets, insertClientSecret } from '../store/client-secrets.ts';
import {
  type Client,
  endGrantsOfClient,
  getClient,
  insertClient,
  lockClient,
  removeClient,
  updateClientRow,
} from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { limitRevocation, revokeToken } from '../store/token-revocations.ts';
import { sha256 } from '../store/vault.ts';
import type { Actor } from './actor.ts';

/** The life of an access token and a minute for clocks. Seconds. */
const tokenLifeAndSkew = 3600 + 60;

export interface NewClient {
  readonly client: Client;
  /** Known only now: a hash of it is all that is kept. */
  readonly clientSecret?: string;
}

/** Throws `invalid` with every field's problem, or `conflict` when the id is taken. */
export async function createClient(
  db: Db,
  input: ClientInput & { client_id?: string },
  actor: Actor,
): Promise<NewClient> {
  const { client_id: chosen, ...rest } = input;
  const metadata = completeClient(rest);
  const clientId = chosen ?? `vcs_client_${randomBytes(12).toString('hex')}`;
  if (!/^[\x21-\x7e]{1,200}$/.test(clientId))
    throw new AppError('invalid', 'client_id has characters that it must not have');
  return db.transaction(async (trx) => {
    const client = await insertClient(trx, { ...metadata, client_id: clientId, logo_uri: null, verified_at: null });
    await record(trx, actor, 'client.created', clientId, { after: metadata });
    return { client, ...(await firstSecret(trx, client)) };
  });
}

/** Changes the named fields; everything else stays. Throws `invalid` or `not_found`. */
export async function updateClient(
  db: Db,
  clientId: string,
  changes: Partial<ClientInput>,
  actor: Actor,
): Promise<Client> {
  return db.transaction(async (trx) => {
    await lockClient(trx, clientId);
    const before = await getClient(trx, clientId);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = completeClient({ ...(before as unknown as ClientInput), ...given });
    const client = await updateClientRow(trx, clientId, after);
    const changed = Object.keys(given) as (keyof typeof after)[];
    const side = (from: Record<string, unknown>) => Object.fromEntries(changed.map((field) => [field, from[field]]));
    await record(trx, actor, 'client.updated', clientId, {
      before: side(before as unknown as Record<string, unknown>),
      after: side(after as unknown as Record<string, unknown>),
    });
    return client;
  });
}

/** VibeCaaS has checked who runs the app and that its address is theirs; or takes that back. */
export async function setVerified(db: Db, clientId: string, verified: boolean, actor: Actor): Promise<Client> {
  return db.transaction(async (trx) => {
    const client = await updateClientRow(trx, clientId, { verified_at: verified ? new Date() : null });
    await record(trx, actor, verified ? 'client.verified' : 'client.unverified', clientId, {});
    return client;
  });
}

/** A new secret; the one before it works on for `keepOldForDays` days. No more than two are ever alive. */
export async function rotateSecret(
  db: Db,
  clientId: string,
  { keepOldForDays = 0 }: { keepOldForDays?: number },
  actor: Actor,
): Promise<{ clientSecret: string }> {
  return db.transaction(async (trx) => {
    await lockClient(trx, clientId);
    const client = await getClient(trx, clientId);
    if (!usesSecret(client)) throw new AppError('invalid', `${clientId} does not authenticate with a secret`);
    await expireClientSecrets(trx, clientId, Date.now() / 1000 + keepOldForDays * 86_400);
    const clientSecret = await addSecret(trx, clientId);
    await record(trx, actor, 'client.secret_rotated', clientId, { keep_old_for_days: keepOldForDays });
    return { clientSecret };
  });
}

/** Ends every token family of the client, and its tokens without one, for as long as it is disabled. */
export async function disableClient(db: Db, clientId: string, actor: Actor): Promise<Client> {
  return db.transaction(async (trx) => {
    await lockClient(trx, clientId);
    const client = await updateClientRow(trx, clientId, { status: 'disabled' });
    await revokeToken(trx, 'client_id', clientId, null);
    const ended = await endGrantsOfClient(trx, clientId);
    await record(trx, actor, 'client.disabled', clientId, { families_ended: ended });
    return client;
  });
}

/** Tokens from before stay dead: the revocation goes on for one token life more. */
export async function enableClient(db: Db, clientId: string, actor: Actor): Promise<Client> {
  return db.transaction(async (trx) => {
    await lockClient(trx, clientId);
    await endGrantsOfClient(trx, clientId);
    await limitRevocation(trx, 'client_id', clientId, Date.now() / 1000 + tokenLifeAndSkew);
    const client = await updateClientRow(trx, clientId, { status: 'active' });
    await record(trx, actor, 'client.enabled', clientId, {});
    return client;
  });
}

export async function deleteClient(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await lockClient(trx, clientId);
    await revokeToken(trx, 'client_id', clientId, Date.now() / 1000 + tokenLifeAndSkew);
    const ended = await endGrantsOfClient(trx, clientId);
    await removeClient(trx, clientId);
    await record(trx, actor, 'client.deleted', clientId, { families_ended: ended });
  });
}

async function firstSecret(trx: Db, client: Client): Promise<{ clientSecret?: string }> {
  return usesSecret(client) ? { clientSecret: await addSecret(trx, client.client_id) } : {};
}

async function addSecret(trx: Db, clientId: string): Promise<string> {
  const secret = formatSecret('vcs_cs_', randomBytes(33).toString('base64url'));
  await insertClientSecret(trx, clientId, sha256(secret));
  return secret;
}

function usesSecret(client: Client): boolean {
  return client.token_endpoint_auth_method.startsWith('client_secret_');
}

function record(trx: Db, actor: Actor, action: string, clientId: string, details: object): Promise<void> {
  return appendAudit(trx, {
    actor: actor.id,
    action,
    target: `client:${clientId}`,
    details,
    requestId: actor.requestId,
  });
}
