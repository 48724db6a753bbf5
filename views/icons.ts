import { html, raw } from 'hono/html';
import type { Html } from './text.ts';

const icon = (shape: Html): Html => html`<svg viewBox="0 0 20 20" aria-hidden="true">${shape}</svg>`;

/** The same icon in the colour of its meaning: red for wrong, amber for attention, green for done. */
export const coloured = (kind: 'no' | 'hm' | 'ok', drawn: Html): Html =>
  raw(String(drawn).replace('<svg ', `<svg class="${kind}" `)) as Html;

/* Drawn on 20 × 20 by strokes of currentColor. Each stands beside a word, so it needs no accessible name. */

/** The brand's square with its V. */
export const brand = html`<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="1" y="1" width="22" height="22" rx="6" fill="currentColor" stroke="none"/><path class="m" d="m6.6 7 5.4 10 2.7-5"/><path class="m" d="M17.3 7.2h.01"/></svg>`;
/** The V alone, on the ink of an app of ours. */
export const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6.6 7 5.4 10 2.7-5"/><path d="M17.3 7.2h.01"/></svg>`;
/** The V beside words: made by VibeCaaS. */
export const own = icon(html`<path d="m4.6 5 5.4 10.4L13 10"/><path d="M15.6 5.3h.01"/>`);
/** An eye: can see. */
export const eye = icon(
  html`<path d="M2 10c2-3.6 4.7-5.4 8-5.4s6 1.8 8 5.4c-2 3.6-4.7 5.4-8 5.4S4 13.6 2 10Z"/><circle cx="10" cy="10" r="2.3"/>`,
);
/** A pen: can change. */
export const pen = icon(html`<path d="m4 13.2 8.6-8.6 2.8 2.8L6.8 16H4v-2.8Z"/><path d="m10.8 6.4 2.8 2.8"/>`);
/** A coin: can cost money. */
export const coin = icon(
  html`<circle cx="10" cy="10" r="7"/><path d="M12.3 7.6c-.5-.7-1.3-1-2.3-1-1.3 0-2.2.6-2.2 1.6 0 2.4 4.6 1.2 4.6 3.6 0 1-1 1.6-2.4 1.6-1.1 0-2-.4-2.5-1.1M10 5.3v1.3M10 13.4v1.3"/>`,
);
/** A tick: part of what is asked, or done. */
export const tick = icon(html`<path d="m4.5 10.5 3.7 3.7 7.3-8"/>`);
/** A shield with a tick: verified. */
export const verified = icon(
  html`<path d="M10 2.2 16 4.5v4.7c0 3.8-2.3 6.6-6 8.6-3.7-2-6-4.8-6-8.6V4.5L10 2.2Z"/><path d="m7.3 9.8 2 2 3.5-3.8"/>`,
);
/** A shield with an exclamation mark: not checked. */
export const unchecked = icon(
  html`<path d="M10 2.2 16 4.5v4.7c0 3.8-2.3 6.6-6 8.6-3.7-2-6-4.8-6-8.6V4.5L10 2.2Z"/><path d="M10 6.6v3.6M10 13h.01"/>`,
);
/** A clock: in review, or until when. */
export const clock = icon(html`<circle cx="10" cy="10" r="7.3"/><path d="M10 5.8V10l2.7 1.8"/>`);
/** An arrow: where the answer goes. */
export const arrow = icon(html`<path d="M4 10h12M11.5 5.5 16 10l-4.5 4.5"/>`);
/** A cross: ends it. */
export const cross = icon(html`<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>`);
/** A box: what somebody builds. */
export const box = icon(html`<path d="M3 6.5 10 3l7 3.5v7L10 17l-7-3.5v-7Z"/><path d="M3 6.5 10 10l7-3.5M10 10v7"/>`);
/** A key: how to get in. */
export const key = icon(html`<circle cx="6.5" cy="10" r="3.5"/><path d="M10 10h7.5v3M14 10v2.5"/>`);
/** A phone: a code from an app, or a browser held in a hand. */
export const phone = icon(html`<rect x="6" y="2.5" width="8" height="15" rx="2"/><path d="M9 15h2"/>`);
/** A robot: stands for an app whose own logo nobody checked. */
export const robot = icon(
  html`<rect x="3.5" y="6.5" width="13" height="9.5" rx="2"/><path d="M10 3.5v3M7.5 10.5v1.5M12.5 10.5v1.5"/>`,
);
/** A laptop: a program on this computer. */
export const computer = icon(html`<rect x="3.5" y="4" width="13" height="9" rx="1.5"/><path d="M2 16h16"/>`);
/** A triangle with an exclamation mark: needs attention. */
export const warning = icon(html`<path d="M10 3 18 16.5H2L10 3Z"/><path d="M10 8.3v3.7M10 14.3h.01"/>`);
/** A circle with an exclamation mark: something is wrong. */
export const wrong = icon(html`<circle cx="10" cy="10" r="7.3"/><path d="M10 6.2v4.6M10 13.6h.01"/>`);
/** Three joined circles: a webhook. */
export const webhook = icon(
  html`<circle cx="10" cy="5.5" r="2.5"/><circle cx="5" cy="14" r="2.5"/><circle cx="15" cy="14" r="2.5"/><path d="m8.8 7.7-2.6 4.1M7.5 14h5M13.9 11.7l-2.7-4.2"/>`,
);
/** Two sheets: copy. */
export const copy = icon(
  html`<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7"/>`,
);
/** A card with a portrait: an account elsewhere. */
export const card = icon(
  html`<rect x="2.5" y="4" width="15" height="12" rx="2"/><circle cx="7" cy="9" r="1.8"/><path d="M4.5 13.5c.5-1.5 4.5-1.5 5 0M12 8.5h3M12 11.5h3"/>`,
);
/** GitHub's cat. */
export const github = icon(
  html`<path d="M7.6 17v-2.5c-2.8.6-3.4-1.3-3.4-1.3M12.4 17v-2.9c0-.8-.2-1.3-.5-1.6 1.9-.2 3.9-.9 3.9-4.2 0-.9-.3-1.7-.9-2.3.1-.2.4-1.1-.1-2.2 0 0-.7-.2-2.3.9a8 8 0 0 0-4.2 0C6.7 3.6 6 3.8 6 3.8c-.5 1.1-.2 2-.1 2.2-.6.6-.9 1.4-.9 2.3 0 3.3 2 4 3.9 4.2-.3.3-.5.8-.5 1.5"/>`,
);
