/** Ends one session: a browser is signed out, and apps stay connected. */
import { AppError } from '../errors.ts';
import type { Db } from '../store/database.ts';
import { removeSessionOf } from '../store/session-list.ts';
import type { Actor } from './actor.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

/** Throws `not_found`, also for sessions of other accounts. */
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
    await record(trx, actor, 'session.ended', `account:${accountId}`);
  });
}
