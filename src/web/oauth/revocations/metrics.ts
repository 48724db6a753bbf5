/** Metrics of the revocation feed. */
import { Gauge, type Registry } from 'prom-client';
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
}
