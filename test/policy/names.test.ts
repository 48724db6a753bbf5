import { describe, expect, test } from 'vitest';
import { skeleton } from '../../src/policy/client/similar-names.ts';
import { descriptionProblem, hasInk, nameProblem } from '../../src/policy/names.ts';

/** Characters that are classed as letters or symbols but drawn as nothing. */
const withoutInk: [name: string, character: string][] = [
  ['Hangul filler', '\u3164'],
  ['Hangul choseong filler', '\u115f'],
  ['Hangul jungseong filler', '\u1160'],
  ['halfwidth Hangul filler', '\uffa0'],
  ['Braille pattern blank', '\u2800'],
  ['combining grapheme joiner', '\u034f'],
  ['Khmer inherent vowel', '\u17b4'],
  ['Mongolian vowel separator', '\u180e'],
  ['musical null notehead', '\u{1d159}'],
  ['Egyptian full blank', '\u{13441}'],
  ['Egyptian half blank', '\u{13442}'],
  ['Khitan filler', '\u{16fe4}'],
  ['unassigned and ignorable', '\u2065'],
  ['object replacement character', '\ufffc'],
  ['replacement character', '\ufffd'],
  ['private use', '\ue000'],
  ['private use of a further plane', '\u{f0000}'],
  ['unassigned', '\u{e0fff}'],
  ['a character of no version of Unicode', '\uffff'],
  ['a tag', '\u{e0041}'],
  ['the tag of a language', '\u{e0001}'],
];

describe.each(withoutInk)('%s', (_name, character) => {
  test.each([
    ['alone', character],
    ['three times', character.repeat(3)],
    ['between spaces', `${character} ${character}`],
  ])('is not a name %s', (_how, name) => {
    expect(hasInk(name)).toBe(false);
    expect(nameProblem(name)).toMatch(/1 to 100/);
    expect(descriptionProblem(name)).toMatch(/1 to 300/);
  });

  test('does not turn an existing name into another one', () => {
    expect(nameProblem(`PayPal${character}`)).toMatch(/invisible/);
    expect(nameProblem(`Pay${character}Pal`)).toMatch(/invisible/);
    expect(skeleton(`Pay${character}Pal`)).toBe(skeleton('PayPal'));
  });
});

test.each(['...', '–', '?!', '( )', '་', '•_•'])('%j has neither a letter nor a symbol and is not a name', (name) => {
  expect(nameProblem(name)).toMatch(/letter/);
});

test.each(['\ufe0f', '\u{e0101}', '\u200d', '\u0301', '\u00a0', '\u3000'])('%j alone is not a name', (name) => {
  expect(nameProblem(name)).toMatch(/1 to 100/);
});

test.each([
  ['on a letter', `Z${'\u0489'.repeat(5)}`],
  ['of several kinds', 'Z\u0300\u0301\u0302\u0303\u0304algo'],
  ['on a letter that has one already', 'é\u0300\u0301\u0302\u0303'],
  ['with variation selectors among them', 'Z\u0300\u0301\ufe00\u0302\u0303\u0304'],
])('a pile of marks %s, which would cover the lines around it, is refused', (_what, name) => {
  expect(nameProblem(name)).toBe('must not have more than 4 marks on one character');
  expect(descriptionProblem(name)).toBe('must not have more than 4 marks on one character');
});

test.each([
  ['an emoji with its selector', 'I ❤️ Notes'],
  ['a Japanese name with an ideographic variation', '葛\u{e0100}城アプリ'],
  ['joiners where a script needs them', 'یادداشت‌ها 👩‍💻'],
  ['Korean', '한글 메모'],
  ['Braille', '\u2801\u2803'],
  ['one symbol', '★'],
  ['one digit', '7'],
  ['one emoji', '🗒️'],
  ['a flag', '🇦🇹'],
  ['Vietnamese in decomposed letters', 'Tiếng Việt'.normalize('NFD')],
  ['Hebrew with points and an accent', 'בְּרֵאשִׁ֖ית'],
  ['Thai', 'ที่นี้'],
  ['letters with punctuation', 'Yahoo! (beta)'],
])('a name may be %s', (_what, name) => {
  expect(nameProblem(name)).toBeUndefined();
});
