/** The reason for an act: the option of every command whose effect others will ask about. */
/** For a command that requires it only with some of its options. */
export const someReasonOption = { reason: { type: 'text', value: 'TEXT', doc: 'why, for the record' } } as const;

/** For a command that makes an admin with `--admin`. */
export const adminReasonOption = {
  reason: { ...someReasonOption.reason, doc: 'why, for the record; --admin needs it once there is an admin' },
} as const;

export const reasonOption = { reason: { ...someReasonOption.reason, required: true } } as const;
