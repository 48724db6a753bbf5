/**
 * Makes one attempt to send a mail. Whatever depends on the recipient is decided here and not in the request that asked:
 * whether the address has an account, and the link. So a request takes the same time for every address.
 *
 * A link's token is derived from the id of its mail, so that a repeated attempt holds the same link, and the database never
 * holds what opens an account.
 */

import { redactLine } from '../log/index.ts';
import { MailRefused, type OutgoingMail, type SendMail } from '../outbound/mail-transport.ts';
import { linkOf, linkPath, linkPrefix, type Mail, type MailOutcome, mailPauseSeconds } from '../policy/mails.ts';
import { findAccountLanguages } from '../store/account-languages.ts';
import { saveLink } from '../store/account-links.ts';
import { type Account, findAccount, findAccountByEmail, lockAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { findWaitingMail, noteMailAttempt, type WaitingMail } from '../store/mails.ts';
import type { Sealer } from '../store/sealer.ts';
import { findFactors } from '../store/second-step.ts';
import type { MailJob } from '../store/work-queue.ts';

/** A mail that has a recipient, with all that its text needs. */
export interface ReadyMail {
  readonly mail: Mail;
  readonly issuer: string;
  readonly link: { readonly href: string; readonly until: Date } | undefined;
  /** The account has a second step. */
  readonly secondStep: boolean;
  readonly language: string;
}

export interface MailDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly issuer: string;
  readonly from: string;
  readonly send: SendMail;
  readonly render: (ready: ReadyMail) => Promise<Pick<OutgoingMail, 'subject' | 'text' | 'html'>>;
}

/** Returns undefined if this attempt was already made. */
export async function deliverMail(deps: MailDeps, job: MailJob): Promise<MailOutcome | undefined> {
  const { db } = deps;
  const waiting = await findWaitingMail(db, job.mail, job.attempt);
  if (!waiting) return undefined;
  const ready = await db.transaction((trx) => prepare(trx, deps, waiting));
  if (!ready) return note(db, waiting, 'dropped');
  try {
    await deps.send(await compose(deps, waiting, ready));
  } catch (error) {
    const isFinal = error instanceof MailRefused;
    const pauseSeconds = isFinal ? undefined : mailPauseSeconds(waiting.attempts + 1, waiting.ageSeconds);
    return note(db, waiting, pauseSeconds === undefined ? 'failed' : 'retry', error as Error, pauseSeconds);
  }
  return note(db, waiting, 'sent');
}

const statusOf = { sent: 'sent', failed: 'failed', dropped: 'dropped', retry: 'pending' } as const;

async function note(db: Db, waiting: WaitingMail, outcome: MailOutcome, error?: Error, pauseSeconds?: number) {
  await noteMailAttempt(db, waiting, {
    status: statusOf[outcome],
    ...(error && { error: redactLine(error.message).slice(0, 300) }),
    ...(pauseSeconds !== undefined && { pauseSeconds }),
  });
  return outcome;
}

async function compose(
  { issuer, from, render }: MailDeps,
  waiting: WaitingMail,
  ready: ReadyMail,
): Promise<OutgoingMail> {
  return {
    messageId: `${waiting.messageId}@${new URL(issuer).hostname}`,
    from,
    to: ready.mail.to,
    date: waiting.createdAt,
    language: ready.language,
    ...(await render(ready)),
  };
}

/** Returns undefined if there is nobody to write to. */
async function prepare(trx: Db, deps: MailDeps, waiting: WaitingMail): Promise<ReadyMail | undefined> {
  const addressee = await addresseeOf(trx, waiting.mail);
  if (!addressee) return undefined;
  const { mail, account } = addressee;
  const link = await linkFor(trx, deps, { ...waiting, mail }, account);
  if (link === null) return undefined;
  const language = await languageOf(trx, mail, account);
  const secondStep = account !== undefined && (await findFactors(trx, account.id))?.totp === true;
  return { mail, issuer: deps.issuer, link, secondStep, language };
}

/** The person's choice comes first, then the page on which somebody acted, then the page of the last sign-in. */
async function languageOf(trx: Db, { facts, language }: Mail, account: Account | undefined): Promise<string> {
  const { chosen, signedIn } = account ? await findAccountLanguages(trx, account.id) : {};
  const ofPage = language ?? ('language' in facts ? facts.language : undefined);
  return chosen ?? ofPage ?? signedIn ?? 'en';
}

interface Addressee {
  readonly mail: Mail;
  /** Whose link the mail holds; undefined if the link makes an account. */
  readonly account: Account | undefined;
}

async function addresseeOf(trx: Db, mail: Mail): Promise<Addressee | undefined> {
  const { kind, to, accountId } = mail;
  // Somebody who guesses at an address must not learn whether it has an account.
  if (kind === 'reset_password' || (kind === 'account_locked' && accountId === undefined)) {
    const account = await findAccountByEmail(trx, to);
    return account?.status === 'active' ? { mail, account } : undefined;
  }
  const account = accountId === undefined ? undefined : await findAccount(trx, accountId);
  if (kind === 'verify_address') return account?.email === to ? { mail, account } : undefined;
  // If the address is back, there is nothing to undo. A later change leaves this way back, and an undo drops the mails of all.
  if (kind === 'address_changed' && account?.email === to) return { mail, account: undefined };
  if (kind !== 'invitation' && kind !== 'address_change_requested') return { mail, account };
  // The mailbox of an account may know that it has one; the page that asked does not.
  if (await findAccountByEmail(trx, to)) {
    return {
      mail: { kind: 'address_in_use', to, facts: { at: mail.facts.at }, language: mail.language },
      account: undefined,
    };
  }
  return kind === 'invitation' || account?.status === 'active' ? { mail, account } : undefined;
}

/** Saves the link of a mail. Returns undefined if it holds none, null if a newer mail has taken its place or it was dropped. */
async function linkFor(trx: Db, { sealer, issuer }: MailDeps, waiting: WaitingMail, account: Account | undefined) {
  const { mail, seq, messageId } = waiting;
  const kind = linkOf[mail.kind];
  if (kind === undefined || (kind !== 'invite' && !account)) return undefined;
  if (account) await lockAccount(trx, account.id);
  const token = linkPrefix + sealer.mac('mailed link', `${kind} ${messageId}`).toString('base64url');
  const facts = mail.kind === 'invitation' ? mail.facts : undefined;
  const until = await saveLink(trx, {
    token,
    kind,
    accountId: account?.id,
    address: mail.to,
    mail: seq,
    ...(facts && { facts }),
  });
  return until ? { href: `${issuer}${linkPath[kind]}/${token}`, until } : null;
}
