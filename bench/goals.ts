/**
 * Goals for the cost of each operation: as a ratio to another variant in the same run, in SQL statements, or as latency.
 * docs/decisions/0060-speed-goals-by-callers.md says where they come from.
 */
import type { Idle } from './idle.ts';
import type { Sample, Samples } from './measure.ts';
import { median, percentile } from './percentile.ts';
import type { VariantName } from './variant.ts';

export interface Goal {
  readonly operation: string;
  /** Number of concurrent callers; undefined for every number. */
  readonly callers?: number;
  /** What is compared with the limit: a ratio to a variant, a number of statements, or milliseconds. */
  readonly than: Exclude<VariantName, 'ours'> | 'statements' | 'p50' | 'p99';
  readonly limit: number;
}

export const goals: readonly Goal[] = [
  { operation: 'client_credentials', than: 'bare', limit: 1.1 },
  { operation: 'client_credentials', than: 'statements', limit: 0 },
  { operation: 'introspection', than: 'bare', limit: 1 },
  { operation: 'introspection', than: 'node-oauth2-server', limit: 1 },
  { operation: 'introspection', than: 'statements', limit: 1 },
  { operation: 'refresh', callers: 8, than: 'bare', limit: 1.8 },
  { operation: 'refresh', callers: 32, than: 'bare', limit: 1.2 },
  { operation: 'refresh', callers: 8, than: 'naive', limit: 0.45 },
  { operation: 'refresh', callers: 16, than: 'naive', limit: 0.35 },
  { operation: 'refresh', callers: 32, than: 'naive', limit: 0.3 },
  { operation: 'refresh', than: 'node-oauth2-server', limit: 1 },
  { operation: 'refresh', than: 'statements', limit: 2 },
  // Half of what it was before statements shared commits, on the machine of docs/performance.md.
  { operation: 'refresh', callers: 32, than: 'p50', limit: 65 },
  { operation: 'refresh', callers: 32, than: 'p99', limit: 283 },
  { operation: 'first authorization', callers: 4, than: 'bare', limit: 2.5 },
  { operation: 'first authorization', callers: 16, than: 'bare', limit: 1.9 },
  { operation: 'first authorization', callers: 4, than: 'naive', limit: 0.8 },
  { operation: 'first authorization', callers: 16, than: 'naive', limit: 0.5 },
  { operation: 'first authorization', than: 'statements', limit: 12 },
  { operation: 'jwks', than: 'bare', limit: 1 },
  { operation: 'discovery', than: 'bare', limit: 1 },
];

/** Milliseconds of CPU per second without requests. */
export const idleGoals = { server: 3, database: 1 } as const;

export interface Verdict extends Goal {
  readonly callers: number;
  readonly measured: number;
  /** Minimum and maximum of the rounds. */
  readonly range: readonly [number, number];
  readonly rounds: number;
  readonly passed: boolean;
}

/** Returns the verdicts about one operation with a number of callers. Variants that were not measured have none. */
export function judgeAll(operation: string, callers: number, samples: Samples): Verdict[] {
  const applies = (goal: Goal) => goal.operation === operation && (goal.callers ?? callers) === callers;
  return goals
    .filter((goal) => applies(goal) && isMeasured(goal, samples))
    .map((goal) => judge(goal, callers, samples));
}

function isMeasured({ than }: Goal, samples: Samples): boolean {
  if (samples.ours === undefined) return false;
  return than === 'statements' || than === 'p50' || than === 'p99' || samples[than] !== undefined;
}

export function judge(goal: Goal, callers: number, samples: Samples): Verdict {
  const ours = samples.ours ?? [];
  const values = ours.map((sample, round) => valueIn(goal.than, sample, samples, round));
  const measured = median(values);
  return {
    ...goal,
    callers,
    measured,
    range: [Math.min(...values), Math.max(...values)],
    rounds: values.length,
    passed: measured <= goal.limit,
  };
}

/**
 * Ratios to bare compare the CPU of the servers, since bare has no database; ratios to others include the database. Statements
 * are rounded, because background work adds a few that do not belong to the operation.
 */
function valueIn(than: Goal['than'], ours: Sample, samples: Samples, round: number): number {
  if (than === 'statements') return Math.round(ours.statements);
  if (than === 'p50') return percentile(ours.latenciesMs, 0.5);
  if (than === 'p99') return percentile(ours.latenciesMs, 0.99);
  const other = samples[than]?.[round] as Sample;
  if (than === 'bare') return ours.server / other.server;
  return (ours.server + ours.database) / (other.server + other.database);
}

export interface IdleVerdict {
  readonly of: keyof typeof idleGoals;
  readonly measured: number;
  readonly limit: number;
  readonly passed: boolean;
}

export function judgeIdle(idle: Idle): IdleVerdict[] {
  return (['server', 'database'] as const).map((of) => {
    const limit = idleGoals[of];
    return { of, measured: idle[of], limit, passed: idle[of] <= limit };
  });
}
