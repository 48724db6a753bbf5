import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** What every admin page has: its bar, its notices, its forms for a reason. */
export const adminFrame = {
  refused: (title: string): string => `Not done yet: ${title}`,
  area: 'admin',
  yourAccount: 'Your account',
  signOut: 'Sign out',
  admin: 'Admin',
  tabs: {
    home: 'Home',
    clients: 'Clients',
    unregistered: 'Unregistered apps',
    accounts: 'Accounts',
    audit: 'Audit log',
    keys: 'Signing keys',
    statistics: 'Statistics',
  },
  whatHappens: 'What happens',
  why: 'Why',
  onRecord: 'It goes on record with your name.',
  goBack: 'Go back',
  reason: 'Reason, for the record',
  reasonHint: 'Others will read it: who asked, and what for.',
  reasonNeeded: html`is required: it is what others will read`,
  dayProblem: html`must be a day such as 2026-11-24`,
  /** Goes before what is wrong with a name that was typed to confirm. */
  typed: 'What you typed',
  problem: (label: string, problem: Html): Html => html`${label} ${problem}.`,
  match: (count: Html, n: number, asked: Html): Html => html`${count} ${n === 1 ? 'matches' : 'match'} ${asked}.`,
  clear: 'Clear',
};
