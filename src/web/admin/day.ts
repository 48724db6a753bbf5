/** Reads a day that a person typed as the time of its beginning, in UTC. */

/** Undefined for anything that is not a day. */
export function readDay(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
