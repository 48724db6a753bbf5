/** Statistics of thirty days as tiles: a number, its change, and a line. */
import { percent } from '../../../views/text.ts';
import type { Tile } from '../../../views/tiles.ts';
import { failedShare, failingApp } from '../../policy/attention.ts';
import { type DailyStatistics, lastDays, tokensOf } from '../../policy/statistics.ts';

const digits = (count: number): string => count.toLocaleString('en');

/** A count for each of the days up to `now`, 0 where nothing is known. */
export function daysWithCounts(counted: readonly { day: string; count: number }[], now: Date, days: number): number[] {
  const counts = new Map(counted.map(({ day, count }) => [day, count]));
  return lastDays(now, days).map((day) => counts.get(day) ?? 0);
}

/** Today is not over, so the tile shows an average day of the week before, unless nothing happened before today. */
export function tokensTile(counts: readonly number[]): Tile {
  const [week, before] = [counts.slice(-8, -1), counts.slice(-15, -8)].map(mean) as [number, number];
  const said = `Tokens by day over ${counts.length} days: at most ${digits(Math.max(...counts))}, today ${digits(counts.at(-1) ?? 0)}`;
  const today = counts.at(-1) ?? 0;
  if (week === 0) return { label: 'Tokens today', figure: short(today), days: { counts, said } };
  const moved = change(before, week);
  const label = 'Tokens a day, the week before today';
  return { label, figure: short(week), ...(moved && { change: moved }), days: { counts, said } };
}

/** The share of requests that failed, among those that could have got a token. */
export function failedTile(days: readonly DailyStatistics[]): Tile {
  const shares = days.map((day) => share(day.errors, tokensOf(day)));
  const failed = days.reduce((sum, { errors }) => sum + errors, 0);
  const issued = days.reduce((sum, day) => sum + tokensOf(day), 0);
  const today = shares.at(-1) ?? 0;
  const bad = today >= failingApp.minShare && (days.at(-1)?.errors ?? 0) >= failingApp.minFailures;
  const said = `Share of failed requests by day over ${days.length} days: at most ${percent(Math.max(...shares))}, today ${percent(today)}`;
  return {
    label: 'Failed requests',
    figure: percent(bad ? today : share(failed, issued)),
    change: bad ? 'today' : `of ${short(failed + issued)}`,
    ...(bad && { bad }),
    days: { counts: shares.map((one) => one * 100), said },
  };
}

/** A number of existing things, and its change since the first known day. */
export function gaugeTile(label: string, counts: readonly number[], more?: string): Tile | undefined {
  const [first, last] = [counts[0], counts.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const moved = more ?? change(first, last);
  const said = `${label} by day over ${counts.length} days, from ${digits(first)} to ${digits(last)}`;
  return { label, figure: digits(last), ...(moved && { change: moved }), days: { counts, said } };
}

const share = (failed: number, issued: number): number => failedShare({ failed, issued });
const mean = (counts: readonly number[]): number =>
  counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length;

function change(before: number, now: number): string | undefined {
  if (before === 0) return undefined;
  const percents = Math.round(((now - before) / before) * 1000) / 10;
  if (percents === 0) return 'no change';
  return `${percents > 0 ? '+' : '−'}${Math.abs(percents)} %`;
}

function short(count: number): string {
  if (count >= 999_500) return `${Math.round(count / 10_000) / 100} m`;
  return digits(Math.round(count));
}
