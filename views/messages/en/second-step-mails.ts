/** Mails about many wrong codes, and about factors that an admin has removed. */
export const secondStepMails = {
  codesSubject: 'Many wrong codes were tried for your account',
  codesPreview: 'Somebody had got past the first step.',
  codesLead:
    'Somebody got past the first step of a sign-in to your account, with your password or a link from your mailbox, and then tried many wrong codes. They have to wait before the next try.',
  codesTodo: 'If that was not you, somebody else has your password. Set a new one now.',

  appAndPasskeysRemoved: 'Your authenticator app and your passkeys were removed',
  passkeysRemoved: 'Your passkeys were removed',
};
