/** The line in the audit log that every change of a client ends with, and why somebody made it. */
import { AppError } from '../errors.ts';
import { hasInk } from '../policy/names.ts';
import { reasonProblem } from '../policy/reasons.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

export function recordClient(
  trx: Db,
  actor: Actor,
  action: string,
  clientId: string,
  details: object = {},
): Promise<void> {
  return record(trx, actor, action, `client:${clientId}`, details);
}

/** The same actor, whose lines say why. Throws `invalid` for a reason that is empty, too long or unreadable. */
export function because(actor: Actor, reason: string): Actor {
  return { ...actor, ...neededWhy(reason) };
}

/** What the line says of why, where it must be said. Throws `invalid`. */
export function neededWhy(reason: string): { reason?: string } {
  if (!hasInk(reason)) throw new AppError('invalid', 'reason is required', { reason: 'is required' });
  return why(reason);
}

/** What the line says of why; nothing for an empty reason. Throws `invalid`. */
export function why(reason = ''): { reason?: string } {
  const said = reason.trim();
  const problem = reasonProblem(said);
  if (problem) throw new AppError('invalid', `reason ${problem}`, { reason: problem });
  return said === '' ? {} : { reason: said };
}
