import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** The passkeys and sessions of an account, and its deletion, on an admin's pages. */
export const adminAccountEnd = {
  idElsewhere: 'Id elsewhere',
  passkeyIsBoth: 'No authenticator app: a passkey is both steps.',
  created: (day: Html): Html => html`Since ${day}`,
  lastUsed: (ago: string): string => `last used ${ago}`,
  neverUsed: 'never used',
  removeOne: (passkey: Html): Html => html`Remove<span class="vh"> the passkey ${passkey}</span>`,
  removePasskeys: 'Remove every passkey',
  passkey: {
    title: (passkey: string, account: string): string => `Remove the passkey ${passkey} of ${account}`,
    heading: (passkey: Html, account: Html): Html => html`Remove the passkey ${passkey} of ${account}?`,
    effect: 'Nobody can sign in with this passkey any more.',
    effectToo: 'Without another way in, its owner gets back in by a link from their mail.',
    button: 'Remove the passkey',
  },
  session: {
    title: (account: string): string => `End a session of ${account}`,
    heading: (account: Html): Html => html`End this session of ${account}?`,
    effect: 'This browser has to sign in again.',
    button: 'End the session',
  },
  deletion: {
    heading: 'Delete',
    lead: 'Ends everything, and removes name and address for good.',
    own: (link: Html): Html => html`This is you. You delete your own account under ${link}.`,
    offer: (account: Html): Html => html`Delete ${account}`,
  },
  remove: {
    title: (account: string): string => `Delete ${account}`,
    heading: (account: Html): Html => html`Delete ${account} for good?`,
    effect:
      'Its name, its address, its ways in and what it allowed are gone. The audit log keeps its id, with the browsers and network addresses of what happened.',
    told: 'Its owner is told by mail. This can’t be undone.',
    button: 'Delete for good',
    address: (address: Html): Html => html`Its address is ${address}`,
    confirm: 'Type the address to confirm',
    notItsAddress: html`is not its address: nothing was deleted`,
    first: 'Something has to be done first.',
    lastAdmin: 'It is the only admin: make another one.',
    owns: (clients: Html, n: number): Html =>
      html`It owns ${clients}: delete ${n === 1 ? 'it' : 'them'}, or name another owner.`,
  },
};
