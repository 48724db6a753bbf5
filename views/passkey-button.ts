import { html } from 'hono/html';
import * as icons from './icons.ts';
import { note } from './note.ts';
import type { Html } from './text.ts';

/**
 * What a page needs to ask for a passkey: where the form posts, what the browser is asked for (JSON), and the script that
 * asks. Everything marked `data-needs-passkey` stays hidden unless the script finds that the browser supports passkeys.
 */
export type PasskeyButton = { action: string; options: string; script: string };

const texts = {
  or: 'or',
  signIn: 'Sign in with a passkey',
  stopped: 'Nothing was sent. Press the button again, or use another way.',
};

/**
 * The button on a sign-in page. Posts `csrf` and `passkey` to its action. With `autofill` the browser offers passkeys in the
 * address field too.
 */
export function passkeySignIn({ action, options, csrf }: PasskeyButton & { csrf: string }): Html {
  return html`<div data-needs-passkey hidden><p class="or">${texts.or}</p>
    <form method="post" action="${action}" data-passkey="get" data-autofill data-options="${options}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="passkey" data-passkey-answer><button class="btn wide">${icons.key}${texts.signIn}</button>
    ${passkeyStopped(texts.stopped)}</form></div>`;
}

/** Why a passkey was not accepted: it is not one of ours, the page was open too long, or it seems to have been copied. */
export type PasskeyProblem = 'refused' | 'expired' | 'copied';

const problems = {
  refused: {
    what: 'That passkey was not accepted.',
    todo: 'It may have been removed from your account. Use another one, or another way.',
  },
  expired: { what: 'This page was open too long.', todo: 'Nothing is wrong with your passkey. Use it once more.' },
  copied: {
    what: 'This passkey may have been copied, so it was not accepted.',
    todo: 'Sign in another way, then remove it under Security and add a new one.',
  },
} as const satisfies Record<PasskeyProblem, object>;

export const passkeyProblemNote = (problem: PasskeyProblem): Html =>
  note({ kind: 'bad', icon: icons.wrong, ...problems[problem], role: 'alert', id: 'problem' });

/** What the script shows if the person or the browser has stopped the question. */
export const passkeyStopped = (text: string): Html =>
  html`<p class="small quiet field" role="status" data-passkey-stopped hidden>${text}</p>`;
