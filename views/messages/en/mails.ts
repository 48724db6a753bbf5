/** What mails say. */
export const mails = {
  never: 'VibeCaaS never asks for your password, a code or a key by mail.',
  hasAccount: (address: string, host: string) =>
    `You get this because the address ${address} has an account at ${host}.`,
  hadAccount: (address: string, host: string) =>
    `You get this because the address ${address} had an account at ${host}.`,
  wasTyped: (address: string, host: string) => `You get this because somebody typed the address ${address} at ${host}.`,
  wasInvited: (address: string, host: string) =>
    `You get this because somebody at ${host} invited the address ${address}.`,
  when: 'When',
  asked: 'Asked',
  from: 'From',
  how: 'How',
  app: 'For',
  newAddress: 'New address',
  passkey: 'Passkey',
  wasYou: 'Was it you?',
  nothingToDo: 'Then there is nothing to do.',
  wasNotYou: 'It wasn’t you?',
  wasNotYouChange:
    'Set a new password now. That signs out every browser and ends every app. Then look at what happened in your account.',
  setPassword: 'Set a new password',
  linkUntil: (until: string) => `The link works until ${until} and only once.`,

  verifySubject: 'Confirm your address',
  verifyPreview: 'The link works for 24 hours, and only once.',
  verifyLead: 'Is this your address? Then confirm it, so that apps which may see it can rely on it:',
  verifyButton: 'Confirm this address',
  verifyNotYou: 'Then do nothing. The address stays unconfirmed.',

  resetSubject: 'Set a new password',
  resetPreview: 'The link works for 30 minutes, and only once.',
  resetLead: 'Somebody asked for this link for your VibeCaaS account. If it was you, go on:',
  resetSecondStep: 'It asks for your second step as well.',
  resetNotYou: 'Then do nothing. Your password stays as it is, and nobody can use this link without your mail.',

  passwordSubject: 'Your password was changed',
  passwordPreview: 'Was that you? If not, set another one now.',
  passwordLead: {
    person:
      'Somebody who knew the old password set a new one. Every other browser was signed out, and every connection of your apps has ended.',
    link: 'Somebody set a new password with a link from your mail. Every browser was signed out, and every connection of your apps has ended.',
    admin:
      'An admin set a new password for your account. Every browser was signed out, and every connection of your apps has ended.',
  },

  browserSubject: (browser: string) => `New sign-in from ${browser}`,
  browserSubjectUnknown: 'New sign-in to your account',
  browserPreview: 'Was that you? If not, end it now.',
  browserLead: 'Your account was used in a browser that we had not seen before.',
  browserEnd: 'End it now. The page signs that browser out. Then set a new password.',
  browserButton: 'See where you are signed in',
  browserWhy: 'We write about every new browser. You can’t turn this off: it is how you find out.',
  methods: {
    pwd: 'Password',
    otp: 'a code from your authenticator app',
    rcv: 'a recovery code',
    passkey: 'Passkey',
    fed: 'another account of yours',
  },
  factorNames: {
    totp: 'an authenticator app',
    recovery_codes: 'new recovery codes',
    passkey: 'a passkey',
    upstream: 'another way in',
  },
  factorAddedSubject: (factor: string) => `Your account now has ${factor}`,
  factorAddedPreview: 'Was that you?',
  factorAddedLead: 'It was added to your account just now. It can be used to sign in from now on.',
  factorRemovedNames: {
    totp: 'Your authenticator app was removed',
    recovery_codes: 'Your recovery codes were removed',
    passkey: 'A passkey was removed',
    upstream: 'A way in was removed',
  },
  factorRemovedPreview: 'Was that you?',
  factorRemovedLead: 'It can’t be used to sign in any more.',
  factorRemovedByAdmin: 'An admin removed it from your account. It can’t be used to sign in any more.',

  recoverySubject: 'A recovery code was used',
  recoveryPreview: (left: number) => `You have ${left === 0 ? 'none' : left} left.`,
  recoveryLead: (left: number) =>
    left === 0
      ? 'Somebody signed in to your account with your last recovery code. Make new ones, so that you can get in without your authenticator app.'
      : `Somebody signed in to your account with one of your recovery codes. You have ${left === 1 ? 'one' : left} left.`,

  changeSubject: 'Confirm your new address',
  changePreview: 'The link works for 24 hours, and only once.',
  changeLead: (from: string) =>
    `The VibeCaaS account of ${from} wants to move to this address. If you asked for that, confirm it:`,
  changeNotYou: 'Then do nothing. The account stays where it is.',

  changedSubject: 'Your address was changed',
  changedPreview: 'Was that you? If not, you have 7 days to undo it.',
  changedLead: (to: string) => `You sign in with ${to} from now on, and mails go there.`,
  changedUndo: (until: string) =>
    `Undo it until ${until}. That brings this address back, signs out every browser, ends every app and removes the password.`,
  changedButton: 'Undo the change',

  lockedSubject: 'Somebody is trying to sign in to your account',
  lockedPreview: 'Many wrong passwords were tried.',
  lockedLead:
    'Many wrong passwords were tried for your account, so new browsers have to wait before the next try. Browsers in which you have signed in before do not.',
  lockedTodo: 'Your password held. If you use it elsewhere too, set another one.',

  invitationSubject: 'You are invited to VibeCaaS',
  invitationPreview: 'The link works for 7 days, and only once.',
  invitationLead: (by: string) => `${by} made a place for you at VibeCaaS. Choose a password, and you are in.`,
  registerSubject: 'Finish your VibeCaaS account',
  registerLead: 'Somebody wants to make a VibeCaaS account with this address. If it was you, choose a password:',
  invitationButton: 'Make your account',
  invitationStrange: 'You didn’t expect this?',
  invitationNotYou: 'Then do nothing. Without this link nobody can make an account with your address.',

  inUseSubject: 'You have an account already',
  inUsePreview: 'Somebody wanted to use your address for another one.',
  inUseLead:
    'Somebody wanted to use this address for a VibeCaaS account. It has one already, so nothing happened. If it was you, sign in; if you forgot your password, set a new one.',
  inUseNotYou: 'Then there is nothing to do.',
  inUseButton: 'Sign in',

  deletedSubject: 'Your account was deleted',
  deletedPreview: 'Nothing of it can be brought back.',
  deletedLead: 'Your VibeCaaS account is gone, with everything that apps could do in it. Nobody can bring it back.',
  deletedNotYou: 'Tell whoever runs this server, and say when it happened.',
};
