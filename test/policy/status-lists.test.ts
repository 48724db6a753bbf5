/** Places in Token Status Lists, and the form and size of the lists. */
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  bitsOf,
  newGrantId,
  placeInClaim,
  placeOf,
  placesPerList,
  runOfGrant,
  runsPerList,
  statusClaim,
} from '../../src/policy/status-lists.ts';

it('the id of a grant gives its run back, and an older one has none', () => {
  for (const run of [0, 1, 63, 64, 2 ** 32 + 5, 2 ** 47]) expect(runOfGrant(newGrantId(run))).toBe(run);
  expect(runOfGrant(newGrantId())).toBeUndefined();
  expect(newGrantId(7)).not.toBe(newGrantId(7));
});

it('a place survives its way through a token, at both ends of a list', () => {
  for (const place of [0, 1, placesPerList - 1, placesPerList, 3 * placesPerList + 17]) {
    const claim = statusClaim(place, 'https://auth.example/oauth/status-lists');
    expect(claim.status_list.idx).toBeLessThan(placesPerList);
    expect(placeInClaim(claim)).toBe(place);
  }
  for (const wrong of [undefined, null, 'x', {}, { status_list: {} }, { status_list: { idx: '1', uri: 'x/1' } }]) {
    expect(placeInClaim(wrong)).toBeUndefined();
  }
});

it('tokens of one authorization stay within its run and are spread over it', () => {
  const places = Array.from({ length: 1_000 }, (_, token) => placeOf([5], `token ${token}`));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(5 * 64);
  expect(Math.max(...places)).toBeLessThan(6 * 64);
  expect(new Set(places).size).toBe(64);
});

it('bits are packed from the least significant one', () => {
  // The example of the draft, §4.1.
  const set = [0, 3, 4, 5, 7, 8, 9, 13, 15];
  expect(bitsOf(0, [], set).subarray(0, 2).toString('hex')).toBe('b9a3');
  const run = bitsOf(1, [runsPerList + 1], []);
  expect(run.subarray(0, 24).toString('hex')).toBe(`${'00'.repeat(8)}${'ff'.repeat(8)}${'00'.repeat(8)}`);
});

it('a list stays small', () => {
  const size = (runs: number[]) => deflateSync(bitsOf(0, runs, []), { level: 9 }).length;
  const every = (step: number) => Array.from({ length: Math.ceil(runsPerList / step) }, (_, n) => n * step);
  expect(size([])).toBeLessThan(200);
  expect(size(every(160))).toBeLessThan(1_000);
  expect(size(Array.from({ length: 1_638 }, (_, n) => (n * 7_919) % runsPerList))).toBeLessThan(5_000);
});
