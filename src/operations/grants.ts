/** Ends token families: one grant, or all grants of an app. */
import { AppError } from '../errors.ts';
import { revocationReason } from '../policy/webhook-events.ts';
import { removeConsent } from '../store/consents.ts';
import type { Db } from '../store/database.ts';
import { endGrantsOf, findGrantOwner } from '../store/grants.ts';
import { refuseOrganisation } from '../store/organisation-grants.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { endFamily } from './end-family.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

/** Ends one family. @throws AppError not_found */
export async function revokeGrant(db: Db, grantId: string, actor: Actor): Promise<void> {
  const owner = await findGrantOwner(db, grantId);
  if (owner) await requirePowerOverAccount(db, actor, { id: owner.account_id });
  if (!(await endFamily(db, grantId, 'grant.revoked', actor)))
    throw new AppError('not_found', `There is no grant ${grantId}`);
}

/**
 * Disconnects an app from an account: deletes the consent and ends every family. The consent is deleted first, because an
 * authorization under way holds it: either that has finished and its grant is ended here, or it fails.
 */
export async function disconnect(
  db: Db,
  { accountId, clientId }: { accountId: string; clientId: string },
  actor: Actor,
): Promise<{ familiesEnded: number }> {
  return db.transaction(async (trx) => {
    await requirePowerOverAccount(trx, actor, { id: accountId });
    const remembered = await removeConsent(trx, accountId, clientId);
    const familiesEnded = await endGrantsOf(trx, accountId, clientId);
    if (remembered) await refuseOrganisation(trx, accountId, clientId);
    if (remembered || familiesEnded > 0) {
      const reason = revocationReason(actor.id, accountId);
      await enqueueWebhook(trx, [clientId], 'grant.revoked', { sub: accountId, reason, grant_id: null });
      const details = { account: accountId, families_ended: familiesEnded };
      await record(trx, actor, 'app.disconnected', `client:${clientId}`, details);
    }
    return { familiesEnded };
  });
}
