import { html } from 'hono/html';

/** HTML that is escaped already, as the `html` tag makes it. */
export type Html = ReturnType<typeof html>;

/**
 * Text from outside, without characters that change the direction of the text around it: a stray U+2069 would end the
 * isolation of `<bdi>` early, and `<title>` and accessible names cannot hold a `<bdi>` at all.
 */
export const plain = (text: string): string => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** A name from outside, in `<bdi>`. */
export const name = (text: string): Html => html`<bdi>${plain(text)}</bdi>`;

/** Our own prose with `code` between backticks. */
export const prose = (text: string): Html =>
  html`${plain(text)
    .split('`')
    .map((part, index) => (index % 2 ? html`<code>${part}</code>` : part))}`;

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** A number as the first word of a sentence; in digits from eleven on. */
export const count = (n: number): string => words[n] ?? String(n);

/** "A", "A and B", "A, B and C", of pieces that are HTML already. */
export const listed = (parts: Html[]): Html =>
  html`${parts.map((part, index) => {
    if (index === 0) return part;
    return html`${index === parts.length - 1 ? ' and ' : ', '}${part}`;
  })}`;

/** A long address or identifier that may wrap before a part of its path, query or name, but not within one. */
export const breakable = (text: string): Html =>
  html`${plain(text)
    .split(/(?<=[^/:])(?=[/?&_])/)
    .map((part, index) => (index > 0 ? html`<wbr>${part}` : part))}`;

/** "38 %", "0.2 %": a share above zero never reads as zero. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return 'under 0.1 %';
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;
}
