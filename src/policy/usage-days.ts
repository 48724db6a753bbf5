/** Reported calls as statistics by day, with a row for every day. */
import { lastDays } from './statistics.ts';

/** The days that the page of an app or a key shows. */
const shownDays = 30;
/** The days that a list of them shows. */
export const listedDays = 14;

/** Returns the last `days` (UTC), oldest first. Days without a report have zeros. */
export function usageByDay<T extends { readonly day: string }>(
  reported: readonly T[],
  now: Date,
  days = shownDays,
): (T | EmptyDay)[] {
  const known = new Map(reported.map((one) => [one.day, one]));
  return lastDays(now, days).map((day) => known.get(day) ?? { day, ...nothing });
}

/** The days of each app or key, by its id, as a list of them shows them. One without calls has no entry. */
export function usageInList<T extends { readonly id: string; readonly day: string }>(
  reported: readonly T[],
  now: Date,
): Map<string, (T | EmptyDay)[]> {
  const byId = Map.groupBy(reported, ({ id }) => id);
  return new Map([...byId].map(([id, days]) => [id, usageByDay(days, now, listedDays)]));
}

interface ReportedDay {
  readonly day: string;
  readonly last_at: Date;
  readonly last_address: string | null;
}

/** What the page of an app or a key shows. `reported` has the newest day first. */
export function usageOnPage<T extends ReportedDay>(reported: readonly T[], now: Date) {
  const [last] = reported;
  const lastCall = last && { at: last.last_at, address: last.last_address ?? undefined };
  return { usage: usageByDay(reported, now), lastCall };
}

const nothing = { read: 0, changed: 0, generated: 0, other: 0, refused: 0 };

type EmptyDay = typeof nothing & { readonly day: string };
