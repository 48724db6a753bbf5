/** The security page after a new password by mail. */
export const afterReset = {
  what: 'Your password is changed.',
  todo: 'Your passkeys and connected accounts still open this account. Look at them below, and remove what is not yours.',
  goOn: 'Go on to the app you came from',
};
