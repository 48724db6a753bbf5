import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** The invitations of admins, and the form that makes one. */
export const adminInvitations = {
  title: 'Invitations',
  back: '← Accounts',
  lead: 'People who may make an account by a link in a mail.',
  invite: 'Invite somebody',
  state: 'State',
  any: 'Any',
  apply: 'Apply',
  order: 'The newest first',
  noun: (n: number): string => (n === 1 ? 'invitation' : 'invitations'),
  inState: (state: string): string => `state ${state}`,
  states: {
    waiting: 'Mail waits',
    not_sent: 'Not sent',
    sent: 'Sent',
    expired: 'Expired',
    has_account: 'Has an account',
    accepted: 'Accepted',
    withdrawn: 'Withdrawn',
  },
  why: {
    not_sent: 'The mail server did not take the mail for two days.',
    expired: 'Nobody used the link in seven days.',
    has_account: 'The address got an account in another way.',
  },
  until: (day: Html): Html => html`Its link works until ${day}.`,
  by: (day: Html, inviter: Html): Html => html`Invited ${day} by ${inviter}.`,
  resend: (address: Html): Html => html`Send again<span class="vh"> ${address}</span>`,
  withdraw: (address: Html): Html => html`Withdraw<span class="vh"> ${address}</span>`,
  filtered: (state: string): string => `You filter by state ${state}.`,
  admin: 'Admin',
  closed: 'This server takes no invitations.',
  closedTodo: 'Links that were sent do not work. Set REGISTRATION to invite or open.',
  noMatch: 'No invitation matches',
  clear: 'Clear the filter',
  nobody: 'Nobody is invited',
  nobodyClosed: 'Accounts come from admins, an import or your own provider.',
  nobodyWhy: 'An invitation is a mail with a link. Whoever opens it chooses a name and a password or a passkey.',
  create: 'Create an account',
  form: {
    back: '← Invitations',
    lead: (days: number): string =>
      plural(days, {
        one: 'The mail says who invites, and holds a link that works for # day and once. A newer invitation to the same address ends the older one.',
        other:
          'The mail says who invites, and holds a link that works for # days and once. A newer invitation to the same address ends the older one.',
      }),
    email: 'Email address',
    name: 'Name',
    nameHint: 'May stay empty. The person can change it.',
    language: 'Language of the mail',
    tier: 'Tier',
    adminHint: 'May do everything on these pages. Sets up a second step at once.',
    who: 'Who it is for',
    send: 'Send the invitation',
  },
};
