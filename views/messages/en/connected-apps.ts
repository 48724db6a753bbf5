import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** The page of the apps that may act for a person. */
export const connectedApps = {
  lead: 'Apps and agents that may act for you. Disconnect one and it is out within a second, everywhere.',
  /** The label of a button; the name of the app is only heard. */
  disconnect: 'Disconnect',
  byOrganisation: 'Allowed by your organisation',
  since: (day: Html): Html => html`Since ${day}`,
  noConnection: 'no connection now',
  lastUsed: (ago: string): string => `last used ${ago}`,
  lastRenewed: (ago: string): string => `last renewed ${ago}`,
  lastConnected: (ago: string): string => `last connected ${ago}`,
  connections: (n: number): string => plural(n, { one: '# connection', other: '# connections' }),
  disconnected: (app: Html): Html => html`${app} is disconnected.`,
  disconnectedTodo: 'All its access ended. To undo, connect it again from the app.',
  stopped: 'VibeCaaS has stopped this app.',
  stoppedTodo:
    'It can do nothing now. If VibeCaaS lets it go on later, your permissions apply again. Disconnect it if you don’t want that.',
  empty: 'No app is connected',
  emptyText: 'When you allow an app to act for you, it appears here with what it may do and a button to end it.',
  build: 'Build one yourself',
};
