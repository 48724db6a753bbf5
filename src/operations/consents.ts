/**
 * A person's answer on the consent page, remembered and on record; returns all that is remembered now. Undefined when the
 * app may not have more people: `most` is how many one that nobody has verified may have.
 */
import { appendAudit } from '../store/audit.ts';
import { findConsent, saveConsent, saveConsentOnRecord } from '../store/consents.ts';
import type { Db } from '../store/database.ts';
import { endGrantsOf } from '../store/grants.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';

export async function rememberConsent(
  db: Db,
  consent: { accountId: string; clientId: string; granted: readonly string[]; refused: readonly string[] },
  { most, actor }: { most: number; actor: Actor },
): Promise<{ granted: string[]; refused: string[] } | undefined> {
  const { accountId, clientId, granted, refused } = consent;
  const event = {
    actor: actor.id,
    action: 'consent.given',
    target: `client:${clientId}`,
    details: { account: accountId, granted, refused, taken_away: [] as string[] },
    requestId: actor.requestId,
    ip: actor.ip,
  };
  // Where nothing is refused nothing can be taken away, and one statement does for both.
  if (refused.length === 0) return saveConsentOnRecord(db, consent, most, event);
  return db.transaction(async (trx) => {
    const before = await findConsent(trx, accountId, clientId);
    const remembered = await saveConsent(trx, consent, most);
    if (!remembered) return undefined;
    // What is taken away is taken from every device: they ask again, for what is still allowed.
    const takenAway = refused.filter((scope) => before?.granted.includes(scope));
    if (takenAway.length > 0 && (await endGrantsOf(trx, accountId, clientId)) > 0) {
      await enqueueWebhook(trx, [clientId], 'grant.revoked', { sub: accountId, reason: 'user', grant_id: null });
    }
    await appendAudit(trx, { ...event, details: { ...event.details, taken_away: takenAway } });
    return remembered;
  });
}
