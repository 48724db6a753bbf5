/** A person's answer on the consent page, remembered and on record; returns all that is remembered now. */
import { appendAudit } from '../store/audit.ts';
import { saveConsent } from '../store/consents.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

export async function rememberConsent(
  db: Db,
  consent: { accountId: string; clientId: string; granted: readonly string[]; refused: readonly string[] },
  actor: Actor,
): Promise<{ granted: string[]; refused: string[] }> {
  const { accountId, clientId, granted, refused } = consent;
  return db.transaction(async (trx) => {
    const remembered = await saveConsent(trx, consent);
    await appendAudit(trx, {
      actor: actor.id,
      action: 'consent.given',
      target: `client:${clientId}`,
      details: { account: accountId, granted, refused },
      requestId: actor.requestId,
    });
    return remembered;
  });
}
