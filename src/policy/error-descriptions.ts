/**
 * What `error_description` may have (RFC 6749 §5.2, RFC 6750 §3): printable ASCII without the quotation mark and the backslash.
 * Clients that check this drop the whole answer otherwise, and in a header the quotation mark would end the value.
 */
const written: readonly [RegExp, string][] = [
  [/[‘’“”"`]/g, "'"],
  [/…/g, '...'],
  [/[–—]/g, '-'],
  [/\\/g, '/'],
];
const outside = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu;

export function asDescription(text: string): string {
  if (!/[^\x20-\x21\x23-\x5b\x5d-\x7e]/.test(text)) return text;
  return written.reduce((plain, [sign, instead]) => plain.replace(sign, instead), text).replace(outside, '?');
}
