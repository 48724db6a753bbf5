import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import type { Html } from '../../text.ts';

export type ClientState = 'draft' | 'in_review' | 'verified' | 'suspended';

export type ClientType = 'web' | 'spa' | 'native' | 'service';

export const typeLabels: Readonly<Record<ClientType, string>> = {
  web: 'Web',
  spa: 'Single page',
  native: 'Native',
  service: 'Service',
};

export const stateLabels: Readonly<Record<ClientState, string>> = {
  draft: 'Draft',
  in_review: 'In review',
  verified: 'Verified',
  suspended: 'Suspended',
};

export const stateTag = (state: ClientState): Html => tags[state];

const tags: Readonly<Record<ClientState, Html>> = {
  draft: html`<span class="tag">${stateLabels.draft}</span>`,
  in_review: html`<span class="tag warn">${icons.clock}${stateLabels.in_review}</span>`,
  verified: html`<span class="tag good">${icons.verified}${stateLabels.verified}</span>`,
  suspended: html`<span class="tag bad">${icons.wrong}${stateLabels.suspended}</span>`,
};
