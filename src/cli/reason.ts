/** Why something is done, for the record: the option of every command whose effect somebody will ask about. */
import type { Actor } from '../operations/actor.ts';
import { because } from '../operations/client-record.ts';

/** For a command that needs it for some of its options only. */
export const someReasonOption = { reason: { type: 'text', value: 'TEXT', doc: 'why, for the record' } } as const;

export const reasonOption = { reason: { ...someReasonOption.reason, required: true } } as const;

/** The actor, who says why if somebody has said so. */
export function withReason(actor: Actor, reason: string | undefined): Actor {
  return reason === undefined ? actor : because(actor, reason);
}
