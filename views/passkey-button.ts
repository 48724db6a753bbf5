import { html } from 'hono/html';
import * as icons from './icons.ts';
import { m } from './messages/index.ts';
import { note } from './note.ts';
import type { Html } from './text.ts';

/**
 * What a page needs to ask for a passkey: where the form posts, what the browser is asked for (JSON), and the script that
 * asks. Everything marked `data-needs-passkey` stays hidden unless the script finds that the browser supports passkeys.
 */
export type PasskeyButton = { action: string; options: string; script: string };

/**
 * The button on a sign-in page. Posts `csrf` and `passkey` to its action. With `data-autofill` the browser offers passkeys in
 * the address field too.
 */
export function passkeySignIn({ action, options, csrf }: PasskeyButton & { csrf: string }): Html {
  const words = m().passkeys;
  return html`<form method="post" action="${action}" data-passkey="get" data-autofill data-options="${options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="passkey" data-passkey-answer><button class="btn wide">${icons.key}${words.signIn}</button>
    ${passkeyStopped(words.stopped)}</form>`;
}

/** Why a passkey was not accepted: it is not one of ours, the page was open too long, or it seems to have been copied. */
export type PasskeyProblem = 'refused' | 'expired' | 'copied';

export const passkeyProblemNote = (problem: PasskeyProblem): Html =>
  note({ kind: 'bad', icon: icons.wrong, ...m().passkeys[problem], role: 'alert', id: 'problem' });

/** What the script shows if the person or the browser has stopped the question. */
export const passkeyStopped = (text: string): Html =>
  html`<p class="small quiet field" role="status" data-passkey-stopped hidden>${text}</p>`;
