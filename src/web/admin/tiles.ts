/** Statistics of thirty days as tiles: a number, its change, and a line. */

import { m } from '../../../views/messages/index.ts';
import { number as digits, percent } from '../../../views/text.ts';
import type { Tile } from '../../../views/tiles.ts';
import { failedShare, failingApp } from '../../policy/attention.ts';
import { type DailyStatistics, lastDays, tokensOf } from '../../policy/statistics.ts';

const words = () => m().adminSystem.tiles;

/** A count for each of the days up to `now`, 0 where nothing is known. */
export function daysWithCounts(counted: readonly { day: string; count: number }[], now: Date, days: number): number[] {
  const counts = new Map(counted.map(({ day, count }) => [day, count]));
  return lastDays(now, days).map((day) => counts.get(day) ?? 0);
}

/** Today is not over, so the tile shows an average day of the week before, unless nothing happened before today. */
export function tokensTile(counts: readonly number[]): Tile {
  const [week, before] = [counts.slice(-8, -1), counts.slice(-15, -8)].map(mean) as [number, number];
  const said = words().tokensSaid(counts.length, digits(Math.max(...counts)), digits(counts.at(-1) ?? 0));
  const today = counts.at(-1) ?? 0;
  if (week === 0) return { label: words().tokensToday, figure: short(today), days: { counts, said } };
  const moved = change(before, week);
  const label = words().tokensADay;
  return { label, figure: short(week), ...(moved && { change: moved }), days: { counts, said } };
}

/** The share of requests that failed, among those that could have got a token. */
export function failedTile(days: readonly DailyStatistics[]): Tile {
  const shares = days.map((day) => share(day.errors, tokensOf(day)));
  const failed = days.reduce((sum, { errors }) => sum + errors, 0);
  const issued = days.reduce((sum, day) => sum + tokensOf(day), 0);
  const today = shares.at(-1) ?? 0;
  const bad = today >= failingApp.minShare && (days.at(-1)?.errors ?? 0) >= failingApp.minFailures;
  const said = words().failedSaid(days.length, percent(Math.max(...shares)), percent(today));
  return {
    label: words().failed,
    figure: percent(bad ? today : share(failed, issued)),
    change: bad ? words().today : words().of(short(failed + issued)),
    ...(bad && { bad }),
    days: { counts: shares.map((one) => one * 100), said },
  };
}

/** A number of existing things, and its change since the first known day. */
export function gaugeTile(label: string, counts: readonly number[], more?: string): Tile | undefined {
  const [first, last] = [counts[0], counts.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const moved = more ?? change(first, last);
  const said = words().gaugeSaid(label, counts.length, digits(first), digits(last));
  return { label, figure: digits(last), ...(moved && { change: moved }), days: { counts, said } };
}

const share = (failed: number, issued: number): number => failedShare({ failed, issued });
const mean = (counts: readonly number[]): number =>
  counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length;

function change(before: number, now: number): string | undefined {
  if (before === 0) return undefined;
  const percents = Math.round(((now - before) / before) * 1000) / 10;
  if (percents === 0) return words().noChange;
  return `${percents > 0 ? '+' : '−'}${percent(Math.abs(percents) / 100)}`;
}

function short(count: number): string {
  if (count >= 999_500) return words().millions(digits(Math.round(count / 10_000) / 100));
  return digits(Math.round(count));
}
