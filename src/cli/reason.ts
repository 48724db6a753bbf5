/** The reason for an act: the option of every command whose effect others will ask about. */
import type { Actor } from '../operations/actor.ts';
import { actorWithReason } from '../operations/client-record.ts';

/** For a command that requires it only with some of its options. */
export const someReasonOption = { reason: { type: 'text', value: 'TEXT', doc: 'why, for the record' } } as const;

export const reasonOption = { reason: { ...someReasonOption.reason, required: true } } as const;

/** Returns the actor, with the reason if there is one. */
export function withReason(actor: Actor, reason: string | undefined): Actor {
  return reason === undefined ? actor : actorWithReason(actor, reason);
}
