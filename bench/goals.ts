/** Goals for the cost of each operation: as a ratio to another variant in the same run, and in SQL statements. */
import type { Sample, Samples } from './measure.ts';

export interface Goal {
  readonly operation: string;
  readonly than: 'bare' | 'naive' | 'statements';
  readonly limit: number;
}

/** Ratios to bare compare the CPU of the servers, since bare has no database; ratios to naive include the database. */
export const goals: readonly Goal[] = [
  { operation: 'client_credentials', than: 'bare', limit: 1.1 },
  { operation: 'client_credentials', than: 'statements', limit: 0 },
  { operation: 'introspection', than: 'bare', limit: 1.4 },
  { operation: 'introspection', than: 'statements', limit: 1 },
  { operation: 'refresh', than: 'bare', limit: 2 },
  { operation: 'refresh', than: 'naive', limit: 0.35 },
  { operation: 'refresh', than: 'statements', limit: 2 },
  { operation: 'first authorization', than: 'bare', limit: 1.7 },
  { operation: 'first authorization', than: 'naive', limit: 0.45 },
  { operation: 'first authorization', than: 'statements', limit: 12 },
  { operation: 'jwks', than: 'bare', limit: 1 },
  { operation: 'discovery', than: 'bare', limit: 1 },
];

export interface Verdict extends Goal {
  /** Median of the rounds. */
  readonly measured: number;
  /** Minimum and maximum of the rounds. */
  readonly range: readonly [number, number];
  readonly rounds: number;
  readonly passed: boolean;
}

/** Statements are rounded, because background work adds a few that do not belong to the operation. */
export function judge(goal: Goal, samples: Samples): Verdict {
  const values = (samples.ours ?? []).map((ours, round) => {
    if (goal.than === 'statements') return Math.round(ours.statements);
    const other = samples[goal.than]?.[round] as Sample;
    if (goal.than === 'bare') return ours.server / other.server;
    return (ours.server + ours.database) / (other.server + other.database);
  });
  const measured = median(values);
  return {
    ...goal,
    measured,
    range: [Math.min(...values), Math.max(...values)],
    rounds: values.length,
    passed: measured <= goal.limit,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}
