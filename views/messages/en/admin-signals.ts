/** Streams of signals: the services that learn when sessions end. */
import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

export const adminSignals = {
  title: 'Signals',
  lead: 'Services that learn by Shared Signals when sessions end and credentials change.',
  caption: 'Streams of signals by receiver',
  noun: (n: number): string => plural(n, { one: 'stream', other: 'streams' }),
  order: 'By client id',
  receiver: 'Receiver',
  delivery: 'Delivery',
  state: 'State',
  waiting: 'Waiting',
  delivered: 'Last delivered',
  lastError: 'Last error',
  states: { enabled: 'Delivering', failing: 'Failing', paused: 'Paused', disabled: 'Off' },
  push: 'Push',
  poll: 'Poll',
  never: 'Never',
  more: '1,000 or more',
  none: 'No service receives signals yet',
  noneWhy: 'A gateway makes its stream by itself. Register a service as a gateway first.',
  noneWay: 'Register a client',
  one: {
    title: (app: string): string => `Signals for ${app}`,
    heading: (app: Html): Html => html`Signals for ${app}`,
    all: 'All streams',
    how: 'How it stands',
    howLead: 'A token that is not taken is sent again, and all others wait for it.',
    address: 'Address',
    polls: 'The receiver asks for its tokens',
    id: 'Id of the stream',
    byAdmin: 'Paused by an admin',
    reason: 'Reason',
    oldest: (ago: string): string => `the oldest ${ago}`,
    failures: (n: number): string => plural(n, { one: '# failed push in a row', other: '# failed pushes in a row' }),
    since: (moment: Html): Html => html`since ${moment}`,
    next: 'Next attempt',
    removed: 'People it removed',
    made: 'Made',
    record: 'On record',
    recordLink: 'What was done to it',
    client: 'Client',
    change: 'Change it',
    changeLead: 'Each asks for a reason.',
  },
  acts: {
    pause: {
      button: 'Pause',
      title: (app: string): string => `Pause the signals for ${app}?`,
      heading: (app: Html): Html => html`Pause the signals for ${app}`,
      effects: [
        'The receiver gets no signals until an admin resumes the stream, and can’t resume or delete it by itself.',
        'What happens meanwhile comes then, if it is not older than seven days.',
      ],
    },
    enable: {
      button: 'Resume',
      title: (app: string): string => `Resume the signals for ${app}?`,
      heading: (app: Html): Html => html`Resume the signals for ${app}`,
      effects: [
        'The receiver gets what it has missed within seven days, and then everything new.',
        'Failed pushes are forgotten, and the next one is sent at once.',
      ],
    },
    remove: {
      button: 'Remove',
      title: (app: string): string => `Remove the stream of ${app}?`,
      heading: (app: Html): Html => html`Remove the stream of ${app}`,
      effects: [
        'What the receiver has not taken is lost for it.',
        'It may create another stream. To prevent that, take the gateway from the client.',
      ],
    },
  },
};
