import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** The pages that links in mails lead to, and the form that asks for such a link. */
export const links = {
  reset: {
    title: 'Get back in',
    lead: 'We send you a link that lets you set a new password. It works for 30 minutes and only once.',
    address: 'Email address of your account',
    notAnAddress: 'That is not an address. It looks like name@example.com.',
    send: 'Send me the link',
    back: 'Back to sign-in',
  },
  sent: {
    title: 'Look in your mail',
    lead: (address: Html): Html =>
      html`If ${address} has an account here, a link is on its way. We say the same for every address, so that nobody can find out who has one.`,
    nothing: 'Nothing after five minutes?',
    tips: ['Look in the folder for junk mail.', 'Was it another address? Try that one.'],
    again: 'Send it once more',
    other: 'Use another address',
    limits: 'A newer link ends the older one. At most two in half an hour, and three an hour.',
  },
  newPassword: {
    title: 'Set a new password',
    for: (address: string) => `For ${address}.`,
    effect: 'When it is set, every browser and app that used the old one has to sign in again. We tell you by mail.',
    label: 'New password',
    code: 'Code of your second step',
    codeHint: 'From your authenticator app, or one of your recovery codes.',
    codeWrong: 'That code didn’t work. It may be mistyped, used before, or too old. Nothing was changed.',
    tooMany: 'Too many codes.',
    wait: (time: string) => `Nothing was changed. Wait ${time}, then try again.`,
    submit: 'Set password and sign in',
  },
  ended: {
    title: 'This link doesn’t work any more',
    lead: 'A link from a mail works once and for a limited time, and a newer one ends it. Nothing was changed.',
    again: {
      reset: 'Ask for a new link',
      verify: 'Ask for a new link',
      change: 'Ask for a new link',
      undo: 'Get back in by mail',
      invite: 'Sign in',
    },
    tips: [
      'Look for a newer mail from us: its link may still work.',
      'Did you open the whole link? Some mail programs cut it.',
    ],
  },
  confirm: {
    verify: {
      title: 'Confirm your address',
      lead: (address: string, _email: string) => `For ${address}.`,
      what: 'Confirm that this is your address. Apps that may see it can rely on it then.',
      button: 'Confirm this address',
    },
    change: {
      title: 'Use another address',
      lead: (address: string, email: string) => `The account of ${email} moves to ${address}.`,
      what: 'You sign in with the new address from then on, and mails go there. The old address hears of it, and can undo it for 7 days.',
      button: 'Use this address',
    },
    undo: {
      title: 'Undo the change of address',
      lead: (address: string, email: string) => `The account of ${email} comes back to ${address}.`,
      what: 'Somebody who could change your address may have known your password. So every browser is signed out, every app loses its access, the password is removed, and so are passkeys and other ways in that were added in the week before the change or since. You set a new one by a link that we send to your old address.',
      button: 'Undo it',
    },
  },
  done: {
    for: (email: string) => `For ${email}.`,
    verify: {
      title: 'Your address is confirmed',
      what: 'Done.',
      todo: 'Apps that may see your address can rely on it now.',
      go: 'Go to your account',
    },
    change: {
      title: 'Your address is changed',
      what: 'Done.',
      todo: 'You sign in with the new address from now on.',
      go: 'Go to your account',
    },
    undo: {
      title: 'Your address is back',
      what: 'Everything else has ended.',
      todo: 'A link that lets you set a new password is on its way to you.',
      go: 'Sign in',
    },
  },
  taken: {
    title: 'This address is in use',
    lead: 'It has an account of its own. Nothing was changed.',
    what: 'An address belongs to one account. Sign in with it, or choose another address for this one.',
    go: 'Sign in',
  },
};
