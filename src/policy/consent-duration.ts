/**
 * For how long a person allows an app that came by itself. The choice ends what is remembered of the answer, and every token
 * that was issued because of it. docs/decisions/0079 has the reasons.
 */

/** The choices, as the form sends them: seconds, or `until` for "until I disconnect it". */
export const consentDurations = ['3600', '86400', '2592000', 'until'] as const;

export type ConsentDuration = (typeof consentDurations)[number];

/**
 * Preselected. An app that is in use all along is asked for once a month, and one that is forgotten ends when its refresh
 * token would have ended anyway.
 */
const defaultDuration: ConsentDuration = '2592000';

/** Returns the choice of a form; undefined unless there is exactly one, and it was offered. */
export function chosenDuration(values: readonly string[]): ConsentDuration | undefined {
  const [value] = values;
  return values.length === 1 ? consentDurations.find((duration) => duration === value) : undefined;
}

/** Returns the end of an answer that is given now, to the second, as tokens have it; null if only the person ends it. */
export function endOfConsent(duration: ConsentDuration, now: Date): Date | null {
  if (duration === 'until') return null;
  return new Date((Math.floor(now.getTime() / 1000) + Number(duration)) * 1000);
}

export function hasEnded({ ends_at: end }: { readonly ends_at?: Date | null | undefined }, now: Date): boolean {
  return end !== null && end !== undefined && end.getTime() <= now.getTime();
}

/** Returns the choice to preselect: what the person chose for this app before, while that lasts. */
export function suggestedDuration(
  before: { readonly updated_at: Date; readonly ends_at: Date | null } | undefined,
): ConsentDuration {
  if (!before) return defaultDuration;
  if (!before.ends_at) return 'until';
  const seconds = (before.ends_at.getTime() - before.updated_at.getTime()) / 1000;
  // The row's two moments are of different clocks.
  const near = consentDurations.find((duration) => Math.abs(Number(duration) - seconds) < 600);
  return near ?? defaultDuration;
}
