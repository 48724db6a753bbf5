/** The pure parts of `npm run bench`: what it says about a goal must follow from what it measured. */
import { describe, expect, it } from 'vitest';
import { judgeAll, judgeIdle } from '../../bench/goals.ts';
import type { Sample } from '../../bench/measure.ts';
import { median, percentile } from '../../bench/percentile.ts';

const sample = (server: number, database = 0, latenciesMs: number[] = [1]): Sample => ({
  server,
  database,
  latenciesMs,
  statements: 2.02,
  perSecond: 1,
  refused: 0,
});
const verdict = (callers: number, than: string, samples: Parameters<typeof judgeAll>[2]) =>
  judgeAll('refresh', callers, samples).find((one) => one.than === than);

describe('Goals of the benchmark', () => {
  it('A ratio is the median of the ratios of each round, not a ratio of medians', () => {
    const ours = [sample(100), sample(300), sample(900)];
    const bare = [sample(100), sample(100), sample(450)];
    expect(verdict(8, 'bare', { ours, bare })).toMatchObject({ measured: 2, range: [1, 3], rounds: 3, passed: false });
  });

  it('A ratio to bare leaves the database out, and other ratios include it', () => {
    const samples = { ours: [sample(100, 100)], bare: [sample(100)], naive: [sample(200, 200)] };
    expect(verdict(8, 'bare', samples)?.measured).toBe(1);
    expect(verdict(8, 'naive', samples)?.measured).toBe(0.5);
  });

  it('A goal for a number of callers applies to that number alone, and any other goal to each', () => {
    const samples = { ours: [sample(10, 10)], naive: [sample(100)], 'node-oauth2-server': [sample(20)] };
    expect([8, 16, 32, 64].map((callers) => verdict(callers, 'naive', samples)?.limit)).toEqual([
      0.45,
      0.35,
      0.3,
      undefined,
    ]);
    expect(verdict(64, 'node-oauth2-server', samples)).toMatchObject({ callers: 64, measured: 1, passed: true });
  });

  it('A variant that was not measured gets no verdict', () => {
    expect(verdict(8, 'bare', { ours: [sample(1)] })).toBeUndefined();
  });

  it('Statements of background work do not break a budget of whole statements', () => {
    expect(verdict(8, 'statements', { ours: [sample(1)] })).toMatchObject({ measured: 2, passed: true });
  });

  it('Latency is judged by the percentile of our own calls', () => {
    const latencies = Array.from({ length: 100 }, (_, n) => n + 200);
    expect(verdict(32, 'p99', { ours: [sample(1, 0, latencies)] })).toMatchObject({ measured: 299, passed: false });
    expect(verdict(8, 'p99', { ours: [sample(1, 0, latencies)] })).toBeUndefined();
  });

  it('Idle cost is judged for server and database separately', () => {
    const passed = judgeIdle({ seconds: 20, server: 2.9, database: 1.1 }).map((one) => one.passed);
    expect(passed).toEqual([true, false]);
  });
});

describe('Percentiles', () => {
  it('A percentile does not depend on the order, and the last value is the highest', () => {
    expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(percentile([], 0.5)).toBe(0);
  });

  it('The median of an even number of values is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });
});
