/** Mails are queued in the transaction of what they tell, and sent by whichever node comes first, once. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { queueMail } from '../../src/operations/mail.ts';
import type { Db } from '../../src/store/database.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, MAIL_FROM: 'VibeCaaS <mail@vibecaas.example>' } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
const somebody = () => {
  made += 1;
  return `queue-${made}@example.com`;
};
const at = '2026-11-24T07:52:44.000Z';
const told = (db: Db, to: string) =>
  queueMail(db, { kind: 'password_changed', to, facts: { at, ip: '203.0.113.24', by: 'admin' } });
const stateOf = async (to: string, { db }: TestServer = server) =>
  (await rowsOf(db, `SELECT status, attempts, error FROM mails WHERE recipient = '${to}' ORDER BY seq`))[0];
const makeDue = ({ db }: TestServer) =>
  db.script(`UPDATE mails SET due_at = now() - interval '1 second' WHERE status = 'pending';
    UPDATE vcauth_queue.job SET start_after = now() - interval '1 second' WHERE name = 'mails' AND state IN ('created', 'retry')`);

it('a mail has two parts with the same sentences, a sender, a date and an id, and asks for no automatic answer', async () => {
  const to = somebody();
  await told(server.db, to);
  const mail = await mailbox.next(to);
  expect(mail).toMatchObject({
    subject: 'Your password was changed',
    from: { name: 'VibeCaaS', address: 'mail@vibecaas.example' },
    to: [{ address: to }],
  });
  expect(mail.messageId).toMatch(/^<[\da-f-]{36}@localhost>$/);
  expect(Date.parse(mail.date as string)).toBeGreaterThan(Date.now() - 60_000);
  const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
  expect(headers).toMatchObject({ 'auto-submitted': 'auto-generated', 'content-language': 'en' });
  expect(mail.text).toContain('When: 24 November 2026 at 07:52 UTC\nFrom: 203.0.113.24');
  const inHtml = (mail.html ?? '')
    .replace(/<style>[\s\S]*?<\/style>|<title>.*?<\/title>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
  for (const line of (mail.text ?? '').split('\n').filter((text) => text !== '' && !/^(-- |https?:|\w+:)/.test(text))) {
    expect(inHtml).toContain(line.replace(/:$/, ''));
  }
  expect(mail.html).not.toMatch(/<img|<script|<link|src=|url\(/i);
});

it('a mail of a change that comes to nothing is never sent', async () => {
  const [never, after] = [somebody(), somebody()];
  const failing = server.db.transaction(async (trx) => {
    await told(trx, never);
    throw new Error('the change failed');
  });
  await expect(failing).rejects.toThrow('the change failed');
  await told(server.db, after);
  await mailbox.next(after);
  expect([await stateOf(never), mailbox.to(never)]).toEqual([undefined, []]);
});

it('a mail whose link would open nothing is not sent', async () => {
  const [old, next] = [somebody(), somebody()];
  const { id } = await addPerson(server.db, `dropped-${made}@example.com`);
  await queueMail(server.db, { kind: 'verify_address', to: old, accountId: id, facts: { at } });
  await eventually(async () => (await stateOf(old))?.status).toBe('dropped');
  await suspendAccount(server.db, id, { id: 'test' });
  const facts = { at, from: old };
  await queueMail(server.db, { kind: 'address_change_requested', to: next, accountId: id, facts });
  await eventually(async () => (await stateOf(next))?.status).toBe('dropped');
  expect([...mailbox.to(old), ...mailbox.to(next)]).toEqual([]);
});

it('while the mail server is down nothing is lost, and afterwards everything arrives once', async () => {
  const port = await freePort();
  const node = await startTestServer({ env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  onTestFinished(() => node.stop());
  const other = await startTestServer({ beside: node, env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  onTestFinished(() => other.stop());
  const people = Array.from({ length: 8 }, somebody);
  for (const to of people) await told(node.db, to);
  const attempts = async () =>
    (await rowsOf(node.db, 'SELECT attempts, status FROM mails')).map((row) => `${row.attempts} ${row.status}`);
  // An hour of failures, and each has its next attempt.
  for (let round = 1; round <= 4; round += 1) {
    await eventually(attempts).toEqual(people.map(() => `${round} pending`));
    await makeDue(node);
  }
  await eventually(attempts).toEqual(people.map(() => '5 pending'));
  expect((await stateOf(people[0] as string, node))?.error).toContain('ECONNREFUSED');
  const back = await startMailbox({}, port);
  onTestFinished(() => back.stop());
  await makeDue(node);
  await eventually(attempts).toEqual(people.map(() => '6 sent'));
  await makeDue(node);
  expect(back.mails.map(({ rcpt }) => rcpt).toSorted()).toEqual(people.toSorted());
});

it('a repeated attempt has the same Message-ID and the same link', async () => {
  const seen: string[] = [];
  const breaking: Mailbox = await startMailbox({
    // It has the mail, and breaks off before it says so.
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        seen.push(Buffer.concat(chunks).toString('utf8'));
        if (seen.length > 1) callback();
        else breaking.breakOff();
      });
    },
  });
  onTestFinished(() => breaking.stop());
  const node = await startTestServer({ env: { SMTP_URL: breaking.url } });
  onTestFinished(() => node.stop());
  await queueMail(node.db, { kind: 'reset_password', to: node.person.email, facts: { at } });
  await eventually(async () => (await stateOf(node.person.email, node))?.attempts).toBe(1);
  await makeDue(node);
  await eventually(async () => (await stateOf(node.person.email, node))?.status).toBe('sent');
  const mails = await Promise.all(seen.map((raw) => PostalMime.parse(raw)));
  expect(mails).toHaveLength(2);
  expect(mails[0]?.messageId).toBe(mails[1]?.messageId);
  const links = mails.map(({ text }) => /https?:\S+vcs_ml_\S+/.exec(text ?? '')?.[0]);
  expect(links[0]).toBeDefined();
  expect(links[0]).toBe(links[1]);
});

it('a mailbox that does not exist is given up, and one that is busy is tried again', async () => {
  const refusing = await startMailbox({
    onRcptTo({ address }, _session, callback) {
      const code = address.startsWith('gone') ? 550 : 451;
      callback(Object.assign(new Error('not now'), { responseCode: code }));
    },
  });
  onTestFinished(() => refusing.stop());
  const node = await startTestServer({ env: { SMTP_URL: refusing.url } });
  onTestFinished(() => node.stop());
  await told(node.db, 'gone@example.com');
  await told(node.db, 'busy@example.com');
  await eventually(() => stateOf('gone@example.com', node)).toMatchObject({ status: 'failed', attempts: 1 });
  await eventually(() => stateOf('busy@example.com', node)).toMatchObject({ status: 'pending', attempts: 1 });
});

it('a password in SMTP_URL signs in, and is in no log', async () => {
  let used: unknown;
  const guarded = await startMailbox({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      used = [username, password];
      callback(null, { user: username });
    },
  });
  onTestFinished(() => guarded.stop());
  const url = guarded.url.replace('//', '//mail%40vibecaas:pass%2Fword-of-mail@');
  const node = await startTestServer({ env: { SMTP_URL: url } });
  onTestFinished(() => node.stop());
  const to = somebody();
  await told(node.db, to);
  await guarded.next(to);
  expect(used).toEqual(['mail@vibecaas', 'pass/word-of-mail']);
  expect(node.logged()).not.toMatch(/pass(%2F|\/)word-of-mail/);
});

it('without a mail server, mails are files that only their owner may read', async () => {
  const home = await mkdtemp(join(tmpdir(), 'vcauth-outbox-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const node = await startTestServer({ env: { DATA_DIR: home } });
  onTestFinished(() => node.stop());
  const to = somebody();
  await told(node.db, to);
  await eventually(async () => (await stateOf(to, node))?.status).toBe('sent');
  const folder = join(home, 'outbox');
  const files = (await readdir(folder)).toSorted();
  expect(files.map((file) => file.split('.').at(-1))).toEqual(['eml', 'html', 'json']);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  const mail = await PostalMime.parse(await readFile(join(folder, files[0] as string)));
  expect(mail).toMatchObject({ to: [{ address: to }], subject: 'Your password was changed' });
});
