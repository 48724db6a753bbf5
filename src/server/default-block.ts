/** What THIRD_PARTY_POLICY=block blocks ends at the start, when a client changes, and later in case a notification was lost. */
import type { Logger } from '../log/index.ts';
import { endBlockedByDefault } from '../operations/blocked-by-default.ts';
import type { Database } from '../store/database.ts';

/** Takes clients out of `changed`, undefined for all, and ends what those that are blocked have got. */
export async function endBlocked(db: Database, log: Logger, changed: Set<string | undefined>): Promise<void> {
  for (const clientId of changed) {
    changed.delete(clientId);
    const ended = await endBlockedByDefault(db, clientId);
    if (ended > 0) log.warn({ ended, clientId }, 'THIRD_PARTY_POLICY=block ended what unregistered apps had got');
  }
}
