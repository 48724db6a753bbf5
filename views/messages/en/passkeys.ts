import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Passkeys: at the sign-in, as a second step, and on the security page. */
export const passkeys = {
  signIn: 'Sign in with a passkey',
  use: 'Use a passkey',
  useInstead: 'Use a passkey instead',
  typeCode: 'Type a code instead',
  stopped: 'Nothing was sent. Press the button again, or use another way.',
  unsupported: 'A passkey needs a browser that supports it, with scripts allowed for this page.',
  refused: {
    what: 'That passkey was not accepted.',
    todo: 'It may have been removed from your account. Use another one, or another way.',
  },
  expired: { what: 'This page was open too long.', todo: 'Nothing is wrong with your passkey. Use it once more.' },
  copied: {
    what: 'This passkey may have been copied, so it was not accepted.',
    todo: 'Sign in another way, then remove it under Security and add a new one.',
  },
  step: {
    heading: 'Confirm with your passkey',
    lead: 'Your browser asks for your fingerprint, face or device lock.',
    have: (names: Html): Html => html`Have one of these at hand: ${names}.`,
  },
  confirm: (email: Html): Html =>
    html`You signed in as ${email}. This needs one of your passkeys; nothing you typed is lost.`,
  section: {
    heading: 'Passkeys',
    lead: 'Your fingerprint, face or device lock. Nothing to remember, nothing to steal.',
    add: 'Add a passkey',
    rename: (name: string): Html => html`Rename<span class="vh"> passkey ${name}</span>`,
    remove: (name: string): Html => html`Remove<span class="vh"> passkey ${name}</span>`,
    unused: (added: Html): Html => html`Added ${added} · never used`,
    used: (added: Html, used: string): Html => html`Added ${added} · last used ${used}`,
    added: (name: Html): Html => html`${name} is added.`,
    addedTodo: 'You can sign in with it from now on.',
    renamed: (name: Html): Html => html`${name} is its new name.`,
    removed: (name: Html): Html => html`${name} is removed.`,
    removedTodo:
      'It signs nobody in any more. Delete it in your password manager too. Have you lost the device? Then end what is signed in there, under Sessions.',
    last: 'This passkey is your only way in, so it was not removed.',
    lastTodo: 'Add another one first.',
  },
  create: {
    title: 'Add a passkey',
    lead: 'Your browser asks where to keep it, and then for your fingerprint, face or device lock.',
    name: 'Name of the passkey',
    nameHint: 'Where it is, so that you know it again: “Work laptop”, “Phone”.',
    nameProblem: 'must have 1 to 100 characters that can be read',
    submit: 'Create the passkey',
    stopped: 'No passkey was made. Press the button again.',
    known: 'This device already has a passkey for your account.',
    expiredTodo: 'No passkey was added. Press the button once more.',
    refusedTodo:
      'It has to check your fingerprint, face or device lock. Try again, or choose another place to keep it.',
    full: 'No passkey was added.',
    fullTodo: 'You already have this one, or as many as an account may have. Remove one that you don’t use.',
  },
  rename: { title: 'Rename a passkey', submit: 'Save the name' },
};
