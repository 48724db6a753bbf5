/** Names that look alike to a person: written with letters of another script, other widths, digits for letters, other gaps. */

import { withoutInkless } from '../names.ts';

/** Cyrillic and Greek letters that are drawn like Latin ones, and the digits and pairs that pass for letters. */
const drawnLike: Readonly<Record<string, string>> = {
  ...pairs('авекмнорстухіїјѕԁԛԝһґё', 'abekmhopctyxiijsdqwhre'),
  ...pairs('αβγεζηικνορτυχωϲϳ', 'abyeznikvoptuxwcj'),
  ...pairs('0135!|ı', 'oiesiii'),
};

/** Two names with the same skeleton look alike; '' looks like nothing. */
export function skeleton(name: string): string {
  const plain = withoutInkless(name).normalize('NFKC').toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const drawn = [...plain].map((letter) => drawnLike[letter] ?? letter).join('');
  return drawn
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('l', 'i');
}

function pairs(from: string, to: string): Record<string, string> {
  const letters = [...to];
  return Object.fromEntries([...from].map((letter, i) => [letter, letters[i] ?? letter]));
}
