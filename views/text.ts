import { html } from 'hono/html';
import type { Html } from './html.ts';
import { listFormat, numberFormat } from './messages/formats.ts';
import { m, speech } from './messages/index.ts';

export type { Html };

/** A log's text, which begins with a small letter, as it stands in a page. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Text from outside, without characters that change the direction of the text around it: a stray U+2069 would end the
 * isolation of `<bdi>` early, and `<title>` and accessible names cannot hold a `<bdi>` at all.
 */
export const plain = (text: string): string => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** A name from outside, in `<bdi>`. */
export const name = (text: string): Html => html`<bdi>${plain(text)}</bdi>`;

/**
 * A name from outside that stands between quotation marks of ours. Its own ones become single, as within a quotation, so that the
 * rest of the name is not taken for words of ours.
 */
export const quotable = (text: string): string => text.replace(/["“”„‟«»「」『』〝〞〟＂]/g, '’');

/** Puts words into a link; leaves them as they are if there is no address. */
export const linkTo =
  (href: string | undefined) =>
  (words: string): Html =>
    href === undefined ? html`${words}` : html`<a href="${href}">${words}</a>`;

/** Our own prose with `code` between backticks. */
export const prose = (text: string): Html =>
  html`${plain(text)
    .split('`')
    .map((part, index) => (index % 2 ? html`<code>${part}</code>` : part))}`;

/** For an element with a text that is English in every language, so that a screen reader pronounces it as English. */
export const inEnglish = (): Html | false => speech().code !== 'en' && html` lang="en"`;

/** "A", "A and B", "A, B and C", of pieces that are HTML already. */
export function listed(parts: Html[]): Html {
  const pieces = listFormat().formatToParts(parts.map((_, index) => String(index)));
  return html`${pieces.map(({ type, value }) => (type === 'element' ? parts[Number(value)] : value))}`;
}

/** "8,140". */
export const number = (n: number): string => numberFormat().format(n);

/** A long address or identifier that may wrap before a part of its path, query or name, but not within one. */
export const breakable = (text: string): Html =>
  html`${plain(text)
    .split(/(?<=[^/:])(?=[/?&_])/)
    .map((part, index) => (index > 0 ? html`<wbr>${part}` : part))}`;

/** "38 %", "0.2 %": a share above zero never reads as zero. */
export function percent(share: number): string {
  const value = share * 100;
  const { percent: words } = m().time;
  if (value > 0 && value < 0.1) return words.under(number(0.1));
  return words.of(number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)));
}
