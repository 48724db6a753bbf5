/**
 * `error_description` may contain only printable ASCII without quotation mark and backslash (RFC 6749 §5.2, RFC 6750 §3).
 * Clients that check this reject other answers, and in a header a quotation mark would end the value.
 */
const replacements: readonly [RegExp, string][] = [
  [/[‘’“”"`]/g, "'"],
  [/…/g, '...'],
  [/[–—]/g, '-'],
  [/\\/g, '/'],
];
const outside = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu;

export function asDescription(text: string): string {
  if (!/[^\x20-\x21\x23-\x5b\x5d-\x7e]/.test(text)) return text;
  return replacements.reduce((plain, [sign, instead]) => plain.replace(sign, instead), text).replace(outside, '?');
}
