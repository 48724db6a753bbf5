/** Days with statistics, one line per day that has any. */
import type { DailyStatistics } from '../policy/statistics.ts';
import { aligned } from './output.ts';

export function dayRows(days: readonly DailyStatistics[]): string {
  const rows = days
    .map(({ day, tokens, errors, strangers, refresh_token_reuses: reuses }) => [
      day,
      ...[...Object.values(tokens), errors, strangers, reuses].map(String),
    ])
    .filter(([, ...counts]) => counts.some((count) => count !== '0'));
  if (rows.length === 0) return '\nNothing on any of these days.';
  return `\n${aligned([['DAY (UTC)', 'CODE', 'REFRESH', 'SERVICE', 'EXCHANGE', 'ID-JAG', 'FAILED', 'UNKNOWN', 'REUSED'], ...rows]).join('\n')}`;
}
