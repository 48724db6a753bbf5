/** Counts in memory: windows that begin and end by themselves, and people that are forgotten. */
import { expect, it } from 'vitest';
import { consume, createMemoryCounts } from '../../src/gateway/memory-counts.ts';

it('each app, each person and each window is counted separately', () => {
  const counts = createMemoryCounts();
  const used = (clientId: string, subject: string, window: 'burst' | 'hourly') =>
    consume(counts.of(clientId, subject, 1_000), window, 1_000).used;
  expect([
    used('app', 'ada', 'burst'),
    used('app', 'ada', 'burst'),
    used('app', 'ada', 'hourly'),
    used('app', 'bo', 'burst'),
    used('other', 'ada', 'burst'),
  ]).toEqual([1, 2, 1, 1, 1]);
});

it('a window begins with its first call and ends after its length', () => {
  const counts = createMemoryCounts();
  const at = (now: number) => ({ ...consume(counts.of('app', 'ada', now), 'burst', now) });
  expect(at(1_000.5)).toEqual({ used: 1, endsAt: 2_000.5 });
  expect(at(2_000.4)).toEqual({ used: 2, endsAt: 2_000.5 });
  expect(at(2_000.5)).toEqual({ used: 1, endsAt: 3_000.5 });
});

it('people whose windows have all ended are forgotten, and no others', () => {
  const counts = createMemoryCounts();
  const call = (subject: string, window: 'burst' | 'daily', now: number, clientId = 'app') =>
    consume(counts.of(clientId, subject, now), window, now).used;
  for (let i = 0; i < 1_000; i += 1) call(`passing-${i}`, 'burst', 100_000, i % 2 ? 'app' : 'passing');
  call('staying', 'daily', 100_000);
  expect(counts.size).toBe(1_001);
  call('staying', 'burst', 200_000);
  expect(counts.size).toBe(1);
  expect(call('staying', 'daily', 200_000)).toBe(2);
});
