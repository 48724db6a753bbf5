import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** What a person chooses about an app that came by itself, and what pages say of the choice later. */
export const consentChoices = {
  readOnly: 'Read only',
  readOnlyWhat: 'It can look, and change or spend nothing.',
  leftOut: 'Left out, because of “Read only”.',
  howLong: 'For how long',
  durations: { '3600': '1 hour', '86400': '1 day', '2592000': '30 days', until: 'Until I disconnect it' },
  alsoEnds: 'Whatever you choose, it ends after 30 days without use, and after a year at the latest.',
  allowedUntil: (moment: Html): Html =>
    html`You allowed it until ${moment}. Your choice here is the end of this connection; earlier ones keep theirs.`,
  allowedForGood:
    'You allowed it until you disconnect it. Your choice here is the end of this connection; earlier ones keep theirs.',
  outlived: 'What you allowed this app before has ended meanwhile. Choose again.',
  accessUntil: (moment: Html): Html => html`access until ${moment}`,
  accessEnded: (moment: Html): Html => html`access ended on ${moment}`,
  /** A line below what the app may do since. */
  activityUntil: (moment: Html): Html => html`Until ${moment}.`,
};
