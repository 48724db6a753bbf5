/** Thresholds for what needs an admin's attention. */

/** An app counts as failing if today (UTC) at least `minFailures` of its requests failed, and at least `minShare` of all. */
export const failingApp = { minFailures: 20, minShare: 0.2 } as const;

/** A signing key should be rotated after this time. */
export const signingKeyMaxDays = 90;

/** Secrets in use are listed this long before they expire. */
export const secretEndingDays = 3;

export function failedShare({ failed, issued }: { failed: number; issued: number }): number {
  return failed + issued === 0 ? 0 : failed / (failed + issued);
}
