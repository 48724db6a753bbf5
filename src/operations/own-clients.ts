/**
 * Operations of owners on their own clients. Each calls the admin's operation under the client's lock after checking the
 * ownership, so that a former owner cannot change anything. For other accounts the client does not exist.
 */
import { AppError } from '../errors.ts';
import { type FieldOfOwner, fieldsOfOwner, type OwnerBar, ownerBar } from '../policy/client/ownership.ts';
import { reviewFacts } from '../policy/client/review-readiness.ts';
import type { ClientInput } from '../policy/client/schema.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import { listClientSecrets } from '../store/client-secrets.ts';
import { type Client, findClient, lockClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { submitForReview } from './client-review.ts';
import { removeSecret } from './client-secrets.ts';
import { rotateSecret, updateClient } from './clients.ts';

/** A client and the account that acts on it. */
export interface Owned {
  readonly accountId: string;
  readonly clientId: string;
}

/** @throws AppError not_found: the client does not exist, or another account owns it */
export async function getOwnClient(db: Db, { accountId, clientId }: Owned): Promise<Client> {
  const client = await findClient(db, clientId);
  if (client?.owner_account_id !== accountId) throw notOwned(clientId);
  return client;
}

export type OwnChanges = { readonly [K in FieldOfOwner]?: ClientInput[K] };

/**
 * Changes fields that an owner may change; other fields are refused by name.
 * @param how `asOf` is the `updated_at` that the owner saw; the change is refused if the client has changed since
 * @throws AppError invalid with the problem of each field, forbidden, conflict, not_found
 */
export async function updateOwnClient(
  db: Db,
  owned: Owned,
  changes: OwnChanges,
  actor: Actor,
  how: { asOf: Date; outbound?: OutboundRules },
): Promise<Client> {
  const foreign = Object.keys(changes).filter((name) => !(fieldsOfOwner as readonly string[]).includes(name));
  if (foreign.length > 0) {
    const problem = 'is changed by an admin';
    const problems = Object.fromEntries(foreign.map((name) => [name, problem]));
    throw new AppError('invalid', `${foreign.join(', ')} ${problem}`, problems);
  }
  return asOwner(db, owned, async (trx, client) => {
    refuseBarred(client);
    const input = changes as Partial<ClientInput>;
    return (await updateClient(trx, owned.clientId, input, actor, { ...how, byOwner: true })).client;
  });
}

/**
 * Creates a new secret; the previous one keeps working for `keepOldForDays` days.
 * @param newest the id of the newest secret that the owner saw, or '' for none, so that a form sent twice creates one secret
 * @returns undefined if there is a newer secret by now
 * @throws AppError not_found, invalid, forbidden
 */
export async function rollOwnSecret(
  db: Db,
  owned: Owned,
  { newest, keepOldForDays }: { newest: string; keepOldForDays: number },
  actor: Actor,
): Promise<string | undefined> {
  return asOwner(db, owned, async (trx, client) => {
    refuseSuspended(client);
    const [now] = await listClientSecrets(trx, owned.clientId);
    if ((now?.id ?? '') !== newest) return undefined;
    return (await rotateSecret(trx, owned.clientId, { keepOldForDays }, actor)).clientSecret;
  });
}

/** @throws AppError not_found: the client or the secret does not exist */
export async function removeOwnSecret(db: Db, owned: Owned, secretId: string, actor: Actor): Promise<void> {
  await asOwner(db, owned, (trx) => removeSecret(trx, { clientId: owned.clientId, secretId }, actor));
}

/** @throws AppError conflict: the client is not a draft; invalid: information for the review is missing; forbidden, not_found */
export async function submitOwnClient(db: Db, owned: Owned, actor: Actor): Promise<Client> {
  return asOwner(db, owned, async (trx, client) => {
    refuseBarred(client);
    const missing = reviewFacts(client).filter(({ given }) => !given);
    if (missing.length > 0) {
      const problems = Object.fromEntries(missing.map(({ name }) => [name, 'is missing']));
      throw new AppError('invalid', `A review needs ${missing.map(({ name }) => name).join(', ')}`, problems);
    }
    return submitForReview(trx, owned.clientId, actor);
  });
}

async function asOwner<T>(db: Db, owned: Owned, act: (trx: Db, client: Client) => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    const client = await lockClient(trx, owned.clientId);
    if (client.owner_account_id !== owned.accountId) throw notOwned(owned.clientId);
    return act(trx, client);
  });
}

/** The same message as that of `getClient`, so that callers learn nothing about clients of others. */
function notOwned(clientId: string): AppError {
  return new AppError('not_found', `There is no client ${clientId}`);
}

const bars: Readonly<Record<OwnerBar, string>> = {
  suspended: 'a suspended client is changed by an admin',
  first_party: 'a first-party client is changed by an admin',
  gateway: 'a gateway is changed by an admin',
};

function refuseBarred(client: Client): void {
  const bar = ownerBar(client);
  if (bar) throw new AppError('forbidden', `${client.client_id}: ${bars[bar]}`);
}

/** Owners may always rotate secrets, except those of a suspended client, which would not work anyway. */
function refuseSuspended(client: Client): void {
  if (client.status === 'disabled') throw new AppError('forbidden', `${client.client_id}: ${bars.suspended}`);
}
