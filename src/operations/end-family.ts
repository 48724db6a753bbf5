/** A token family dies: its grant, its refresh token and every access token with its id, with a line in the audit log. */
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import { endGrants } from '../store/grants.ts';
import type { Actor } from './actor.ts';

/** Reuse is a theft alarm (RFC 9700 §4.14.2); a revocation is the client's own wish. */
export type FamilyEnd =
  | 'grant.revoked'
  | 'refresh_token.revoked'
  | 'refresh_token.reused'
  | 'authorization_code.reused';

/** False, and no line, when it was dead already. */
export async function endFamily(db: Db, grantId: string, reason: FamilyEnd, actor: Actor): Promise<boolean> {
  return db.transaction(async (trx) => {
    if ((await endGrants(trx, [grantId])) === 0) return false;
    await appendAudit(trx, { actor: actor.id, action: reason, target: `grant:${grantId}`, requestId: actor.requestId });
    return true;
  });
}
