/** What was just done on an admin page, and what follows from it. */
export const adminNotices = {
  created: {
    what: 'The client is registered.',
    todo: 'It works from now on.',
  },
  ruled: {
    what: 'The rule is saved.',
    todo: 'It applies from now on, on every node.',
  },
  saved: {
    what: 'The changes are saved.',
    todo: 'They apply from now on.',
  },
  unchanged: {
    what: 'Nothing was different.',
    todo: 'So nothing was saved.',
  },
  'key-networks': {
    what: 'The networks of the key are saved.',
    todo: 'Gateways follow within a second.',
  },
  'key-revoked': {
    what: 'The key is revoked.',
    todo: 'Every call with it is refused within a second.',
  },
  'secret-removed': {
    what: 'The secret is removed.',
    todo: 'It stopped working at once.',
  },
  disabled: {
    what: 'The client is suspended.',
    todo: 'Every token of it ended.',
  },
  enabled: {
    what: 'The client works again.',
    todo: 'Tokens from before stay ended.',
  },
  verified: {
    what: 'The client is verified.',
    todo: 'Its name and who runs it count as facts.',
  },
  submitted: {
    what: 'The client is in review.',
    todo: 'It works meanwhile.',
  },
  'sent-back': {
    what: 'The client is a draft again.',
    todo: 'It works, and counts as not checked.',
  },
  'given-back': {
    what: 'The field is given back.',
    todo: 'What the client says there counts again.',
  },
  'document-read': {
    what: 'The document was read.',
    todo: 'What it says now is below.',
  },
  logo: {
    what: 'The logo is kept.',
    todo: 'People see it when the client is verified, unless it is VibeCaaS’s own.',
  },
  'logo-removed': {
    what: 'The logo is removed.',
    todo: 'No page shows it any more.',
  },
  deleted: {
    what: 'The client is deleted.',
    todo: 'Its secrets, consents and tokens are gone.',
  },
  'webhook-saved': {
    what: 'The webhook is saved.',
    todo: 'Events from now on go there.',
  },
  'webhook-off': {
    what: 'The webhook is saved.',
    todo: 'It is off: no event is sent.',
  },
  'webhook-tested': {
    what: 'The test event is on its way.',
    todo: 'Load this page again to see how it went.',
  },
  'webhook-replayed': {
    what: 'It is sent once more.',
    todo: 'Load this page again to see how it went.',
  },
  'webhook-nothing': {
    what: 'Nothing failed since then.',
    todo: 'So nothing is sent.',
  },
  'webhook-deleted': {
    what: 'The webhook is removed.',
    todo: 'No more events are sent.',
  },
  'stream-paused': {
    what: 'The stream is paused.',
    todo: 'Its receiver gets nothing until an admin resumes it.',
  },
  'stream-enabled': {
    what: 'The stream goes on.',
    todo: 'Its receiver gets what it has missed.',
  },
  'stream-removed': {
    what: 'The stream is removed.',
    todo: 'Its receiver gets no more signals.',
  },
  'account-created': {
    what: 'The account is created.',
    todo: 'Its owner can sign in with the password you set.',
  },
  'account-saved': {
    what: 'The account is changed.',
    todo: 'Its next tokens carry the change.',
  },
  suspended: {
    what: 'The account is suspended.',
    todo: 'Its sessions and every token ended.',
  },
  restored: {
    what: 'The account can sign in again.',
    todo: 'What ended with the suspension stays ended.',
  },
  password: {
    what: 'The new password is set.',
    todo: 'Sessions and tokens from before ended.',
  },
  'password-required': {
    what: 'A new password is required.',
    todo: 'Sessions ended; the next sign-in asks for it.',
  },
  'second-step-reset': {
    what: 'Second step and passkeys are removed.',
    todo: 'Sessions ended, and nothing that was removed works any more.',
  },
  'passkey-removed': {
    what: 'The passkey is removed.',
    todo: 'Sessions ended, and its owner is told by mail.',
  },
  'account-deleted': {
    what: 'The account is deleted.',
    todo: 'Its sessions, consents and tokens are gone.',
  },
  invited: {
    what: 'The invitation is on its way.',
    todo: 'Its link works for seven days, and once.',
  },
  'invitation-resent': {
    what: 'The invitation is sent again.',
    todo: 'The link in the earlier mail stopped working.',
  },
  'invitation-withdrawn': {
    what: 'The invitation is withdrawn.',
    todo: 'Its link stopped working.',
  },
  disconnected: {
    what: 'The app is disconnected.',
    todo: 'All its access to this account ended.',
  },
  'session-ended': {
    what: 'The session has ended.',
    todo: 'That browser has to sign in again.',
  },
  'signed-out': {
    what: 'Every session has ended.',
    todo: 'The apps stay connected.',
  },
  rotated: {
    what: 'The signing keys are rotated.',
    todo: 'Every node signs with the next key within a second.',
  },
  'admin-granted': {
    what: 'This account is an admin now.',
    todo: 'It can do everything that you can.',
  },
  'admin-revoked': {
    what: 'This account is not an admin any more.',
    todo: 'Its open admin pages stopped working.',
  },
};
