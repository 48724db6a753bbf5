import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import type { Html } from '../../text.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export const deliveryLabels: Readonly<Record<DeliveryStatus, string>> = {
  pending: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
};

export const deliveryTag = (status: DeliveryStatus): Html => tags[status];

const tags: Readonly<Record<DeliveryStatus, Html>> = {
  pending: html`<span class="tag warn">${icons.warning}${deliveryLabels.pending}</span>`,
  delivered: html`<span class="tag good">${icons.tick}${deliveryLabels.delivered}</span>`,
  failed: html`<span class="tag bad">${icons.wrong}${deliveryLabels.failed}</span>`,
};

/** The result of an attempt: the HTTP status, or why there was no answer. */
export const answered = (attempt: { status?: number; error?: string }): Html =>
  attempt.status === undefined
    ? html`${attempt.error ? html`<bdi>${attempt.error}</bdi>` : '–'}`
    : html`HTTP ${String(attempt.status)}`;
