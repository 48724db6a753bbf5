/** Takes back what an admin has decided about a client that describes itself. */
import { AppError } from '../errors.ts';
import { ownValues } from '../policy/client/admin-decisions.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { type NewClient, updateClient } from './clients.ts';
import { lockClientFor } from './powers.ts';

/**
 * Takes an admin's decision about a field back, and about those that mean something only with it: what the client says itself counts
 * again. @throws AppError conflict if no admin has decided the field; as `updateClient`
 */
export async function giveBack(db: Db, clientId: string, field: string, actor: Actor): Promise<NewClient> {
  return db.transaction(async (trx) => {
    const { admin_decisions: decisions } = await lockClientFor(trx, actor, clientId);
    const values = ownValues(decisions, field);
    if (!values) throw new AppError('conflict', `No admin has decided ${field} of ${clientId}: nothing was changed`);
    return updateClient(trx, clientId, values, actor);
  });
}
