/** Ends sessions: browsers are signed out, and apps stay connected. */
import { AppError } from '../errors.ts';
import type { Db } from '../store/database.ts';
import { removeOtherSessions, removeSessionOf } from '../store/session-list.ts';
import type { Actor } from './actor.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

/** @throws AppError not_found, also for sessions of other accounts */
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

/** Ends every session of the account but one, and returns their number. If there was no other, nothing is recorded. */
export async function endOtherSessions(
  db: Db,
  { accountId, keptId }: { accountId: string; keptId: string },
  actor: Actor,
): Promise<number> {
  return db.transaction(async (trx) => {
    await requirePowerOverAccount(trx, actor, { id: accountId });
    const ended = await removeOtherSessions(trx, accountId, keptId);
    if (ended > 0) await record(trx, actor, 'session.others_ended', `account:${accountId}`, { sessions_ended: ended });
    return ended;
  });
}
