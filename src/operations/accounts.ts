/** Creates, suspends and restores accounts, and sets their passwords. Each is one transaction that includes its audit event. */
import { randomBytes } from 'node:crypto';
import type { PasswordOwner } from '../policy/guessable-passwords.ts';
import type { Tier } from '../policy/tiers.ts';
import { revocationReason } from '../policy/webhook-events.ts';
import {
  type Account,
  endGrantsOfAccount,
  endSignIns,
  getAccount,
  hasPasswordHash,
  insertAccount,
  lockAccount,
  updateAccount,
} from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import { clientsWithAccess, enqueueWebhook } from '../store/webhook-outbox.ts';
import { checkEmail, checkName, checkPassword, checkRole, checkTier } from './account-input.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import type { Passwords } from './passwords.ts';
import { requirePowerOverAccount, requireReasonForAdmin } from './powers.ts';
import { record } from './record.ts';

export interface AccountInput {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly role?: Role;
  readonly tier?: Tier;
}

/** An account that was checked and can be inserted. */
export type CheckedAccount = Parameters<typeof insertAccount>[1];

/** To make an admin, `actor` must have a reason once there is an admin. @throws AppError invalid, or conflict if the address is taken */
export async function createAccount(db: Db, passwords: Passwords, input: AccountInput, actor: Actor): Promise<Account> {
  return saveNewAccount(db, await checkNewAccount(passwords, input), actor);
}

/** Checks a new account and hashes its password. Never call it in a transaction: hashes may have to wait for each other. */
export async function checkNewAccount(passwords: Passwords, input: AccountInput): Promise<CheckedAccount> {
  const email = checkEmail(input.email);
  const name = checkName(input.name);
  const role = checkRole(input.role);
  const tier = checkTier(input.tier);
  const password_hash = await passwords.hash(await checkPassword(input.password, { email, name }));
  return { id: newAccountId(), email, name, password_hash, role, tier };
}

export const newAccountId = (): string => `acc_${randomBytes(16).toString('base64url')}`;

export async function saveNewAccount(db: Db, checked: CheckedAccount, actor: Actor): Promise<Account> {
  return db.transaction(async (trx) => {
    await requirePowerOverAccount(trx, actor, { role: checked.role ?? 'user' });
    await requireReasonForAdmin(trx, actor, checked.role);
    const account = await insertAccount(trx, checked);
    await recordAccount(trx, actor, 'account.created', account.id, { role: account.role, tier: account.tier });
    return account;
  });
}

/** Suspends the account and ends its sessions and token families immediately. */
export function suspendAccount(db: Db, id: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.suspended', async (trx) => {
    await updateAccount(trx, id, { status: 'suspended' });
    await endSignIns(trx, id);
    return { families_ended: await endEveryGrant(trx, id, actor) };
  });
}

export function restoreAccount(db: Db, id: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.restored', async (trx) => {
    await updateAccount(trx, id, { status: 'active' });
    return {};
  });
}

/** Sets a password and ends all sessions and token families, so that somebody who knew the old password loses access. */
export async function setPassword(
  db: Db,
  passwords: Passwords,
  id: string,
  password: string,
  actor: Actor,
): Promise<Account> {
  return saveNewPassword(db, id, await checkNewPassword(db, passwords, id, password), actor);
}

/** Checks a new password and returns its hash. Never call it in a transaction: hashes may have to wait for each other. */
export async function checkNewPassword(db: Db, passwords: Passwords, id: string, password: string): Promise<string> {
  return passwords.hash(await checkPassword(password, await getAccount(db, id)));
}

export function saveNewPassword(db: Db, id: string, passwordHash: string, actor: Actor): Promise<Account> {
  return changeAccount(
    db,
    id,
    actor,
    'account.password_set',
    async (trx) => {
      const { email: to } = await getAccount(trx, id);
      // Where the admin sits is nobody's business.
      const facts = { at: new Date().toISOString(), by: 'admin' as const };
      await queueMail(trx, { kind: 'password_changed', to, accountId: id, facts });
      return putPassword(trx, id, passwordHash, actor);
    },
    { takesOver: true },
  );
}

