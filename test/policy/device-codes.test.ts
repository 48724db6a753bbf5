/** The codes that people type for a device: what counts as one, however it is written. */
import { expect, it } from 'vitest';
import { readUserCode, showUserCode } from '../../src/policy/device-codes.ts';

it.each([
  ['WXZB-BCDF'],
  ['wxzb-bcdf'],
  ['WXZBBCDF'],
  [' w x z b - b c d f '],
  ['WXZB – BCDF'],
  ['WXZB—BCDF'],
  ['WXZB−BCDF'],
  ['WXZB\u00a0BCDF\n'],
  ['WXZB‑BCDF'],
])('%j is a code', (typed) => {
  expect(readUserCode(typed)).toBe('WXZBBCDF');
});

it.each([
  ['', 'nothing'],
  ['WXZBBCD', 'seven letters'],
  ['WXZBBCDFF', 'nine letters'],
  ['WXZBBCDA', 'a vowel'],
  ['WXZBBCDY', 'a Y, which no code has'],
  ['WXZBBCD1', 'a digit'],
  ['WXZB_BCDF', 'an underscore'],
  ['ＷＸＺＢＢＣＤＦ', 'wide letters'],
  ['ШXZBBCDF', 'a Cyrillic letter'],
  ['WXZBBCDſ', 'a long s, whose capital is an S'],
])('%j is refused as a code: %s', (typed) => {
  expect(readUserCode(typed)).toBeUndefined();
});

it('a code is shown with a dash in its middle', () => {
  expect(showUserCode('WXZBBCDF')).toBe('WXZB-BCDF');
});
