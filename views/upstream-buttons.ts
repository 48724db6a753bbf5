import { html } from 'hono/html';
import * as icons from './icons.ts';
import type { Html } from './text.ts';

/** A provider at which people can sign in: where its form posts, and what people call it. */
export type UpstreamButton = { action: string; title: string; icon: keyof typeof upstreamIcons };

const texts = { or: 'or', continueWith: (title: Html): Html => html`Continue with ${title}` };

export const upstreamIcons = { card: icons.card, github: icons.github, own: icons.own };

/** The buttons on a sign-in page. Each posts `csrf`. */
export function upstreamSignIn(buttons: readonly UpstreamButton[], csrf: string): Html | undefined {
  if (buttons.length === 0) return undefined;
  return html`<p class="or">${texts.or}</p>
    <div class="stack">${buttons.map(
      ({ action, title, icon }) =>
        html`<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}"><button class="btn wide">${upstreamIcons[icon]}<span>${texts.continueWith(html`<bdi>${title}</bdi>`)}</span></button></form>`,
    )}</div>`;
}
