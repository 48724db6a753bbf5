/** The settings of mails. */
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

/** The part of an address after the @, which cannot be `[::1]`. */
const mailHost = (issuer: string): string => new URL(issuer).hostname.replace(/^\[.*\]$/, 'localhost');

export const mailSettings: Pick<SettingsTable<Settings>, 'smtpUrl' | 'mailFrom'> = {
  smtpUrl: {
    name: 'SMTP_URL',
    parse: parse.smtpUrl,
    default: undefined,
    defaultDoc: 'none: mails are written below `DATA_DIR/outbox`',
    doc:
      'Server that sends mails, as `smtps://user:password@mail.example.com` (port 465) or `smtp://…` (port 587, which must ' +
      'offer STARTTLS unless it is on this machine). [Mail](operations.md#mail).',
  },
  mailFrom: {
    name: 'MAIL_FROM',
    parse: parse.mailbox,
    default: ({ issuer }) => (issuer ? `VibeCaaS <no-reply@${mailHost(issuer)}>` : undefined),
    defaultDoc: '`VibeCaaS <no-reply@` and the host of `ISSUER`',
    doc: 'Sender of mails: `Name <address>`, or an address.',
  },
};
