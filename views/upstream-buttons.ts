import { html } from 'hono/html';
import * as icons from './icons.ts';
import { m } from './messages/index.ts';
import { type Html, name } from './text.ts';

/** A provider at which people can sign in: where its form posts, and what people call it. */
export type UpstreamButton = { action: string; title: string; icon: keyof typeof upstreamIcons };

export const upstreamIcons = { card: icons.card, github: icons.github, own: icons.own };

/** The buttons on a sign-in page. Each posts `csrf`. */
export function upstreamSignIn(buttons: readonly UpstreamButton[], csrf: string): Html[] {
  const { continueWith } = m().upstream;
  const form = ({ action, title, icon }: UpstreamButton) =>
    html`<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}"><button class="btn wide">${upstreamIcons[icon]}<span>${continueWith(name(title))}</span></button></form>`;
  return buttons.map(form);
}
