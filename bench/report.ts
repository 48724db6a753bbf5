/** The report of a run, for people and for programs. */
import { cpus, loadavg } from 'node:os';
import { goals, judge, median, type Verdict } from './goals.ts';
import type { Sample, Samples } from './measure.ts';
import { operations } from './operations.ts';

export interface Result {
  readonly machine: string;
  readonly passwords: string;
  readonly seconds: number;
  /** Median of the rounds by operation and variant. */
  readonly costs: Record<string, Record<string, Sample>>;
  readonly goals: readonly Verdict[];
}

export function summarize(
  measured: ReadonlyMap<string, Samples>,
  { where, ...rest }: { seconds: number; where: string; passwords: string },
): Result {
  const costs = Object.fromEntries(
    [...measured].map(([operation, samples]) => [
      operation,
      Object.fromEntries(Object.entries(samples).map(([variant, list]) => [variant, medianOf(list)])),
    ]),
  );
  return {
    machine: `${cpus()[0]?.model}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, ${where}`,
    ...rest,
    costs,
    goals: goals.flatMap((goal) => {
      const samples = measured.get(goal.operation);
      return samples ? [judge(goal, samples)] : [];
    }),
  };
}

function medianOf(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]));
  return {
    server: of('server'),
    database: of('database'),
    statements: of('statements'),
    perSecond: of('perSecond'),
  };
}

export function asText({ machine, passwords, seconds, costs, goals: verdicts }: Result): string {
  const rows = Object.entries(costs).flatMap(([operation, variants]) =>
    Object.entries(variants).map(([variant, { server, database, statements, perSecond }], index) => [
      index === 0 ? operation : '',
      variant,
      server.toFixed(0),
      variant === 'bare' ? '–' : database.toFixed(0),
      variant === 'bare' ? '–' : statements.toFixed(2),
      `(${perSecond.toFixed(0)})`,
    ]),
  );
  const judged = verdicts.map(({ operation, than, measured, range, rounds, limit, passed }) => [
    operation,
    than === 'statements' ? 'SQL statements' : `ours / ${than}, ${than === 'bare' ? 'server' : 'server + database'}`,
    shown(than, measured),
    `${shown(than, range[0])} … ${shown(than, range[1])} (${rounds})`,
    `≤ ${limit}`,
    passed ? 'PASS' : 'over',
  ]);
  return [
    `CPU per operation in microseconds, median of the rounds. ${machine}; ${seconds.toFixed(0)} s.`,
    '',
    table(['operation', 'variant', 'server', 'database', 'statements', '(per second)'], rows),
    '',
    table(['operation', 'goal', 'measured', 'rounds', 'limit', ''], judged),
    '',
    ...operations.filter(({ name }) => name in costs).map(({ name, note }) => `${name}: ${note}`),
    `passwords: ${passwords}`,
    '',
  ].join('\n');
}

function shown(than: Verdict['than'], value: number): string {
  return value.toFixed(than === 'statements' ? 0 : 2);
}

/** Formats columns of equal width, with text aligned left and numbers aligned right. */
export function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const isNumber = (text: string) => /^[(–\d]/.test(text);
  const line = (cells: readonly string[], sample: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return isNumber(sample[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [first = []] = rows;
  return [line(head, first), ...rows.map((row) => line(row, row))].join('\n');
}
