/** A real SMTP server that keeps what it gets, read by a parser of others. */
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { until } from './receiver.ts';

interface ReceivedMail extends Email {
  readonly raw: string;
  /** The recipient of the envelope. */
  readonly rcpt: string;
  /** Links of the text part. */
  readonly links: string[];
}

export interface Mailbox {
  readonly url: string;
  readonly port: number;
  /** Breaks every connection off. */
  breakOff(): void;
  /** All mails that were accepted, in order. */
  readonly mails: ReceivedMail[];
  /** Mails to one address. */
  to(address: string): ReceivedMail[];
  /** Waits for the nth mail to an address, the first by default. */
  next(address: string, n?: number): Promise<ReceivedMail>;
  /** The link of the nth mail to an address. */
  link(address: string, n?: number): Promise<string>;
  stop(): Promise<void>;
}

export async function startMailbox(options: SMTPServerOptions = {}, port = 0, host = '127.0.0.1'): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const mail = await PostalMime.parse(raw);
        const links = [...(mail.text ?? '').matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
        mails.push({ ...mail, raw, rcpt: session.envelope.rcptTo[0]?.address ?? '', links });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const bound = (server.server.address() as { port: number }).port;
  const to = (address: string) => mails.filter(({ rcpt }) => rcpt === address);
  const next = async (address: string, n = 1) => {
    await until(
      () => to(address).length >= n,
      undefined,
      () => `${to(address).length} of ${n} mails came to ${address}`,
    );
    return to(address)[n - 1] as ReceivedMail;
  };
  return {
    url: `smtp://${host}:${bound}`,
    port: bound,
    breakOff() {
      for (const connection of server.connections) (connection as { close(): void }).close();
    },
    mails,
    to,
    next,
    link: async (address, n) => (await next(address, n)).links[0] as string,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
