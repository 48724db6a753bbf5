/** Metrics of work beside requests: refresh token reuse and forks, failed requests that were kept, the clean-up. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ClientActivity } from '../../operations/client-activity.ts';
import { measureTotal } from './total.ts';

export function measureClientActivity(registry: Registry, activity: ClientActivity): void {
  const counter = (name: string, help: string, total: keyof ClientActivity['totals']) =>
    measureTotal(registry, name, help, () => activity.totals[total]);
  counter('oauth_refresh_token_reuse_total', 'Spent refresh tokens that came back', 'refreshTokenReuses');
  counter(
    'oauth_refresh_token_forks_total',
    'Refresh tokens that were replaced unused, because their predecessor came back: the answer was lost',
    'refreshTokenForks',
  );
  counter('failed_requests_recorded_total', 'Failed requests of clients, written for their admins to read', 'recorded');
  counter('failed_requests_dropped_total', 'Failed requests beyond what is written in one batch', 'dropped');
}

export interface PurgeMetrics {
  /** `deleted` by table; undefined if another node was cleaning up. */
  observe(deleted: Readonly<Record<string, number>> | undefined, seconds: number): void;
}

export function measurePurge(registry: Registry): PurgeMetrics {
  const registers = [registry];
  const rows = new Counter({
    name: 'purge_rows_total',
    help: 'Rows deleted by the clean-up',
    labelNames: ['table'],
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, aggregator: 'max', registers });
  const last = gauge('purge_last_run_timestamp_seconds', 'When this node last cleaned up; 0 before it has');
  const duration = gauge('purge_last_duration_seconds', 'How long that took');
  return {
    observe(deleted, seconds) {
      if (!deleted) return;
      for (const [table, count] of Object.entries(deleted)) rows.inc({ table }, count);
      last.set(Date.now() / 1000);
      duration.set(seconds);
    },
  };
}
