import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** The mails of a server without a mail server. */
export const outbox = {
  title: 'Outbox',
  lead: (folder: Html, setting: Html): Html =>
    html`This server has no mail server, so its mails are files in ${folder}. Set ${setting} to send them.`,
  none: 'No mails',
  ask: 'Ask for one: set a new password by mail',
  to: (to: Html, at: Html): Html => html`To ${to}, ${at}`,
  asHtml: 'See it as HTML',
};
