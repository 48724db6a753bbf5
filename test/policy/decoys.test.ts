/** Unknown addresses are divided among the kinds of hashes that accounts have. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Decoy, decoyFor } from '../../src/policy/decoys.ts';

const macOf = (n: number) => createHash('sha256').update(String(n)).digest();
const addresses = Array.from({ length: 20_000 }, (_, n) => macOf(n));
const shareOf = (hash: string | undefined, decoys: readonly Decoy[]) =>
  addresses.filter((mac) => decoyFor(mac, decoys) === hash).length / addresses.length;

it('without imported accounts every address takes as long as a hash of ours', () => {
  expect(shareOf(undefined, [])).toBe(1);
});

it('each kind gets its share, and ours the rest', () => {
  const decoys = [
    { hash: 'a', share: 0.5 },
    { hash: 'b', share: 0.3 },
  ];
  expect(shareOf('a', decoys)).toBeCloseTo(0.5, 1);
  expect(shareOf('b', decoys)).toBeCloseTo(0.3, 1);
  expect(shareOf(undefined, decoys)).toBeCloseTo(0.2, 1);
  expect(shareOf('a', [{ hash: 'a', share: 1 }])).toBe(1);
});

it('an address keeps its kind until it turns to ours, as an account does at its first sign-in', () => {
  for (const mac of addresses.slice(0, 500)) {
    const kinds = [0.9, 0.6, 0.3, 0.1, 0].map((share) => decoyFor(mac, [{ hash: 'a', share }]));
    const turned = kinds.indexOf(undefined);
    expect(turned).toBeGreaterThanOrEqual(0);
    expect(kinds.slice(turned).every((kind) => kind === undefined)).toBe(true);
    expect(decoyFor(mac, [{ hash: 'a', share: 0.5 }])).toBe(decoyFor(mac, [{ hash: 'a', share: 0.5 }]));
  }
});
