import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Signing in with another provider, and the accounts there that open this one. `title` is the provider. */
export const upstream = {
  or: 'or',
  continueWith: (title: Html): Html => html`Continue with ${title}`,
  ways: {
    heading: 'Other ways in',
    lead: 'Accounts elsewhere that sign you in here.',
    notConnected: 'Not connected',
    never: (since: Html): Html => html`Connected ${since} · never used`,
    used: (since: Html, ago: string): Html => html`Connected ${since} · last used ${ago}`,
    connect: (title: Html): Html => html`Connect<span class="vh"> ${title}</span>`,
    disconnect: (title: Html): Html => html`Disconnect<span class="vh"> ${title}</span>`,
  },
  notices: {
    connected: { what: 'It is connected.', todo: 'From now on it signs you in here too.' },
    disconnected: { what: 'It is disconnected.', todo: 'It does not sign you in here any more.' },
    needed: {
      what: 'It was not disconnected.',
      todo: 'It is your only way in. Get another one first: a passkey, a password, or another account that you connect.',
    },
  },
  toSecurity: 'Back to Security',
  toSignIn: 'Back to the sign-in page',
  signInHere: 'Sign in here instead',
  tryAgain: (title: string): string => `Try ${title} again`,
  /** To somebody who is signed in and wanted to connect the provider. */
  connectAgain: 'Try again under Security. If it happens again, tell whoever runs this server the request id below.',
  problems: {
    down: (title: string) => ({
      title: `${title} can’t be reached right now`,
      lead: 'It did not answer, or said that it can’t. Nothing changed.',
      advice: ['Try again in a minute, or sign in another way.'],
    }),
    refused: (title: string) => ({
      title: `${title} sent an answer that we can’t accept`,
      lead: 'It did not prove who you are. Nothing changed.',
      advice: [
        'Start again from the sign-in page, in one tab.',
        'If it happens again, sign in another way and tell whoever runs this server the request id below.',
      ],
    }),
    denied: (title: string) => ({
      title: `${title} didn’t sign you in`,
      lead: 'You or it said no. Nothing changed.',
      advice: ['If that was a mistake, start again. If not, sign in another way.'],
    }),
    'not-asked': (title: string) => ({
      title: `${title} didn’t ask who you are`,
      lead: 'What you want to do needs a new sign-in, and it took an old one. Nothing changed.',
      advice: [`Sign out at ${title}, then start again. Or sign in another way.`],
    }),
    unknown: (title: string) => ({
      title: `${title} opens no account here`,
      lead: `You signed in at ${title}, but that is not connected to an account here that you can use.`,
      advice: [
        'If you have an account, sign in your usual way. Then open Security and connect it under “Other ways in”.',
      ],
    }),
    'unknown-at-home': (title: string) => ({
      title: `${title} opens no account here`,
      lead: `You signed in at ${title}, but there is no account here that you can use.`,
      advice: [
        `Check that your email address is confirmed at ${title}.`,
        'If it is, ask whoever runs this server for help.',
      ],
    }),
    over: (title: string) => ({
      title: 'This sign-in is over',
      lead: `This answer of ${title} was used already, came too late, or belongs to another browser. Nothing changed.`,
      advice: ['Start again from the sign-in page, and stay in one browser until you are done.'],
    }),
    taken: (title: string) => ({
      title: `This account at ${title} is connected elsewhere`,
      lead: 'It signs in to another account here, and it can do that for one only. Nothing changed.',
      advice: [`Sign in with ${title} to see which. Disconnect it there first, under Security.`],
    }),
    'has-another': (title: string) => ({
      title: `You have connected another account at ${title}`,
      lead: 'Only one can be connected at a time. Nothing changed.',
      advice: ['Disconnect the other one first, under Security.'],
    }),
  },
};
