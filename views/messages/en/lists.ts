import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Comparisons of fields, and the end of lists. */
export const lists = {
  changes: 'What would change',
  field: 'Field',
  now: 'Now',
  afterwards: 'Then',
  noValue: 'none',
  yes: 'yes',
  no: 'no',
  removed: (before: Html, days: string): Html => html`Entries before ${before} were removed after ${days} days.`,
};
