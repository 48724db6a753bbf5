import { html } from 'hono/html';
import { m } from './messages/index.ts';
import { type Html, number } from './text.ts';
import { day } from './time.ts';

/** What was removed from the audit log. */
export type Removed = { before: Date; days: number };

/** At the end of a list, or below an empty one: why older entries are not there. */
export const removedLine = (removed: Removed | undefined): Html | undefined =>
  removed && html`<p class="count"><span>${m().lists.removed(day(removed.before), number(removed.days))}</span></p>`;
