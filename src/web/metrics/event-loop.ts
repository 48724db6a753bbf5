/**
 * How late the event loop is, under the names of prom-client. Its own monitor wakes an idle process a hundred times a second,
 * and its values include the time between two measurements. Ours is a timer that notes once a second
 * how late it is. No long delay is missed: the timer is late by it.
 */
import { createHistogram, type Histogram, type RecordableHistogram } from 'node:perf_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import { type Aggregator, Gauge, type Registry } from 'prom-client';

const intervalMs = 1_000;
const prefix = 'nodejs_eventloop_lag';

/** Delays in milliseconds since the last reading. */
const values: readonly [name: string, help: string, aggregator: Aggregator, read: (all: Histogram) => number][] = [
  ['min', 'The minimum event loop delay', 'min', ({ min }) => min / 1e6],
  ['max', 'The maximum event loop delay', 'max', ({ max }) => max / 1e6],
  ['mean', 'The mean of the event loop delays', 'average', ({ mean }) => mean / 1e6],
  ['stddev', 'The standard deviation of the event loop delays', 'average', ({ stddev }) => stddev / 1e6],
  ['p50', 'The 50th percentile of the event loop delays', 'average', (all) => all.percentile(50) / 1e6],
  ['p90', 'The 90th percentile of the event loop delays', 'average', (all) => all.percentile(90) / 1e6],
  ['p99', 'The 99th percentile of the event loop delays', 'average', (all) => all.percentile(99) / 1e6],
];

/** The interval to give to prom-client, which cannot be told to leave its own monitor out. */
export const neverMs = 2 ** 31 - 1;

/** Replaces the metrics of prom-client. */
export function measureEventLoop(registry: Registry): void {
  const registers = [registry];
  const histogram = createHistogram();
  noteDelays(histogram);
  registry.removeSingleMetric(`${prefix}_seconds`);
  // Registered first: it sets the values of the others before they are read.
  new Gauge({
    name: `${prefix}_seconds`,
    help: 'How long the event loop takes to come round at this moment',
    aggregator: 'average',
    registers,
    async collect() {
      if (histogram.count > 0) for (const { gauge, read } of gauges) gauge.set(read(histogram) / 1000);
      histogram.reset();
      const began = performance.now();
      await immediate();
      this.set((performance.now() - began) / 1000);
    },
  });
  const gauges = values.map(([name, help, aggregator, read]) => {
    registry.removeSingleMetric(`${prefix}_${name}_seconds`);
    return { gauge: new Gauge({ name: `${prefix}_${name}_seconds`, help, aggregator, registers }), read };
  });
}

/** The histogram has nanoseconds. */
function noteDelays(histogram: RecordableHistogram): void {
  let dueMs = performance.now() + intervalMs;
  const note = () => {
    const nowMs = performance.now();
    histogram.record(Math.max(1, Math.round((nowMs - dueMs) * 1e6)));
    dueMs = nowMs + intervalMs;
  };
  setInterval(note, intervalMs).unref();
}
