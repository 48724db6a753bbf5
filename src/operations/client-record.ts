/** Audit events of clients, and the reasons in them. */
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

/** Returns the actor with a reason for its audit events. @throws AppError invalid if the reason is empty, too long or unreadable */
export function actorWithReason(actor: Actor, reason: string): Actor {
  return { ...actor, ...requiredReason(reason) };
}

/** Returns the actor with the reason, if one is given. @throws AppError invalid if it is empty, too long or unreadable */
export function actorWithReasonGiven(actor: Actor, reason: string | undefined): Actor {
  return reason === undefined ? actor : actorWithReason(actor, reason);
}

/** Returns the reason for an audit event that requires one. @throws AppError invalid */
export function requiredReason(reason: string): { reason?: string } {
  if (!hasInk(reason)) throw new AppError('invalid', 'reason is required', { reason: 'is required' });
  return optionalReason(reason);
}

/** Returns the reason for an audit event; nothing if it is empty. @throws AppError invalid */
export function optionalReason(reason = ''): { reason?: string } {
  const text = reason.trim();
  const problem = reasonProblem(text);
  if (problem) throw new AppError('invalid', `reason ${problem}`, { reason: problem });
  return text === '' ? {} : { reason: text };
}
