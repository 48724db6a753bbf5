import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** The page of one app that may act for a person. */
export const connectedApp = {
  details: 'Details',
  /** Heard after "Details". */
  detailsOf: (app: string): string => `of ${app}`,
  who: 'Who it is',
  may: 'What it may do',
  mayLead:
    'Remove one and the app goes on with the rest, or is disconnected if nothing is left for it to do. It has to ask you to get it back.',
  ownLead: 'An app of VibeCaaS itself. It keeps this until you disconnect it.',
  remove: 'Remove',
  /** Heard after "Remove". */
  removeFrom: (permission: string, app: string): string => `${permission} from ${app}`,
  where: 'In which projects',
  whereOnly: (n: number): string =>
    plural(n, {
      one: 'Only this one. New projects stay closed to it.',
      other: 'Only these #. New projects stay closed to it.',
    }),
  whereOthers: 'These, and every other one for part of what it may do.',
  projectRemoved: 'The project is removed.',
  projectRemovedTodo: 'The app can’t use it any more.',
  until: 'Until when',
  untilYou: (since: Html): Html =>
    html`Allowed on ${since}, until you disconnect it. A connection that is not used ends after 30 days, and each ends after a year.`,
  untilYouByHour: (since: Html): Html =>
    html`Allowed on ${since}, until you disconnect it. A connection lasts an hour; then the app has to come back here.`,
  untilEnd: (since: Html, end: Html): Html => html`Allowed on ${since}, until ${end}.`,
  ended: (end: Html): Html => html`Its access ended on ${end}. It has to ask you again.`,
  sooner: 'End it sooner:',
  ends: { '1': 'in 1 day', '30': 'in 30 days', '90': 'in 90 days' },
  set: 'Set',
  connections: 'Connections',
  connectionsLead: 'Each time you connected it. Ending one signs the app out there.',
  noConnections: 'No connection now.',
  more: (n: number): string => `The ${n} newest are shown.`,
  connected: (moment: Html): Html => html`Connected on ${moment}`,
  end: 'End',
  /** Heard after "End". */
  endOne: (n: number): string => `connection ${n}`,
  removed: (permission: string): string => `“${permission}” is removed.`,
  removedTodo: 'The app goes on with the rest.',
  limited: 'The end is set.',
  limitedTodo: 'The app’s access ends then by itself.',
  connectionEnded: 'The connection ended.',
  connectionEndedTodo: 'The app’s other connections go on.',
  /** In the activity of the person. */
  events: {
    narrowed: (app: Html): Html => html`Something taken from <b>${app}</b>, which goes on with the rest`,
    limited: (app: Html): Html => html`An end set for <b>${app}</b>`,
  },
};
