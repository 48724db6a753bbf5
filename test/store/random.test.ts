/** Random bytes from a pool are nobody else's, and stay what they are. */
import { expect, it } from 'vitest';
import { fewRandomBytes } from '../../src/store/random.ts';

it('No two callers get the same bytes, and none of them change later', () => {
  const taken = Array.from({ length: 2_000 }, () => fewRandomBytes(12));
  const texts = taken.map((bytes) => bytes.toString('hex'));
  expect(new Set(texts).size).toBe(2_000);
  for (let n = 0; n < 2_000; n++) fewRandomBytes(12);
  expect(taken.map((bytes) => bytes.toString('hex'))).toEqual(texts);
});

it('A caller gets as many bytes as it asks for, also where the pool ends', () => {
  for (const count of [4_096, 1, 4_095, 16, 4_096]) expect(fewRandomBytes(count)).toHaveLength(count);
});
