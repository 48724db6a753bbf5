/** The report of a run under load. */
import { machine } from '../report.ts';
import { paragraph, type Style, table } from '../table.ts';
import { goals, published } from './goals.ts';
import type { Measured } from './run.ts';

/** Columns of the table. */
const kinds = ['token', 'page', 'password'] as const;

export function format(measured: Measured, style: Style): string {
  const { capacity, seconds, segments, singles } = measured;
  const rows = Object.entries(segments).map(([name, one]) => [
    name,
    (one.arrived / one.seconds).toFixed(0),
    (one.completed / one.seconds).toFixed(0),
    (one.refused / one.seconds).toFixed(0),
    String(one.failed + one.skipped),
    String(one.gaveUp),
    String(one.familiesLost),
    `${one.p50.toFixed(0)}`,
    `${one.p99.toFixed(0)}`,
    kinds.map((kind) => one.p99ByKind[kind]?.toFixed(0) ?? '–').join(' · '),
    one.healthP99.toFixed(0),
    one.readyP99.toFixed(0),
    String(one.unready),
    (Math.max(...one.rss, 0) / 2 ** 20).toFixed(0),
    one.lateP99.toFixed(0),
  ]);
  const head = [
    ...['segment', 'arrived/s', 'done/s', 'refused/s', 'failed', 'gave up', 'families lost'],
    ...['p50 ms', 'p99 ms', kinds.join(' · '), 'healthz', 'readyz', 'unready', 'RSS MB', 'sent late ms'],
  ];
  const judged = goals.map(({ name, unit, limit, atLeast, measure }) => {
    const value = measure(measured);
    const passed =
      value === undefined ? '(run too short)' : (atLeast ? value >= limit : value <= limit) ? 'met' : 'NOT MET';
    return [
      name,
      value === undefined ? '–' : value.toFixed(limit < 2 && limit > 0 ? 2 : 0),
      `${atLeast ? '≥' : '≤'} ${limit} ${unit}`,
      passed,
    ];
  });
  const operations = ['client_credentials', 'refresh', 'introspection', 'sign-in'];
  const per = (of: 'server' | 'together') => operations.map((name) => (singles[name]?.[of] ?? 0).toFixed(0));
  const shareOfDatabase = operations.map((name) => {
    const { server, together } = singles[name] ?? { server: 1, together: 1 };
    return `${((1 - together / server) * 100).toFixed(0)} %`;
  });
  const about = [
    `Capacity ${capacity.toFixed(0)} operations per second of 10 refreshes : 5 client_credentials : 5 introspections : 1 sign-in.`,
    `${machine()}; generator, server and database share the machine; ${seconds.toFixed(0)} s.`,
  ].join(' ');
  return [
    paragraph(about, style),
    '',
    table(head, rows, style),
    '',
    table(['goal', 'measured', 'limit', ''], judged, style),
    '',
    table(
      ['per second and vCPU', ...operations],
      [
        ['ours, server alone', ...per('server')],
        ['ours, server and database', ...per('together')],
        ['of that CPU, used by the database', ...shareOfDatabase],
        ...published.map((row) => [...row]),
      ],
      style,
    ),
    '',
    'A sign-in is a whole first authorization with its password; the figures of others are as they publish them.',
    '',
  ].join('\n');
}
