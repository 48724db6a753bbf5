/** Deletes clients. Each step is one transaction with its audit events. */
import { afterDeletion } from '../policy/client/admin-decisions.ts';
import { hostOfClient } from '../policy/third-party.ts';
import { revokeClientFor } from '../store/client-revocations.ts';
import { endGrantsOfClient, removeClient, removeConsentsOfClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { ownRulesOfHost } from '../store/third-party.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { revokedForSeconds, stopClient } from './clients.ts';
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
    await revokeClientFor(trx, clientId, revokedForSeconds(before));
    const ended = await endGrantsOfClient(trx, clientId);
    await removeClient(trx, clientId);
    await recordClient(trx, actor, 'client.deleted', clientId, { families_ended: ended });
  });
}

async function stopAndKeepOut(db: Db, clientId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    // Before the client, as whoever registers or judges it does.
    const host = hostOfClient(clientId);
    if (host !== undefined) await ownRulesOfHost(trx, host);
    const before = await lockClientFor(trx, actor, clientId);
    await stopClient(trx, clientId, actor, {});
    if (afterDeletion(before) !== 'blocked') return;
    await setRule(trx, { kind: 'client', value: clientId }, 'block', actor, actor.reason ?? 'Deleted.');
  });
}
