/** The report of a run, for people and for programs. */
import { cpus, loadavg } from 'node:os';
import { type Goal, type IdleVerdict, judgeAll, judgeIdle, type Verdict } from './goals.ts';
import type { Idle } from './idle.ts';
import type { Sample, Samples } from './measure.ts';
import { operations } from './operations.ts';
import { median, percentile } from './percentile.ts';
import { notes, paragraph, type Style, table } from './table.ts';
import type { VariantName } from './variant.ts';

/** An operation with a number of callers, and what was measured. */
export interface Measurement {
  readonly operation: string;
  readonly callers: number;
  readonly samples: Samples;
}

/** Medians of the rounds, and percentiles of the latency over all rounds. */
interface Cost extends Omit<Sample, 'latenciesMs'> {
  readonly operation: string;
  readonly callers: number;
  readonly variant: VariantName;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Result {
  readonly machine: string;
  readonly passwords: string;
  readonly seconds: number;
  readonly costs: readonly Cost[];
  readonly idle: (Idle & { readonly goals: readonly IdleVerdict[] }) | undefined;
  readonly goals: readonly Verdict[];
}

export function summarize(
  measured: { readonly measurements: readonly Measurement[]; readonly idle: Idle | undefined },
  { where, ...rest }: { seconds: number; where: string; passwords: string },
): Result {
  const { measurements, idle } = measured;
  return {
    machine: `${machine()}, ${where}`,
    ...rest,
    costs: measurements.flatMap(costsOf),
    idle: idle && { ...idle, goals: judgeIdle(idle) },
    goals: measurements.flatMap(({ operation, callers, samples }) => judgeAll(operation, callers, samples)),
  };
}

export function machine(): string {
  return `${cpus()[0]?.model}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
}

function costsOf({ operation, callers, samples }: Measurement): Cost[] {
  return Object.entries(samples).map(([variant, list]) => {
    const of = (field: Exclude<keyof Sample, 'latenciesMs'>) => median(list.map((sample) => sample[field]));
    const latenciesMs = list.flatMap((sample) => sample.latenciesMs);
    return {
      operation,
      callers,
      variant: variant as VariantName,
      server: of('server'),
      database: of('database'),
      statements: of('statements'),
      perSecond: of('perSecond'),
      refused: list.reduce((sum, { refused }) => sum + refused, 0),
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
    };
  });
}

export function format({ machine, passwords, seconds, costs, idle, goals }: Result, style: Style): string {
  const head = [
    'operation',
    'callers',
    'variant',
    'server',
    'database',
    'statements',
    'p50 ms',
    'p99 ms',
    '(per second)',
  ];
  const rows = costs.map(
    ({ operation, callers, variant, server, database, statements, perSecond, p50Ms, p99Ms }, index) => {
      const before = costs[index - 1];
      const repeats = before?.operation === operation && before.callers === callers;
      return [
        repeats ? '' : operation,
        repeats ? '' : String(callers),
        variant,
        server.toFixed(0),
        variant === 'bare' ? '–' : database.toFixed(0),
        variant === 'bare' ? '–' : statements.toFixed(2),
        p50Ms.toFixed(1),
        p99Ms.toFixed(1),
        `(${perSecond.toFixed(0)})`,
      ];
    },
  );
  const judged = goals.map(({ operation, callers, than, measured, range, rounds, limit, passed }) => [
    operation,
    String(callers),
    described(than),
    shown(than, measured),
    `${shown(than, range[0])} … ${shown(than, range[1])} (${rounds})`,
    `≤ ${limit}`,
    passed ? 'PASS' : 'over',
  ]);
  const measured = new Set(costs.map(({ operation }) => operation));
  const about = `CPU per operation in microseconds, median of the rounds; latency of all rounds. ${machine}; ${seconds.toFixed(0)} s.`;
  return [
    paragraph(about, style),
    ...(rows.length > 0 ? ['', table(head, rows, style)] : []),
    ...(judged.length > 0
      ? ['', table(['operation', 'callers', 'goal', 'measured', 'rounds', 'limit', ''], judged, style)]
      : []),
    ...(idle ? ['', formatIdle(idle, style)] : []),
    '',
    notes(
      [
        ...costs.filter(({ refused }) => refused > 0).map(shedding),
        ...operations.filter(({ name }) => measured.has(name)).map(({ name, note }) => `${name}: ${note}`),
        `passwords: ${passwords}`,
      ],
      style,
    ),
    '',
  ].join('\n');
}

function shedding({ operation, callers, variant, refused }: Cost): string {
  return `${operation} with ${callers} callers: ${variant} shed ${refused} requests; run it on a quieter machine.`;
}

function formatIdle({ seconds, goals }: NonNullable<Result['idle']>, style: Style): string {
  const rows = goals.map(({ of, measured, limit, passed }) => [
    of,
    measured.toFixed(2),
    `≤ ${limit}`,
    passed ? 'PASS' : 'over',
  ]);
  return [
    `Idle for ${seconds.toFixed(0)} s:`,
    '',
    table(['idle', 'ms of CPU per second', 'limit', ''], rows, style),
  ].join('\n');
}

function described(than: Goal['than']): string {
  if (than === 'statements') return 'SQL statements';
  if (than === 'p50' || than === 'p99') return `${than}, ms`;
  return `ours / ${than}, ${than === 'bare' ? 'server' : 'server + database'}`;
}

function shown(than: Goal['than'], value: number): string {
  if (than === 'statements') return value.toFixed(0);
  return than === 'p50' || than === 'p99' ? value.toFixed(0) : value.toFixed(2);
}
