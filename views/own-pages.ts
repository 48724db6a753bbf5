import { html } from 'hono/html';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

/** Links to a person's own pages, for sentences that name them. */
export const connectedApps = (): Html => html`<a href="/account/apps">${m().frame.connectedApps}</a>`;

export const sessions = (): Html => html`<a href="/account/sessions">${m().frame.sessions}</a>`;

export const activity = (): Html => html`<a href="/account/activity">${m().frame.activity}</a>`;

export const yourData = (): Html => html`<a href="/account/data">${m().frame.yourData}</a>`;

export const security = (): Html => html`<a href="/account/security">${m().frame.security}</a>`;
