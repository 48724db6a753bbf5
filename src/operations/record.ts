/** The line in the audit log that ends a change: who made it and from where, and why, where they said so. */
import { appendAudit } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

/** A reason that stands in the details already is the more precise one. */
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
