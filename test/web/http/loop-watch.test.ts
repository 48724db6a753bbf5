/** The measure of the event loop, on a clock and an interval that the test moves. */
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { loopDelay } from '../../../src/policy/admission.ts';
import { createLoopWatch } from '../../../src/web/http/loop-watch.ts';

let nowMs: number;
let isIdle: boolean;
beforeEach(() => {
  nowMs = 1_000;
  isIdle = false;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
});

/** The next measurement, so many milliseconds late. */
function measure(lateMs = 0): void {
  nowMs += loopDelay.everyMs + lateMs;
  vi.advanceTimersByTime(loopDelay.everyMs);
}

it('an event loop that is in time takes everything, for as long as it is measured', () => {
  const loop = createLoopWatch(() => isIdle);
  loop.begin();
  for (let n = 0; n < 20; n += 1) measure(10);
  expect(loop.share()).toBe(1);
});

it('an event loop that is late takes less, and more again once it is in time', () => {
  const loop = createLoopWatch(() => isIdle);
  loop.begin();
  measure(loopDelay.maxMs + 1);
  const less = loop.share();
  expect(less).toBeLessThan(1);
  measure(loopDelay.maxMs + 1);
  expect(loop.share()).toBeLessThan(less);
  const least = loop.share();
  measure();
  expect(loop.share()).toBeGreaterThan(least);
});

it('nothing is measured while there is nothing to do and everything is taken, and the time between does not count', () => {
  const loop = createLoopWatch(() => isIdle);
  expect(vi.getTimerCount()).toBe(0);
  loop.begin();
  loop.begin();
  expect(vi.getTimerCount()).toBe(1);
  isIdle = true;
  measure(200);
  // It takes less, so it goes on until it takes everything.
  expect(vi.getTimerCount()).toBe(1);
  for (let n = 0; n < 40; n += 1) measure();
  expect([loop.share(), vi.getTimerCount()]).toEqual([1, 0]);
  nowMs += 60_000;
  loop.begin();
  measure();
  expect([loop.share(), vi.getTimerCount()]).toEqual([1, 0]);
});
