/** Metrics of the revocation feed. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { FeedHub } from './hub.ts';

export function measureFeed(registry: Registry, hub: FeedHub): void {
  const registers = [registry];
  new Gauge({
    name: 'revocation_feed_readers',
    help: 'Open readers of the revocation feed',
    registers,
    collect() {
      this.set(hub.followers);
    },
  });
  new Gauge({
    name: 'revocation_feed_read_age_seconds',
    help: 'Time since the revocation list was last read for its readers; 0 without readers',
    aggregator: 'max',
    registers,
    collect() {
      this.set(hub.ageSeconds ?? 0);
    },
  });
  const lag = new Histogram({
    name: 'revocation_feed_lag_seconds',
    help: 'Time from the notification of a revocation, or at most that behind a pooler, until this node has it for its readers',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  hub.onRead((lagSeconds) => lag.observe(lagSeconds));
}
