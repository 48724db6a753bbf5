/** Actors of the audit log as an admin knows them: accounts by their address. */
import { emailsOf } from '../../store/account-search.ts';
import type { AuditEvent } from '../../store/audit.ts';
import type { Db } from '../../store/database.ts';

/** What to call each actor of these events. Actors that are not accounts, or were deleted, keep the recorded name. */
export async function actorNames(
  db: Db,
  events: readonly Pick<AuditEvent, 'actor'>[],
): Promise<(actor: string) => string> {
  const ids = events.map(({ actor }) => accountId(actor)).filter((id) => id !== undefined);
  const emails = await emailsOf(db, [...new Set(ids)]);
  return (actor) => emails.get(accountId(actor) ?? '') ?? actor;
}

const accountId = (actor: string) => (actor.startsWith('account:') ? actor.slice('account:'.length) : undefined);