/**
 * Sets a password on behalf of the account's owner. Returns false and changes nothing if the current hash is not the given
 * one any more, because the password was reset meanwhile.
 */
export async function changeOwnPassword(
  db: Db,
  passwords: Passwords,
  account: PasswordOwner & { id: string; password_hash: string },
  password: string,
  actor: Actor,
): Promise<boolean> {
  const { id, password_hash: old } = account;
  const password_hash = await passwords.hash(await checkPassword(password, account));
  return db.transaction(async (trx) => {
    await lockAccount(trx, id);
    if (!(await hasPasswordHash(trx, id, old))) return false;
    await recordAccount(trx, actor, 'account.password_set', id, await putPassword(trx, id, password_hash, actor));
    const facts = { ...occasionOf(actor), by: 'person' as const };
    await queueMail(trx, { kind: 'password_changed', to: account.email, accountId: id, facts });
    return true;
  });
}

/** Sets the hash and ends all sessions and token families. Call it under the account's lock. */
export async function putPassword(trx: Db, id: string, password_hash: string, actor: Actor): Promise<object> {
  await updateAccount(trx, id, { password_hash, password_change_required: false });
  return endEverything(trx, id, actor);
}

/** Ends all sessions and token families. Call it under the account's lock. */
export async function endEverything(trx: Db, id: string, actor: Actor): Promise<{ families_ended: number }> {
  await endSignIns(trx, id);
  return { families_ended: await endEveryGrant(trx, id, actor) };
}

/** Ends every session and makes the next sign-in ask for a new password. Apps stay connected until it is set. */
export function requirePasswordChange(db: Db, id: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.password_change_required', async (trx) => {
    await updateAccount(trx, id, { password_change_required: true });
    await endSignIns(trx, id);
    return {};
  });
}

/** Ends every session. Apps stay connected unless `endGrants` is true. */
export function signOutEverywhere(
  db: Db,
  id: string,
  { endGrants }: { endGrants: boolean },
  actor: Actor,
): Promise<Account> {
  return changeAccount(db, id, actor, 'account.signed_out_everywhere', async (trx) => {
    await endSignIns(trx, id);
    return endGrants ? { families_ended: await endEveryGrant(trx, id, actor) } : {};
  });
}

/** Sets the role. The admin pages read it on each request, so that a revoked role ends access immediately. */
export function setRole(db: Db, id: string, role: Role, actor: Actor): Promise<Account> {
  checkRole(role);
  return changeAccount(
    db,
    id,
    actor,
    'account.role_set',
    async (trx) => {
      await requireReasonForAdmin(trx, actor, role);
      const before = await getAccount(trx, id);
      await updateAccount(trx, id, { role });
      return { before: before.role, after: role };
    },
    { role },
  );
}

/** Ends every token family and enqueues webhooks for the apps that lose access. Call it under the account's lock. */
export async function endEveryGrant(trx: Db, id: string, actor: Actor): Promise<number> {
  const clients = await clientsWithAccess(trx, id);
  const ended = await endGrantsOfAccount(trx, id);
  if (clients.length > 0) {
    const reason = revocationReason(actor.id, id);
    await enqueueWebhook(trx, clients, 'grant.revoked', { sub: id, reason, grant_id: null });
  }
  return ended;
}

/** Locks the account's row before anything is written, so that a concurrent authorization waits and then sees the change. */
export async function changeAccount(
  db: Db,
  id: string,
  actor: Actor,
  action: string,
  work: (trx: Db) => Promise<object>,
  power: { takesOver?: boolean; role?: Role } = {},
): Promise<Account> {
  return db.transaction(async (trx) => {
    await lockAccount(trx, id);
    await requirePowerOverAccount(trx, actor, { id, ...power });
    await recordAccount(trx, actor, action, id, await work(trx));
    return getAccount(trx, id);
  });
}

function recordAccount(trx: Db, actor: Actor, action: string, id: string, details: object): Promise<void> {
  return record(trx, actor, action, `account:${id}`, details);
}
