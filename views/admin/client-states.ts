import { html } from 'hono/html';
import * as icons from '../icons.ts';
import type { Html } from '../text.ts';

export type ClientState = 'verified' | 'unchecked' | 'disabled';

export type ClientType = 'web' | 'spa' | 'native' | 'service';

export const typeLabels: Readonly<Record<ClientType, string>> = {
  web: 'Web',
  spa: 'Single page',
  native: 'Native',
  service: 'Service',
};

export const stateLabels: Readonly<Record<ClientState, string>> = {
  verified: 'Verified',
  unchecked: 'Not checked',
  disabled: 'Suspended',
};

export const stateTag = (state: ClientState): Html => tags[state];

const tags: Readonly<Record<ClientState, Html>> = {
  verified: html`<span class="tag good">${icons.verified}${stateLabels.verified}</span>`,
  unchecked: html`<span class="tag warn">${icons.unchecked}${stateLabels.unchecked}</span>`,
  disabled: html`<span class="tag bad">${icons.wrong}${stateLabels.disabled}</span>`,
};
