/** The Authorization headers that receivers of signals have given for pushes, sealed with SECRETS. */
import { AppError } from '../errors.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { everyPushAuthorization, replacePushSeal } from '../store/signal-push.ts';

export const authorizationContext = (clientId: string): string => `signal push ${clientId}`;

/** Seals every header with the first of SECRETS, so that older secrets can be removed later. @throws AppError invalid */
export async function resealPushAuthorizations(db: Db, sealer: Sealer): Promise<void> {
  for (const { client_id: clientId, sealed } of await everyPushAuthorization(db)) {
    if (sealer.isFresh(sealed)) continue;
    const opened = sealer.openIfKnown(sealed, authorizationContext(clientId));
    if (!opened) {
      const what = `the authorization header for signals of ${clientId}`;
      throw new AppError(
        'invalid',
        `SECRETS do not include the one that sealed ${what}. Put it back, after the new one.`,
      );
    }
    await replacePushSeal(db, clientId, sealed, sealer.seal(opened, authorizationContext(clientId)));
  }
}
