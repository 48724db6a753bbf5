/** Signatures of cookies are those of Keygrip, so that cookies of earlier releases are valid and the other way round. */
import Keygrip from 'keygrip';
import { expect, it } from 'vitest';
import { createCookieKeys } from '../../../src/web/http/cookie-keys.ts';

const keys = ['the first key', 'the key before'];
const ours = createCookieKeys(keys);
const theirs = new Keygrip(keys, 'sha256', 'base64');
// Among so many signatures are all characters that base64url writes in another way.
const values = Array.from({ length: 100 }, (_, n) => `session=value-${n}`);

it('A cookie gets the signature that Keygrip would give it', () => {
  for (const value of values) expect(ours.sign(value)).toBe(theirs.sign(value));
  expect(values.map((value) => theirs.sign(value)).join('')).toMatch(/[-].*_|_.*[-]/);
});

it('A signature by any of the keys is valid, and tells by which', () => {
  const older = createCookieKeys(['the key before']);
  for (const value of values) {
    expect([ours.index(value, ours.sign(value)), ours.index(value, older.sign(value))]).toEqual([0, 1]);
    expect(ours.verify(value, older.sign(value))).toBe(true);
  }
});

it('A signature of another value or key, a part of one, and a longer one are refused', () => {
  const [value = ''] = values;
  const signature = ours.sign(value);
  const foreign = createCookieKeys(['a key of somebody else']).sign(value);
  for (const sent of ['', signature.slice(1), `${signature}=`, `${signature}A`, ours.sign('session=other'), foreign]) {
    expect([sent, ours.index(value, sent), ours.verify(value, sent)]).toEqual([sent, -1, false]);
  }
});

it('Without a key nothing is signed', () => {
  expect(() => createCookieKeys([])).toThrow('need a key');
});
