import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { formatSecret, hasValidChecksum } from '../../src/policy/token-format.ts';

it('a token ends with the CRC-32 of everything before it, in six base62 digits', () => {
  const token = formatSecret('vcs_cs_', 'abc');
  expect(token).toMatch(/^vcs_cs_abc[0-9A-Za-z]{6}$/);
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = [...token.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  expect(value).toBe(crc32('vcs_cs_abc'));
});

it('a checksum always has six digits, with leading zeros', () => {
  for (let i = 0; i < 2000; i += 1) expect(formatSecret('vcs_rt_', `${i}`)).toHaveLength(13 + `${i}`.length);
});

it('a token of our format is recognized', () => {
  for (let i = 0; i < 200; i += 1) expect(hasValidChecksum(formatSecret('vcs_rt_', `random-${i}_`))).toBe(true);
});

const genuine = formatSecret('vcs_cs_', 'wKf3Xq0cQxkS8mYcXv8u');
it.each([
  ['one character changed', genuine.replace('X', 'Y')],
  ['the prefix changed', genuine.replace('vcs_cs_', 'vcs_rt_')],
  ['two characters swapped', genuine.replace('Xq', 'qX')],
  ['the last one missing', genuine.slice(0, -1)],
  ['one more', `${genuine}0`],
  ['the checksum alone', genuine.slice(-6)],
  ['nothing', ''],
])('a malformed token is refused: %s', (_name, token) => {
  expect(hasValidChecksum(token)).toBe(false);
});
