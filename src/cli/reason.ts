/** The reason for an act: the option of every command whose effect others will ask about. */

/** For a command that requires it only with some of its options. */
export const someReasonOption = { reason: { type: 'text', value: 'TEXT', doc: 'why, for the record' } } as const;

export const reasonOption = { reason: { ...someReasonOption.reason, required: true } } as const;
