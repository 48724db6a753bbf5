import { html } from 'hono/html';
import { selectField } from './admin/fields.ts';

/** The sender of a failed request. */
export type FailedBy = 'client' | 'person' | 'stranger';

const words: Readonly<Record<FailedBy, string>> = {
  client: 'The app. It had authenticated.',
  person: 'A person who was signed in here, or whose code or token of this app was sent.',
  stranger: 'Unknown. Anybody can send a request that names the app, so it does not count against it.',
};

/** Shown beside the reason of a failure. */
export const senderTag = (by: FailedBy) => by === 'stranger' && html` <span class="tag">Sender unknown</span>`;

/** The sender as a row of a receipt. */
export const senderFact = (by: FailedBy) => html`<dt>Sender</dt><dd>${words[by]}</dd>`;

/** The values of the filter `by`. */
export const senders = ['known', 'unknown'] as const;
export type Sender = (typeof senders)[number];

export const senderFilter = (value: Sender | undefined) =>
  selectField({
    name: 'by',
    label: 'Sender',
    value: value ?? '',
    choices: [
      { value: '', label: 'Everybody' },
      { value: 'known', label: 'The app and its people' },
      { value: 'unknown', label: 'Unknown' },
    ],
    small: true,
  });
