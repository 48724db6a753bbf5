/** Requests to providers run in shares: a provider that does not answer leaves the others theirs. */
import { expect, it } from 'vitest';
import { createUpstreamTurns } from '../../src/outbound/upstream-fetch.ts';

/** Begins requests to one provider that never answers, and returns how many began. */
async function begun(turns: ReturnType<typeof createUpstreamTurns>, name: string): Promise<number> {
  let count = 0;
  const never = () => {
    count += 1;
    return new Promise<never>(() => {});
  };
  for (let n = 0; n < 20; n += 1) turns(name, never).catch(() => {});
  await new Promise(setImmediate);
  return count;
}

it.each([
  [1, 8],
  [2, 6],
  [3, 4],
  [12, 2],
])('%i providers have %i requests each, however slow the others are', async (providers, share) => {
  const turns = createUpstreamTurns(providers);
  for (let n = 0; n < providers; n += 1) expect(await begun(turns, `provider-${n}`)).toBe(share);
});

it('a request that has ended, well or badly, makes room for another', async () => {
  const turns = createUpstreamTurns(12);
  for (let n = 0; n < 10; n += 1) {
    expect(await turns('one', async () => 'fine')).toBe('fine');
    await expect(turns('one', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  }
});
