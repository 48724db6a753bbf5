/** Counts what happens in a segment of a run. */
import type { RequestKind } from '../../src/policy/admission.ts';
import { percentile } from '../percentile.ts';

/** What happened in one segment of a run. */
export interface Tally {
  readonly seconds: number;
  /** Operations that arrived, were completed within the segment, refused, failed in another way, or not sent. */
  readonly arrived: number;
  readonly completed: number;
  readonly refused: number;
  readonly failed: number;
  readonly skipped: number;
  /** Token families that the server has ended. */
  readonly familiesLost: number;
  /** Refused operations that were begun again. */
  readonly retried: number;
  /** The share of each operation that was completed within the segment. */
  readonly served: Readonly<Record<string, number>>;
  /** Clients that hung up after waiting. */
  readonly gaveUp: number;
  /** Latency in milliseconds of requests that were not refused. */
  readonly p50: number;
  readonly p99: number;
  /** The 99th percentile of each kind of request that there was. */
  readonly p99ByKind: Readonly<Partial<Record<RequestKind, number>>>;
  /** Time from the beginning of the segment until everything was accepted and answered within a second. */
  readonly recoveredMs: number | undefined;
  /** How late the generator sent operations: if this is long, it measures itself. */
  readonly lateP99: number;
}

const bucketMs = 250;
const goodWithinMs = 1_000;

export type Outcome = 'completed' | 'refused' | 'failed' | 'skipped' | 'lost family';

export function createTally(seconds: number) {
  const startedMs = performance.now();
  const counts = {
    arrived: 0,
    completed: 0,
    refused: 0,
    failed: 0,
    skipped: 0,
    familiesLost: 0,
    gaveUp: 0,
    retried: 0,
  };
  const byName = new Map<string, { arrived: number; completed: number }>();
  const latencies: Partial<Record<RequestKind, number[]>> = {};
  const late: number[] = [];
  const bad = new Set<number>();
  const seen = new Set<number>();

  return {
    arrive(lateMs: number) {
      counts.arrived += 1;
      late.push(lateMs);
    },
    retry() {
      counts.retried += 1;
    },
    giveUp() {
      counts.gaveUp += 1;
    },
    /** One request: when it was sent, how long it took, and whether it was refused. */
    request(kind: RequestKind, sentMs: number, ms: number, accepted: boolean) {
      latencies[kind] ??= [];
      if (accepted) latencies[kind].push(ms);
      const bucket = Math.floor((sentMs - startedMs) / bucketMs);
      seen.add(bucket);
      if (!accepted || ms > goodWithinMs) bad.add(bucket);
    },
    end(name: string, outcome: Outcome) {
      const of = byName.get(name) ?? { arrived: 0, completed: 0 };
      byName.set(name, of);
      of.arrived += 1;
      const within = performance.now() - startedMs <= seconds * 1000;
      if (outcome === 'completed' && within) of.completed += 1;
      if (outcome === 'completed') counts.completed += within ? 1 : 0;
      else if (outcome === 'refused') counts.refused += 1;
      else if (outcome === 'failed') counts.failed += 1;
      else if (outcome === 'skipped') counts.skipped += 1;
      else counts.familiesLost += 1;
    },
    result(): Tally {
      const all = Object.values(latencies).flat();
      const good = [...seen].sort((a, b) => a - b).find((bucket) => !bad.has(bucket));
      return {
        seconds,
        ...counts,
        served: Object.fromEntries([...byName].map(([name, { arrived, completed }]) => [name, completed / arrived])),
        p50: percentile(all, 0.5),
        p99: percentile(all, 0.99),
        p99ByKind: Object.fromEntries(Object.entries(latencies).map(([kind, list]) => [kind, percentile(list, 0.99)])),
        recoveredMs: good === undefined ? undefined : good * bucketMs,
        lateP99: percentile(late, 0.99),
      };
    },
  };
}

export type OpenTally = ReturnType<typeof createTally>;
