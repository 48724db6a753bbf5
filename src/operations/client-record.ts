/** The line in the audit log that every change of a client ends with, and why somebody made it. */
import { AppError } from '../errors.ts';
import { hasInk } from '../policy/names.ts';
import { reasonProblem } from '../policy/reasons.ts';
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
    ip: actor.ip,
  });
}

/** What the line says of why, where it must be said. Throws `invalid`. */
export function neededWhy(reason: string): { reason?: string } {
  if (!hasInk(reason)) throw new AppError('invalid', 'reason must be there', { reason: 'must be there' });
  return why(reason);
}

/** What the line says of why; nothing for an empty reason. Throws `invalid`. */
export function why(reason = ''): { reason?: string } {
  const said = reason.trim();
  const problem = reasonProblem(said);
  if (problem) throw new AppError('invalid', `reason ${problem}`, { reason: problem });
  return said === '' ? {} : { reason: said };
}
