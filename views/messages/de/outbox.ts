import { html } from 'hono/html';
import type { outbox as english } from '../en/outbox.ts';

export const outbox: typeof english = {
  title: 'Postausgang',
  lead: (folder, setting) =>
    html`Dieser Server hat keinen Mailserver, darum sind seine E-Mails Dateien in ${folder}. Mit ${setting} werden sie versandt.`,
  none: 'Keine E-Mails',
  ask: 'Eine anfordern: neues Passwort per E-Mail',
  to: (to, at) => html`An ${to}, ${at}`,
  asHtml: 'Als HTML ansehen',
};
