import { expect, it } from 'vitest';
import { boundedChanges } from '../../../src/policy/client/bounded-changes.ts';

const uris = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `https://app.example/callback/${from + index}`);
const long = `https://app.example/${'a'.repeat(1_900)}`;

it('Short values are kept as they are, and only those that are named', () => {
  const [before, after] = [
    { client_name: 'A', contacts: ['a@b.example'], scope: 'x' },
    { client_name: 'B', contacts: [] },
  ];
  expect(boundedChanges(before, after, ['client_name', 'contacts'])).toEqual({
    before: { client_name: 'A', contacts: ['a@b.example'] },
    after: { client_name: 'B', contacts: [] },
  });
});

it('Of long lists only what differs is kept, and how much is the same', () => {
  const { before, after } = boundedChanges({ redirect_uris: uris(0, 20) }, { redirect_uris: uris(1, 21) }, [
    'redirect_uris',
  ]);
  expect(before).toEqual({ redirect_uris: [uris(0, 1)[0], '… 19 in both'] });
  expect(after).toEqual({ redirect_uris: [uris(20, 21)[0], '… 19 in both'] });
});

it('Of many differences the first four are kept, and a digest', () => {
  const { after } = boundedChanges({ redirect_uris: [] }, { redirect_uris: uris(0, 20) }, ['redirect_uris']);
  expect(after.redirect_uris).toEqual([...uris(0, 4), expect.stringMatching(/^… 16 more, SHA-256 [\da-f]{32}$/)]);
});

it('Two orders of one long list differ by their length alone', () => {
  const { after } = boundedChanges({ redirect_uris: uris(0, 20) }, { redirect_uris: uris(0, 20).toReversed() }, [
    'redirect_uris',
  ]);
  expect(after).toEqual({ redirect_uris: ['… 20 in both'] });
});

it.each([
  ['a text', long],
  ['a list of texts', Array(20).fill(long)],
  ['a list of objects', Array.from({ length: 20 }, (_, kid) => ({ kid, x: long }))],
  ['an object', { keys: Array(20).fill({ x: long }) }],
])('%s takes at most 800 characters, however long it was', (_, value) => {
  const { before, after } = boundedChanges({ it: null }, { it: value }, ['it']);
  expect(before).toEqual({ it: null });
  expect(JSON.stringify(after).length).toBeLessThan(800);
  expect(JSON.stringify(after)).toMatch(/SHA-256 [\da-f]{32}/);
  expect(boundedChanges({ it: null }, { it: [value, 1] }, ['it']).after).not.toEqual(after);
});
