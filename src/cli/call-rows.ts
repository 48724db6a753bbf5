/** What gateways counted: sums, and one line for each day with calls. */
import { callKinds } from '../policy/usage.ts';
import type { DailyUsage, DailyUsageOfApp } from '../store/app-usage.ts';
import { aligned, type Row } from './output.ts';

export function callTotals(calls: readonly DailyUsage[]): Row[] {
  return callKinds.map((kind) => [`calls: ${kind}`, String(calls.reduce((all, day) => all + day[kind], 0))]);
}

export function callRows(calls: readonly DailyUsageOfApp[]): string {
  const head = ['DAY (UTC)', ...callKinds.map((kind) => kind.toUpperCase()), 'LAST ADDRESS'];
  const rows = calls.map((one) => [one.day, ...callKinds.map((kind) => String(one[kind])), one.last_address ?? '']);
  return `\n${aligned([head, ...rows]).join('\n')}`;
}
