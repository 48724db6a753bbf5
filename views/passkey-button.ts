import { html } from 'hono/html';
import * as icons from './icons.ts';
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
    <form method="post" action="${action}" data-passkey="get" data-autofill data-options="${options}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="passkey"><button class="btn wide">${icons.key}${texts.signIn}</button>
    ${passkeyStopped(texts.stopped)}</form></div>`;
}

/** What the script shows if the person or the browser has stopped the question. */
export const passkeyStopped = (text: string): Html =>
  html`<p class="small quiet field" role="status" data-passkey-stopped hidden>${text}</p>`;
