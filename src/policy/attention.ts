/** When something needs an admin's attention. */

/** An app fails when so many of its requests failed today (UTC), and they are this share of all that it sent. */
export const failingApp = { minFailures: 20, minShare: 0.2 } as const;

/** A signing key should be replaced after it has signed for so long. */
export const signingKeyMaxDays = 90;

/** A secret that is still in use is pointed out so long before it ends. */
export const secretEndingDays = 3;

export function failedShare({ failed, issued }: { failed: number; issued: number }): number {
  return failed + issued === 0 ? 0 : failed / (failed + issued);
}
