/** Returns `text` with another last character, whatever that was. */
export const mistyped = (text: string): string => `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`;
