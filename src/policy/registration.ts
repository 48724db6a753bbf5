/** Whether people may make their own accounts: never, by an invitation, or always. */
export type Registration = 'closed' | 'invite' | 'open';

/** Whether people whom an admin has invited may make an account. */
export const takesInvitations = (registration: Registration): boolean => registration !== 'closed';

/** Whether everybody who confirms an address may make an account. */
export const isOpen = (registration: Registration): boolean => registration === 'open';

/**
 * How an invitation is: its mail waits or could not be sent, the link works, nobody used it in time, the address got an
 * account in another way, and the two ways in which it ends.
 */
export const invitationStates = [
  'waiting',
  'not_sent',
  'sent',
  'expired',
  'has_account',
  'accepted',
  'withdrawn',
] as const;
export type InvitationState = (typeof invitationStates)[number];

/** States in which an invitation may be sent again. */
export const canResend: readonly InvitationState[] = ['waiting', 'not_sent', 'sent', 'expired'];
/** States in which an invitation may be withdrawn. */
export const canWithdraw: readonly InvitationState[] = ['waiting', 'not_sent', 'sent', 'expired', 'has_account'];

/** Languages that the mail of an invitation may have. A test compares them with those of the pages. */
export const invitationLanguages = ['en', 'de', 'es', 'fr', 'ja'] as const;
export type InvitationLanguage = (typeof invitationLanguages)[number];
