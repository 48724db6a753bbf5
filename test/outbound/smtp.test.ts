/** Mails go to a mail server that shows who it is, encrypted, or not at all; and no server holds an attempt up. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { MailRefused, sendBySmtp } from '../../src/outbound/mail-transport.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { startTricklingServer } from '../support/trickling-server.ts';

/** Another machine, as far as the transport knows. */
const remote = '127.0.0.2';
const known = getCACertificates('default');
const trusted = makeCertificate(remote);
const strange = makeCertificate(remote);
const ofAnother = makeCertificate('mail.vibecaas.example');
beforeAll(() => setDefaultCACertificates([...known, trusted.cert, ofAnother.cert]));
afterAll(() => setDefaultCACertificates(known));

const mail = {
  messageId: 'c0ffee@auth.vibecaas.example',
  from: 'VibeCaaS <no-reply@vibecaas.example>',
  to: 'ada@example.com',
  subject: 'Set a new password',
  text: 'Text',
  html: '<p>Text</p>',
  date: new Date(),
  language: 'en',
};

async function mailServer(
  ...[options, host = remote]: [Parameters<typeof startMailbox>[0]?, string?]
): Promise<Mailbox> {
  const mailbox = await startMailbox(options, 0, host);
  onTestFinished(() => mailbox.stop());
  return mailbox;
}
const startTls = { disabledCommands: [] as string[] };
const seen: { secure: boolean; tls: unknown }[] = [];
const noting = {
  onMailFrom(_address: unknown, session: { secure: boolean; tlsOptions: unknown }, callback: () => void) {
    seen.push({ secure: session.secure, tls: session.tlsOptions });
    callback();
  },
};

it.each([
  ['TLS from the start', 'smtps', { secure: true }],
  ['STARTTLS', 'smtp', startTls],
])('a mail is sent with %s', async (_how, protocol, options) => {
  const mailbox = await mailServer({ ...options, ...noting, ...trusted });
  await sendBySmtp(`${protocol}://${remote}:${mailbox.port}`)(mail);
  expect(mailbox.to(mail.to)).toHaveLength(1);
  expect(seen.at(-1)).toMatchObject({ secure: true, tls: { name: expect.stringContaining('TLS_') } });
});

it.each([
  ['nobody has vouched for', strange, 'self-signed certificate'],
  ['is of another server', ofAnother, "does not match certificate's altnames"],
])('a certificate that %s is refused, and the mail waits', async (_what, certificate, reason) => {
  for (const [protocol, options] of [
    ['smtps', { secure: true }],
    ['smtp', startTls],
  ] as const) {
    const mailbox = await mailServer({ ...options, ...certificate });
    const error = await sendBySmtp(`${protocol}://${remote}:${mailbox.port}`)(mail).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MailRefused);
    expect((error as Error).message).toContain(reason);
    expect(mailbox.mails).toEqual([]);
  }
});

it('a server on another machine that offers no STARTTLS gets neither the mail nor the password', async () => {
  const commands: string[] = [];
  const mailbox = await mailServer({
    authOptional: true,
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      commands.push(`AUTH ${auth.username}`);
      callback(null, { user: auth.username });
    },
    onMailFrom({ address }, _session, callback) {
      commands.push(`MAIL ${address}`);
      callback();
    },
  });
  const error = await sendBySmtp(`smtp://user:password@${remote}:${mailbox.port}`)(mail).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(MailRefused);
  expect([commands, mailbox.mails]).toEqual([[], []]);
});

it('a server on this machine may do without encryption', async () => {
  const mailbox = await mailServer({}, '127.0.0.1');
  await sendBySmtp(`smtp://127.0.0.1:${mailbox.port}`)(mail);
  expect(mailbox.to(mail.to)).toHaveLength(1);
});

it('a server that answers letter by letter is left after a while', async () => {
  const slow = await startTricklingServer('220 mail.example.com\r\n', '250-and so on ', 20);
  onTestFinished(() => slow.stop());
  await expect(sendBySmtp(`smtp://127.0.0.1:${slow.port}`, 300)(mail)).rejects.toThrow();
  // The connection does not stay either.
  await expect.poll(() => slow.connections()).toBe(0);
});

it.each([
  ['the sender, which the operator can mend', 'onMailFrom', 550, Error],
  ['the recipient for good', 'onRcptTo', 550, MailRefused],
  ['the recipient for now', 'onRcptTo', 451, Error],
  ['the text for good', 'onData', 554, MailRefused],
  ['the text for now', 'onData', 452, Error],
])('a server that refuses %s', async (_what, step, responseCode, kind) => {
  const refuse = (_: unknown, _session: unknown, callback: (error: Error) => void) =>
    callback(Object.assign(new Error('no'), { responseCode }));
  const drain = (stream: NodeJS.ReadableStream, session: unknown, callback: (error: Error) => void) =>
    stream.resume().on('end', () => refuse(stream, session, callback));
  const mailbox = await mailServer({ [step]: step === 'onData' ? drain : refuse }, '127.0.0.1');
  const error = await sendBySmtp(`smtp://127.0.0.1:${mailbox.port}`)(mail).catch((thrown: unknown) => thrown);
  expect((error as Error).constructor === MailRefused).toBe(kind === MailRefused);
  expect(error).toBeInstanceOf(Error);
});

it('nothing in a mail starts a line of its own in the header or in the conversation', async () => {
  const mailbox = await mailServer({}, '127.0.0.1');
  const send = sendBySmtp(`smtp://127.0.0.1:${mailbox.port}`);
  await send({ ...mail, subject: 'Hello\r\nBcc: victim@example.com\r\n\r\nAnother text' });
  const [sent] = mailbox.to(mail.to);
  expect(sent?.bcc).toBeUndefined();
  expect(sent?.headers.filter(({ key }) => key === 'bcc')).toEqual([]);
  expect(sent?.text?.trim()).toBe('Text');
  const injected = send({ ...mail, to: 'eve@example.com>\r\nRCPT TO:<victim@example.com' });
  await injected.catch(() => {});
  expect(mailbox.to('victim@example.com')).toEqual([]);
});
