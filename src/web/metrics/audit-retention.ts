/** Metrics of how far back the audit log goes. */
import { Gauge, type Registry } from 'prom-client';

export interface AuditRetentionMetrics {
  /** The age of the oldest event that is left. */
  observe(oldestSeconds: number): void;
}

/** Registers the metrics of a log that is kept for `days`. */
export function measureAuditRetention(registry: Registry, days: number): AuditRetentionMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, aggregator: 'max', registers: [registry] });
  const oldest = gauge(
    'audit_oldest_event_seconds',
    'Age of the oldest event of the audit log; 0 before the first clean-up',
  );
  gauge('audit_retention_seconds', 'Age at which events of the audit log are removed').set(days * 86_400);
  return { observe: (seconds) => oldest.set(seconds) };
}
