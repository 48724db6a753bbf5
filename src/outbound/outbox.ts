/**
 * The folder of mails that were not sent, because no mail server is configured. Each is a file for mail programs (`.eml`)
 * with its two parts beside it. They hold links that work, so only their owner may read them.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Older mails are deleted. */
const maxMails = 500;

interface WrittenMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
}

/** A mail in the folder. */
export interface OutboxMail {
  /** The name of its files, without an extension. Names are in the order of time. */
  readonly name: string;
  readonly to: string;
  readonly subject: string;
  readonly date: Date;
  readonly text: string;
}

const namePattern = /^\d{8}T\d{6}Z-[\da-f-]{8,36}$/;

/** A mail that is written again, because its attempt was repeated, replaces its files. */
export async function writeToOutbox(folder: string, mail: WrittenMail, message: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { messageId, to, subject, date, text, html } = mail;
  const stamp = `${date.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const name = `${stamp}-${messageId.split('@')[0]}`;
  const facts = { to, subject, date, text };
  await writeWhole(join(folder, `${name}.html`), html);
  await writeWhole(join(folder, `${name}.json`), `${JSON.stringify(facts)}\n`);
  await writeWhole(join(folder, `${name}.eml`), message);
  const names = await namesIn(folder);
  for (const old of names.slice(maxMails)) await removeFiles(folder, old);
}

async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, path);
}

async function removeFiles(folder: string, name: string): Promise<void> {
  for (const extension of ['eml', 'json', 'html']) await rm(join(folder, `${name}.${extension}`), { force: true });
}

/** Newest first. */
async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(ifMissing<string[]>([]));
  return files
    .filter((file) => file.endsWith('.eml'))
    .map((file) => file.slice(0, -'.eml'.length))
    .filter((name) => namePattern.test(name))
    .toSorted()
    .reverse();
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

/** The newest mails, at most `limit`. */
export async function listOutbox(folder: string, limit: number): Promise<OutboxMail[]> {
  const names = (await namesIn(folder)).slice(0, limit);
  const mails = await Promise.all(names.map((name) => findInOutbox(folder, name)));
  return mails.filter((mail) => mail !== undefined);
}

export async function findInOutbox(folder: string, name: string): Promise<OutboxMail | undefined> {
  const facts = namePattern.test(name) ? await read(join(folder, `${name}.json`)) : undefined;
  if (facts === undefined) return undefined;
  const mail = JSON.parse(facts) as Omit<OutboxMail, 'name'>;
  return { ...mail, name, date: new Date(mail.date) };
}

/** The HTML part of a mail. */
export async function findHtmlInOutbox(folder: string, name: string): Promise<string | undefined> {
  return namePattern.test(name) ? read(join(folder, `${name}.html`)) : undefined;
}

const read = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(ifMissing<string | undefined>(undefined));
