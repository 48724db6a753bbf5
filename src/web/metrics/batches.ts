/** Statements that share a commit (store/batcher.ts). */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Database } from '../../store/database.ts';

export function measureBatches(registry: Registry, db: Database): void {
  const sizes = new Histogram({
    name: 'database_batch_statements',
    help: 'Statements that were sent in one batch',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'database_batches_failed_total',
    help: 'Batches that were not committed, by SQLSTATE, or none if the connection was lost or gave no answer',
    labelNames: ['code'],
    registers: [registry],
  });
  db.onBatch((kind, size, failure) => {
    sizes.observe({ kind }, size);
    if (failure) failures.inc({ code: stateOf(failure) });
  });
}

/** Other codes are those of the system, and not bounded in number. */
function stateOf({ code = '' }: { code?: string }): string {
  return /^[0-9A-Z]{5}$/.test(code) ? code : 'none';
}
