/** The lag of the event loop: a delay is seen however seldom it is measured, and the time between measurements does not count. */
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { measureEventLoop, neverMs } from '../../../src/web/metrics/event-loop.ts';

it('the lag is the time by which the event loop is late, and nothing else', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs });
  measureEventLoop(registry);
  const read = async (name: string) => {
    const text = await registry.metrics();
    return Number(new RegExp(`^nodejs_eventloop_lag_${name}seconds (\\S+)$`, 'm').exec(text)?.[1]);
  };
  await sleep(1_700);
  // A second passes between two measurements, and does not count. On a busy machine some of them are late.
  await expect.poll(() => read('min_'), { interval: 1_700 }).toBeLessThan(0.4);
  const until = performance.now() + 900;
  while (performance.now() < until);
  await sleep(700);
  expect(await read('max_')).toBeGreaterThan(0.35);
  for (const name of ['', 'mean_', 'stddev_', 'p50_', 'p90_', 'p99_'])
    expect(await read(name), name).toBeGreaterThanOrEqual(0);
});
