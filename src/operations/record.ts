/** Writes the audit event of a change, with its actor, their address, and the reason if there is one. */
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

/** A reason in `details` takes precedence over that of the actor, because it is more precise. */
export function record(trx: Db, actor: Actor, action: string, target: string, details: object = {}): Promise<void> {
  const { id, reason, requestId, ip } = actor;
  return appendAudit(trx, {
    actor: id,
    action,
    target,
    details: reason === undefined ? details : { reason, ...details },
    requestId,
    ip,
  });
}
