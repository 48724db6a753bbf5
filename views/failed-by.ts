import { html } from 'hono/html';
import { selectField } from './admin/fields.ts';
import { m } from './messages/index.ts';

/** The sender of a failed request. */
export type FailedBy = 'client' | 'person' | 'stranger';

/** Shown beside the reason of a failure. */
export const senderTag = (by: FailedBy) =>
  by === 'stranger' && html` <span class="tag">${m().failures.senderUnknown}</span>`;

/** The sender as a row of a receipt. */
export const senderFact = (by: FailedBy) => html`<dt>${m().failures.sender}</dt><dd>${m().failures.senders[by]}</dd>`;

/** The values of the filter `by`. */
export const senders = ['known', 'unknown'] as const;
export type Sender = (typeof senders)[number];

export const senderFilter = (value: Sender | undefined) =>
  selectField({
    name: 'by',
    label: m().failures.sender,
    value: value ?? '',
    choices: [
      { value: '', label: m().failures.everybody },
      { value: 'known', label: m().failures.known },
      { value: 'unknown', label: m().failures.unknown },
    ],
    small: true,
  });
