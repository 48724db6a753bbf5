/** Writes the audit event of a change, with its actor, their address, and the reason if there is one. */
import { appendAudit, appendAudits, type NewAuditEvent } from '../store/audit.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

/** A reason in `details` takes precedence over that of the actor, because it is more precise. */
export function record(trx: Db, actor: Actor, action: string, target: string, details: object = {}): Promise<void> {
  return appendAudit(trx, eventOf(actor, action, target, details));
}

/** The same for many targets, in one statement. */
export function recordEach(
  trx: Db,
  actor: Actor,
  action: string,
  targets: readonly string[],
  details: object = {},
): Promise<void> {
  return appendAudits(
    trx,
    targets.map((target) => eventOf(actor, action, target, details)),
  );
}

function eventOf({ id, reason, requestId, ip }: Actor, action: string, target: string, details: object): NewAuditEvent {
  const facts = reason === undefined ? details : { reason, ...details };
  return { actor: id, action, target, details: facts, requestId, ip };
}
