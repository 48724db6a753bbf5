import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export const deliveryLabel = (status: DeliveryStatus): string => m().adminWebhooks.labels[status];

const looks: Readonly<Record<DeliveryStatus, readonly [kind: string, icon: Html]>> = {
  pending: ['tag warn', icons.warning],
  delivered: ['tag good', icons.tick],
  failed: ['tag bad', icons.wrong],
};

export function deliveryTag(status: DeliveryStatus): Html {
  const [kind, icon] = looks[status];
  return html`<span class="${kind}">${icon}${deliveryLabel(status)}</span>`;
}

/** The result of an attempt: the HTTP status, or why there was no answer. */
export const answered = (attempt: { status?: number; error?: string }): Html =>
  attempt.status === undefined
    ? html`${attempt.error ? html`<bdi>${attempt.error}</bdi>` : '–'}`
    : html`HTTP ${String(attempt.status)}`;
