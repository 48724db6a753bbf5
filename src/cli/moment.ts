/** A time that is typed as the value of an option. */
import { UsageError } from './usage-error.ts';

/** A time in a year of four digits, which the database can store. @throws UsageError */
export function readMoment(option: string, text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-/.test(text) || Number.isNaN(date.getTime())) {
    throw new UsageError(`--${option} must be a time such as 2026-11-24 or 2026-11-24T07:50:00Z.`);
  }
  return date;
}
