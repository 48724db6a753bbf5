/**
 * Texts of strangers on a terminal. Control characters move the cursor or recolour it, and those that change the direction of
 * text let one line imitate another.
 */
const direction = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const inText = new RegExp(`[\\p{Cc}${direction}]`, 'gu');
const inLines = new RegExp(`[^\\P{Cc}\\n]|[${direction}]`, 'gu');
/** What JSON.stringify does not escape by itself. */
const inJson = new RegExp(`[\\x7f-\\x9f${direction}]`, 'g');

/** The text with a replacement character for each of them. */
export const forTerminal = (text: string): string => text.replace(inText, '\ufffd');

/** The same for a text with line ends, such as a stack. */
export const linesForTerminal = (text: string): string => text.replace(inLines, '\ufffd');

/** JSON of the same value, with each of them escaped. */
export function jsonForTerminal(value: unknown, indent?: number): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(inJson, escaped);
}
