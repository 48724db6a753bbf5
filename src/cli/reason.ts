/** Why something is done, for the record: the option of every command whose effect somebody will ask about. */

/** For a command that needs it for some of its options only. */
export const someReasonOption = { reason: { type: 'text', value: 'TEXT', doc: 'why, for the record' } } as const;

export const reasonOption = { reason: { ...someReasonOption.reason, required: true } } as const;
