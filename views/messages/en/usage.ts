import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** What an app did, as gateways counted it. */
export const usage = {
  heading: 'What it did',
  lead: 'The last 30 days, as VibeCaaS counted them. Never what was in a call.',
  last: (ago: string): string => `Last call ${ago}.`,
  lastFrom: (ago: string, address: Html): Html => html`Last call ${ago}, from ${address}.`,
  none: 'No calls in the last 30 days.',
  kinds: { read: 'Read', changed: 'Changed', generated: 'Used AI', other: 'Other calls', refused: 'Refused' },
  /** Beside what was refused, in a key of three: the calls that did something else than read. */
  more: 'Changed and more',
  said: (max: string, refused: string): string =>
    `Calls by day over 30 days: at most ${max} a day, ${refused} refused in all`,
  /** Beside the bars of a list. */
  recent: (calls: number, days: number, refused: number): string =>
    `${plural(calls, { one: '# call', other: '# calls' })} in the last ${days} days${refused > 0 ? `, ${plural(refused, { other: '# refused' })}` : ''}`,
  table: 'Calls by day, newest first',
  projects: 'Projects',
  people: 'People',
};
