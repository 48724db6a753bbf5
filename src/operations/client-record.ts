/** The line in the audit log that every change of a client ends with. */
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

export function recordClient(
  trx: Db,
  actor: Actor,
  action: string,
  clientId: string,
  details: object = {},
): Promise<void> {
  return appendAudit(trx, {
    actor: actor.id,
    action,
    target: `client:${clientId}`,
    details,
    requestId: actor.requestId,
  });
}
