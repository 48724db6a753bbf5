/**
 * Writes a change of a client. A verification covers the values that were checked. If one of them changes, in any way, the
 * client returns to review in the same transaction, with an audit event of its own.
 */
import type { Updateable } from 'kysely';
import { changedSinceCheck, checkedValues, phraseOf } from '../policy/client/verification.ts';
import { type Client, updateClientRow } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';

/** `before` is the locked client. `record` writes the audit event of the change itself, which comes first. */
export async function changeClient(
  trx: Db,
  before: Client,
  changes: Updateable<Schema['clients']>,
  actor: Actor,
  record: (after: Client) => Promise<void>,
): Promise<Client> {
  const checked = before.checked_values ?? checkedValues(before);
  const changed = before.verified_at
    ? changedSinceCheck(checked, checkedValues({ ...before, ...changes } as Client))
    : [];
  const reopened = changed.length > 0 ? { verified_at: null, submitted_at: new Date() } : {};
  const client = await updateClientRow(trx, before.client_id, { ...changes, ...reopened });
  await record(client);
  if (changed.length > 0) {
    const reason = `Changed: ${changed.map(phraseOf).join(', ')}`;
    await recordClient(trx, actor, 'client.review_reopened', before.client_id, { changed, reason });
  }
  return client;
}
