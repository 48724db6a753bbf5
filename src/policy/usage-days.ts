/** Reported calls as statistics by day, with a row for every day. */
import { lastDays } from './statistics.ts';

/** The days that pages show. */
const shownDays = 30;

/** Returns the last thirty days (UTC), oldest first. Days without a report have zeros. */
export function usageByDay<T extends { readonly day: string }>(reported: readonly T[], now: Date): (T | EmptyDay)[] {
  const known = new Map(reported.map((one) => [one.day, one]));
  return lastDays(now, shownDays).map((day) => known.get(day) ?? { day, ...nothing });
}

const nothing = { read: 0, changed: 0, generated: 0, other: 0, refused: 0 };

type EmptyDay = typeof nothing & { readonly day: string };
