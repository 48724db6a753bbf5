/** Ends a token family: its grant, its refresh token and every access token with its id, with an audit event. */

import { type RevocationReason, revocationReason } from '../policy/webhook-events.ts';
import type { Db } from '../store/database.ts';
import { endGrants, findGrantOwner } from '../store/grants.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

/** Reuse of a token means that it may have been stolen (RFC 9700 §4.14.2); a revocation was requested by the client. */
export type FamilyEnd =
  | 'grant.revoked'
  | 'refresh_token.revoked'
  | 'refresh_token.reused'
  | 'authorization_code.reused'
  | 'device_code.reused';

/** The reason in the client's webhook event, unless its person ends it. Undefined if the client itself did: no event is sent. */
const webhookReason: Readonly<Record<FamilyEnd, RevocationReason | undefined>> = {
  'grant.revoked': 'admin',
  'refresh_token.revoked': undefined,
  'refresh_token.reused': 'reuse_detected',
  'authorization_code.reused': 'reuse_detected',
  'device_code.reused': 'reuse_detected',
};

/** Returns false and writes no audit event if the family had already ended. */
export async function endFamily(db: Db, grantId: string, reason: FamilyEnd, actor: Actor): Promise<boolean> {
  return db.transaction(async (trx) => {
    const eventReason = webhookReason[reason];
    const owner = eventReason && (await findGrantOwner(trx, grantId));
    if ((await endGrants(trx, [grantId])) === 0) return false;
    if (owner) {
      const cause = reason === 'grant.revoked' ? revocationReason(actor.id, owner.account_id) : eventReason;
      const data = { sub: owner.account_id, reason: cause, grant_id: grantId };
      await enqueueWebhook(trx, [owner.client_id], 'grant.revoked', data);
    }
    // The person whose app it was reads it among their activity.
    const details = owner ? { account: owner.account_id, client: owner.client_id } : {};
    await record(trx, actor, reason, `grant:${grantId}`, details);
    return true;
  });
}
