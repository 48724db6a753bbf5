import { html } from 'hono/html';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

/** Links to a person's own pages, for sentences that name them. */
export const connectedApps = (): Html => html`<a href="/account/apps">${m().frame.connectedApps}</a>`;

export const security = (): Html => html`<a href="/account/security">${m().frame.security}</a>`;
