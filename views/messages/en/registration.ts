import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Making an account: by an invitation, or by oneself. */
export const registration = {
  offer: 'No account yet?',
  start: {
    title: 'Create an account',
    lead: 'We send a link to your address, so that nobody can use it but you. It works for 24 hours and only once.',
    address: 'Your email address',
  },
  sent: (address: Html): Html =>
    html`A mail is on its way to ${address}. We say the same for every address, so that nobody can find out who has an account.`,
  make: {
    title: 'Make your account',
    lead: 'Say what we may call you, and choose how you sign in.',
    admin: 'You are invited as an admin. So you set up a second step next, unless you choose a passkey.',
    name: 'Your name',
    nameHint: 'Apps see it only if you allow it.',
    password: 'Choose a password',
    submit: 'Make the account',
    withPassword: 'Use a password instead',
    passkey: 'Make the account with a passkey',
    passkeyName: 'First passkey',
    notMade: 'No account was made. Press the button once more.',
    notKept: 'No account was made. Try again, or use a password.',
  },
  taken: {
    title: 'This address has an account already',
    what: 'No other account was made. Sign in as you always do. If you forgot your password, set a new one there.',
  },
  closed: {
    title: 'Nobody can make an account here now',
    lead: 'Accounts of this server are made by the people who run it.',
    what: 'Ask them for one, or for an invitation. If you have an account, sign in.',
  },
  invited: 'Ask whoever invited you for a new one.',
  help: 'You have no account',
  helpText:
    'If this server lets you make one, the sign-in page says “Create an account”. Otherwise, ask whoever runs it for an invitation: a mail with a link that works for seven days, and once.',
};
