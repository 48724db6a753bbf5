/** What each operation may cost: as a ratio to another variant in the same run, and in SQL statements. */
import type { Sample, Samples } from './measure.ts';

export interface Goal {
  readonly operation: string;
  readonly than: 'bare' | 'naive' | 'statements';
  readonly atMost: number;
}

/** Ratios to bare are of server CPU (bare has no database), those to naive of server and database together. */
export const goals: readonly Goal[] = [
  { operation: 'client_credentials', than: 'bare', atMost: 1.1 },
  { operation: 'client_credentials', than: 'statements', atMost: 0 },
  { operation: 'introspection', than: 'bare', atMost: 1.4 },
  { operation: 'introspection', than: 'statements', atMost: 1 },
  { operation: 'refresh', than: 'bare', atMost: 2 },
  { operation: 'refresh', than: 'naive', atMost: 0.35 },
  { operation: 'refresh', than: 'statements', atMost: 2 },
  { operation: 'first authorization', than: 'bare', atMost: 1.7 },
  { operation: 'first authorization', than: 'naive', atMost: 0.45 },
  { operation: 'first authorization', than: 'statements', atMost: 26 },
  { operation: 'jwks', than: 'bare', atMost: 1 },
  { operation: 'discovery', than: 'bare', atMost: 1 },
];

export interface Verdict extends Goal {
  /** Median of the rounds, with the least and the greatest. */
  readonly measured: number;
  readonly range: readonly [number, number];
  readonly rounds: number;
  readonly passed: boolean;
}

/** Statements are rounded: what runs in the background now and then is not the operation's. */
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
    passed: measured <= goal.atMost,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}
