/** What a run of floods says: a table of each setup, and whether the goals are met. */
import { machine } from '../report.ts';
import { type Style, table } from '../table.ts';
import { floodGoals } from './goals.ts';
import type { Flooded } from './run.ts';

const kinds = ['token', 'page', 'password'] as const;

export function format(results: readonly Flooded[], style: Style): string {
  const parts = results.flatMap((one) => [
    `${one.nodes === 1 ? 'One node' : `${one.nodes} nodes behind HAProxy`}: capacity ${one.capacity.toFixed(0)} operations per second.`,
    '',
    segmentsOf(one, style),
    '',
    goalsOf(one, style),
    '',
  ]);
  return [`${machine()}; generator, balancer, nodes and database share the machine.`, '', ...parts].join('\n');
}

function segmentsOf({ capacity, segments }: Flooded, style: Style): string {
  const rows = Object.entries(segments).map(([name, one]) => [
    name,
    (one.arrived / one.seconds / capacity).toFixed(2),
    (one.completed / one.seconds / capacity).toFixed(2),
    (one.refused / one.seconds).toFixed(0),
    (one.retried / one.seconds).toFixed(0),
    String(one.failed + one.skipped),
    String(one.familiesLost),
    one.p50.toFixed(0),
    one.p99.toFixed(0),
    kinds.map((kind) => one.p99ByKind[kind]?.toFixed(0) ?? '–').join(' · '),
    one.healthP99.toFixed(0),
    (Math.max(...one.rss, 0) / 2 ** 20).toFixed(0),
    one.lateP99.toFixed(0),
  ]);
  const head = [
    ...['segment', 'arrived × capacity', 'done × capacity', 'refused/s', 'retried/s', 'failed', 'families lost'],
    ...['p50 ms', 'p99 ms', kinds.join(' · '), 'healthz', 'RSS MB', 'sent late ms'],
  ];
  return table(head, rows, style);
}

/** If operations were sent later than this, the machine had no time for the generator, and figures tell more of it than of the server. */
const maxLateMs = 250;

function goalsOf(flooded: Flooded, style: Style): string {
  const late = Math.max(...Object.values(flooded.segments).map(({ lateP99 }) => lateP99));
  const verdict = (isMet: boolean) => (late > maxLateMs ? '(machine too busy)' : isMet ? 'met' : 'NOT MET');
  const rows = floodGoals.map(({ name, unit, limit, atLeast, measure }) => {
    const value = measure(flooded);
    const isMet = atLeast ? value >= limit : value <= limit;
    return [name, value.toFixed(2), `${atLeast ? '≥' : '≤'} ${limit} ${unit}`, verdict(isMet)];
  });
  return table(['goal', 'measured', 'limit', ''], rows, style);
}
