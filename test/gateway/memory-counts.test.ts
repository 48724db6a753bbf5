/** Counts in memory: windows that begin and end by themselves, keys that are forgotten. */
import { expect, it } from 'vitest';
import { createMemoryCounts } from '../../src/gateway/memory-counts.ts';

it('counts each key and each window for itself', () => {
  const counts = createMemoryCounts();
  const used = (key: string, window: 'burst' | 'hourly') => counts.consume(key, window, 1_000).used;
  expect([used('a', 'burst'), used('a', 'burst'), used('a', 'hourly'), used('b', 'burst')]).toEqual([1, 2, 1, 1]);
});

it('begins a window with its first call and ends it after its length', () => {
  const counts = createMemoryCounts();
  const at = (now: number) => ({ ...counts.consume('a', 'burst', now) });
  expect(at(1_000.5)).toEqual({ used: 1, endsAt: 2_000.5 });
  expect(at(2_000.4)).toEqual({ used: 2, endsAt: 2_000.5 });
  expect(at(2_000.5)).toEqual({ used: 1, endsAt: 3_000.5 });
});

it('forgets keys whose windows have all ended, and no others', () => {
  const counts = createMemoryCounts();
  for (let i = 0; i < 1_000; i += 1) counts.consume(`passing-${i}`, 'burst', 100_000);
  counts.consume('staying', 'daily', 100_000);
  expect(counts.size).toBe(1_001);
  counts.consume('staying', 'burst', 200_000);
  expect(counts.size).toBe(1);
  expect(counts.consume('staying', 'daily', 200_000).used).toBe(2);
});
