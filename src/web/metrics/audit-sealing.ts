/** How far the sealing of the audit log lags behind. */
import { Gauge, type Registry } from 'prom-client';

export function measureAuditSealing(registry: Registry, sealing: { readonly lagSeconds: number }): void {
  // Every process sees the same events, so the highest value is right, not the sum.
  new Gauge({
    name: 'audit_seal_lag_seconds',
    help: 'Age of the oldest event of the audit log that waits to be sealed',
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set(sealing.lagSeconds);
    },
  });
}
