/**
 * What people do with links from their mail: set a new password, confirm an address, move to another one, undo that. Each
 * link is used up in the transaction of what it allows.
 */
import { AppError } from '../errors.ts';
import type { Amr } from '../policy/assurance.ts';
import { type LinkKind, undoReachSeconds } from '../policy/mails.ts';
import type { PasswordReason } from '../policy/passwords.ts';
import type { Factors } from '../policy/second-step.ts';
import { type AccountLink, endLinks, findLink, useLink } from '../store/account-links.ts';
import { type Account, getAccount, lockAccount, moveAccount, updateAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { dropWaitingMails } from '../store/mails.ts';
import { forgetLeftOrganisations } from '../store/organisation-consents.ts';
import { removeWaysInSince } from '../store/recent-ways-in.ts';
import { endEverything, putPassword } from './accounts.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import { newPasswordProblem } from './new-password.ts';
import type { Passwords } from './passwords.ts';
import { record } from './record.ts';
import { type CheckedCode, checkCode, type SecondStepDeps } from './second-step.ts';

/** The link does not work, or no longer. */
export interface LinkEnded {
  readonly problem: 'ended';
}
const ended: LinkEnded = { problem: 'ended' };

/** Everything that a request may do in the name of the link, it does as the account. */
const actorOf = (accountId: string, origin: Origin): Actor => ({ id: `account:${accountId}`, ...origin });

/** Where a request came from. */
export interface Origin {
  readonly ip: string;
  readonly requestId: string;
  readonly userAgent?: string | undefined;
  /** The language of the page. */
  readonly language?: string | undefined;
}

export type Reset =
  | LinkEnded
  | { readonly problem: 'refused'; readonly wrong: PasswordReason }
  /** The second step was not shown. */
  | Extract<CheckedCode, { problem: string }>
  /** `verifiedAt` is by the database's clock. */
  | {
      readonly account: Account;
      readonly verifiedAt: Date;
      readonly methods: readonly Amr[];
      readonly factors: Factors;
    };

/**
 * Sets a new password by a link, and ends everything that the old one opened. An account with a second step needs it too,
 * before anything changes: a mailbox alone must not take an account over, nor take the person's password from them.
 * `deviceFor` names this browser if somebody has signed in to an address in it before.
 */
export async function resetPassword(
  deps: SecondStepDeps & { readonly passwords: Passwords },
  token: string,
  { password, code, deviceFor }: { password: string; code: string; deviceFor: (email: string) => string | undefined },
  origin: Origin,
): Promise<Reset> {
  const { db, passwords } = deps;
  const link = await findLink(db, 'reset', token);
  if (!link?.accountId) return ended;
  const { accountId: id, address, factors } = link;
  const actor = actorOf(id, origin);
  // Before the code, which works only once.
  const wrong = await newPasswordProblem(password, { email: address, name: link.name ?? '' });
  if (wrong) return { problem: 'refused', wrong };
  const guesser = { accountId: id, device: deviceFor(address), byLink: true };
  const shown = factors.totp ? await checkCode(deps, guesser, code, actor) : undefined;
  if (shown && 'problem' in shown) return shown;
  const hash = await passwords.hash(password);
  const account = await db.transaction(async (trx) => {
    const used = await use(trx, 'reset', token, id);
    // A second step may have been set up while the password was hashed.
    if (!used || (used.factors.totp && !shown)) return undefined;
    await confirmAddress(trx, id, used.confirmedAt);
    const ends = await putPassword(trx, id, hash, actor);
    await record(trx, actor, 'account.password_reset', `account:${id}`, ends);
    const facts = { ...occasionOf(actor), by: 'link' as const };
    await queueMail(trx, { kind: 'password_changed', to: address, accountId: id, facts });
    return getAccount(trx, id);
  });
  if (!account) return ended;
  // Earlier sign-ins are invalid from then on, by microseconds, which a date does not have.
  const verifiedAt = new Date(account.sessions_valid_from.getTime() + 1);
  return { account, verifiedAt, methods: shown ? ['pwd', shown.method] : ['pwd'], factors };
}

/** Confirms that the person has access to the mailbox of their address. */
export function verifyAddress(db: Db, token: string, origin: Origin): Promise<LinkEnded | { account: Account }> {
  return byLink(db, 'verify', token, origin, async (trx, account, actor) => {
    await confirmAddress(trx, account.id, account.email_verified_at);
    await record(trx, actor, 'account.address_confirmed', `account:${account.id}`);
  });
}

export type AddressChange = LinkEnded | { readonly problem: 'taken' } | { readonly account: Account };

/** Moves the account to the address that the link was sent to, and tells the old one how to undo it. */
export function confirmAddressChange(db: Db, token: string, origin: Origin): Promise<AddressChange> {
  return moveByLink(db, 'change', token, origin, async (trx, before, actor, link) => {
    await moveAccount(trx, before.id, link.address);
    await record(trx, actor, 'account.address_changed', `account:${before.id}`);
    const facts = { ...occasionOf(actor), to: link.address };
    await queueMail(trx, { kind: 'address_changed', to: before.email, accountId: before.id, facts });
  });
}

/**
 * Brings the old address back. Somebody else was in the account and changed it, so everything ends, and the password and
 * the ways in that were added shortly before or since are removed: the person sets a new one by the link that is sent to
 * them.
 */
export function undoAddressChange(db: Db, token: string, origin: Origin): Promise<AddressChange> {
  return moveByLink(db, 'undo', token, origin, async (trx, { id }, actor, link) => {
    await moveAccount(trx, id, link.address);
    await updateAccount(trx, id, { password_hash: null });
    const since = new Date(link.askedAt.getTime() - undoReachSeconds * 1000);
    const ways_removed = await removeWaysInSince(trx, id, since);
    await forgetLeftOrganisations(trx, id);
    const { families_ended } = await endEverything(trx, id, actor);
    // Also ends later undo links: they would lead to the intruder's mailbox.
    await endLinks(trx, id, ['undo']);
    await dropWaitingMails(trx, id, 'address_changed');
    // The audit log outlives accounts, so it has no addresses.
    await record(trx, actor, 'account.address_change_undone', `account:${id}`, { ways_removed, families_ended });
    await queueMail(trx, { kind: 'reset_password', to: link.address, facts: occasionOf(actor) });
  });
}

/** Notes that the address is confirmed, unless it was before. */
async function confirmAddress(trx: Db, id: string, before: Date | null): Promise<void> {
  if (before === null) await updateAccount(trx, id, { email_verified_at: new Date() });
}

type Work = (trx: Db, before: Account, actor: Actor, link: AccountLink) => Promise<void>;

/** Like `byLink`. If another account has the address, even since a moment ago, nothing happens and the link stays. */
async function moveByLink(...args: Parameters<typeof byLink>): Promise<AddressChange> {
  try {
    return await byLink(...args);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return { problem: 'taken' };
    throw error;
  }
}

/** Uses the link up and does what it allows. */
async function byLink(
  db: Db,
  kind: 'verify' | 'change' | 'undo',
  token: string,
  origin: Origin,
  work: Work,
): Promise<LinkEnded | { account: Account }> {
  const found = await findLink(db, kind, token);
  if (!found?.accountId) return ended;
  const { accountId: id } = found;
  const account = await db.transaction(async (trx) => {
    const link = await use(trx, kind, token, id);
    if (!link) return undefined;
    await work(trx, await getAccount(trx, id), actorOf(id, origin), link);
    return getAccount(trx, id);
  });
  return account ? { account } : ended;
}

/** Locks the account and uses the link up. Returns undefined if another request was faster. */
async function use(trx: Db, kind: LinkKind, token: string, accountId: string): Promise<AccountLink | undefined> {
  await lockAccount(trx, accountId);
  return useLink(trx, kind, token);
}
