/** The address of an account, on the security page. */
export const address = {
  heading: 'Email address',
  lead: 'You sign in with it, and get back in with it.',
  confirmed: 'Confirmed',
  notConfirmed: 'Not confirmed',
  notConfirmedHint: 'Confirm it, so that apps can rely on it.',
  confirm: 'Send me a link',
  next: 'New address',
  nextHint: 'We send a link to it. Until you open that, nothing changes.',
  change: 'Change address',
  problems: {
    shape: 'does not look like name@example.com',
    same: 'is the one that you have',
  },
};
