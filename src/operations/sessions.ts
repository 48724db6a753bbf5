/** One session of a person ends: a browser is signed out; the apps stay connected. */
import { AppError } from '../errors.ts';
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import { removeSessionOf } from '../store/session-list.ts';
import type { Actor } from './actor.ts';
import { requirePowerOverAccount } from './powers.ts';

/** Throws `not_found`, also for a session of somebody else. */
export async function endSession(
  db: Db,
  { accountId, sessionId }: { accountId: string; sessionId: string },
  actor: Actor,
): Promise<void> {
  await db.transaction(async (trx) => {
    await requirePowerOverAccount(trx, actor, { id: accountId });
    if (!(await removeSessionOf(trx, accountId, sessionId))) {
      throw new AppError('not_found', `${accountId} has no session ${sessionId}`);
    }
    await appendAudit(trx, {
      actor: actor.id,
      action: 'session.ended',
      target: `account:${accountId}`,
      requestId: actor.requestId,
      ip: actor.ip,
    });
  });
}
