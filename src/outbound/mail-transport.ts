/** Hands mails to an SMTP server, or writes them to a folder. Import it with the first mail, because nodemailer is large. */
import { createTransport } from 'nodemailer';
import type Mail from 'nodemailer/lib/mailer/index.js';
import { writeToOutbox } from './outbox.ts';

export interface OutgoingMail {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
  readonly language: string;
}

/** @throws MailRefused if another attempt is pointless, any other error if the mail may be tried again */
export type SendMail = (mail: OutgoingMail) => Promise<void>;

/** The server does not take this mail, to this recipient, whenever it comes. */
export class MailRefused extends Error {}

/** For a whole attempt: less than the time after which another node takes it over (queue_mails in migrations/0034). */
const defaultDeadlineMs = 90_000;
/** A server that does not answer at all is left earlier. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 20_000 };
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Sends by SMTP. Another machine must encrypt: by TLS from the start (smtps:), or by STARTTLS. */
export function sendBySmtp(url: string, deadlineMs = defaultDeadlineMs): SendMail {
  const transport = smtpTransport(url);
  return async (mail) => {
    try {
      await transport.sendMail({ ...messageOf(mail), signal: AbortSignal.timeout(deadlineMs) });
    } catch (error) {
      throw isFinal(error as SmtpError) ? new MailRefused((error as Error).message, { cause: error }) : error;
    }
  };
}

/** Connects, waits for the greeting, logs in and leaves. Throws if one of them fails; the error has a `code`. */
export async function greetSmtp(url: string): Promise<void> {
  await smtpTransport(url).verify();
}

function smtpTransport(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const isLocal = loopback.has(hostname);
  return createTransport({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !isLocal,
    ignoreTLS: !secure && isLocal,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

/** A 5xx answer to this recipient or this text. The same answer to our name or password is for the operator to mend. */
function isFinal({ command, responseCode = 0 }: SmtpError): boolean {
  return responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}

/** Writes each mail to a file below `folder`, for installations without a mail server. */
export function sendToOutbox(folder: string): SendMail {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return async (mail) => {
    const { message } = await transport.sendMail(messageOf(mail));
    await writeToOutbox(folder, mail, message as Buffer);
  };
}

function messageOf({ messageId, language, to, ...mail }: OutgoingMail): Mail.Options {
  return {
    ...mail,
    // As one address: a text is read as a list of them.
    to: { name: '', address: to },
    messageId: `<${messageId}>`,
    headers: {
      // Nobody shall answer automatically (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': language,
    },
  };
}
