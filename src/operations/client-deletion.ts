/** Deletes clients. Each step is one transaction with its audit events. */
import { afterDeletion } from '../policy/client/admin-decisions.ts';
import { isUnregistered } from '../policy/client/registration-types.ts';
import { canActForItself } from '../policy/client/types.ts';
import { hostOfClient } from '../policy/third-party.ts';
import { revokeClientFor } from '../store/client-revocations.ts';
import { type Client, endGrantsOfClient, removeClient, removeConsentsOfClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { ownRulesOfHost } from '../store/third-party.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { stopClient, tokenLifetimeAndSkewSeconds } from './clients.ts';
import { lockClientFor } from './powers.ts';
import { setRule } from './third-party.ts';

/**
 * Deletes the client. It is disabled first, in a transaction of its own. After that, no authorization can begin that holds
 * a consent while it waits for the client, and an interrupted deletion leaves a client that cannot do anything. A client whose
 * document would register it again, without what admins have decided about it, is blocked by a rule (docs/decisions/0148).
 * @throws AppError not_found or forbidden
 */
export async function deleteClient(db: Db, clientId: string, actor: Actor): Promise<void> {
  await stopAndKeepOut(db, clientId, actor);
  await db.transaction(async (trx) => {
    await removeConsentsOfClient(trx, clientId);
    const before = await lockClientFor(trx, actor, clientId);
    await revokeClientFor(trx, clientId, idStaysRevokedFor(before));
    const ended = await endGrantsOfClient(trx, clientId);
    await removeClient(trx, clientId);
    await recordClient(trx, actor, 'client.deleted', clientId, { families_ended: ended });
  });
}

/**
 * Returns the seconds for which the id stays revoked, although another client may be made under it: tokens that the client got
 * for itself can't be told from those of the next one, and it may have got some before that was taken from it. Tokens of people
 * end with their families (docs/decisions/0004).
 */
function idStaysRevokedFor(client: Client): number {
  const cameByItself = isUnregistered(client) && !client.grant_types.includes('client_credentials');
  return cameByItself || !canActForItself(client.type) ? 0 : tokenLifetimeAndSkewSeconds;
}

async function stopAndKeepOut(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    // Every operation that locks both locks the rules of the host before the client.
    const host = hostOfClient(clientId);
    if (host !== undefined) await ownRulesOfHost(trx, host);
    const before = await lockClientFor(trx, actor, clientId);
    await stopClient(trx, clientId, actor, {});
    if (afterDeletion(before) !== 'blocked') return;
    await setRule(trx, { kind: 'client', value: clientId }, 'block', actor, actor.reason ?? 'Deleted.');
  });
}
