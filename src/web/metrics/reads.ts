/** Which database answers reads that may be a few seconds old, and how far the replica is behind. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Reads } from '../../store/reads.ts';

/** Without a replica there are no such metrics. */
export function measureReads(registry: Registry, reads: Reads): void {
  if (reads.facts() === undefined) return;
  const registers = [registry];
  new Gauge({
    name: 'database_replica_used',
    help: '1 if the replica answers reads; 0 if it is away, behind, paused or promoted, so that the primary does',
    aggregator: 'min',
    registers,
    collect() {
      this.set(reads.facts()?.state === 'used' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'database_replica_lag_seconds',
    help: 'How far the replica was behind the primary at the last look',
    aggregator: 'max',
    registers,
    collect() {
      this.set(reads.facts()?.lagSeconds ?? 0);
    },
  });
  new Counter({
    name: 'database_replica_reads_total',
    help: 'Reads that a replica may answer, by who did',
    labelNames: ['answered_by'],
    registers,
    collect() {
      this.reset();
      for (const [answeredBy, count] of Object.entries(reads.counts())) this.inc({ answered_by: answeredBy }, count);
    },
  });
}
