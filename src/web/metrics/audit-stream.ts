/** Metrics of the audit stream: what its receiver got, and what it does not have yet. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** `backlog` tells what the receiver does not have. */
export function measureAuditStream(
  registry: Registry,
  backlog: () => { readonly waiting: number; readonly lateSeconds: number },
): {
  /** Counts a request with this number of events; 0 if it was not received. */
  requested(received: number): void;
} {
  const registers = [registry];
  const requests = new Counter({
    name: 'audit_stream_requests_total',
    help: 'Requests to the receiver of the audit stream by outcome: received, failed',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['received', 'failed']) requests.inc({ outcome }, 0);
  const events = new Counter({
    name: 'audit_stream_events_total',
    help: 'Events that the receiver of the audit stream got',
    registers,
  });
  // Every process counts the whole log, so the highest value is right, not the sum.
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      aggregator: 'max',
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge(
    'audit_stream_events_waiting',
    'Sealed events that the receiver of the audit stream does not have',
    () => backlog().waiting,
  );
  gauge(
    'audit_stream_lag_seconds',
    'Age of the oldest event that the receiver of the audit stream does not have',
    () => backlog().lateSeconds,
  );
  return {
    requested(received) {
      requests.inc({ outcome: received > 0 ? 'received' : 'failed' });
      events.inc(received);
    },
  };
}
