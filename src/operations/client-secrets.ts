/** Deletes a client secret before it expires. */
import { AppError } from '../errors.ts';
import { removeClientSecret } from '../store/client-secrets.ts';
import type { Db } from '../store/database.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { lockClientFor } from './powers.ts';

/** Even the last secret may be deleted; the client then cannot authenticate until it gets a new one. @throws AppError not_found */
export async function removeSecret(
  db: Db,
  { clientId, secretId }: { clientId: string; secretId: string },
  actor: Actor,
): Promise<void> {
  await db.transaction(async (trx) => {
    await lockClientFor(trx, actor, clientId);
    if (!(await removeClientSecret(trx, clientId, secretId))) {
      throw new AppError('not_found', `${clientId} has no secret ${secretId}`);
    }
    await enqueueWebhook(trx, [clientId], 'client.secret_removed', {});
    await recordClient(trx, actor, 'client.secret_removed', clientId, { secret_id: secretId });
  });
}
