/**
 * Whose account an identity at another provider opens. An identity is found by issuer and subject. An address connects it to an
 * account only at its first sign-in, and only if it was shown to belong to the person, there and here.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { normaliseEmail } from '../policy/emails.ts';
import { nameProblem } from '../policy/names.ts';
import { provenEmail, type Upstream, type UpstreamIdentity } from '../policy/upstreams.ts';
import {
  hasOtherWayIn,
  identityOwner,
  insertAccountWithoutPassword,
  insertIdentity,
  removeIdentity,
  type UsedIdentity,
  useIdentity,
} from '../store/account-identities.ts';
import { type Account, findAccountByEmail, getAccount, lockAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { forgetLeftOrganisations } from '../store/organisation-consents.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import { record } from './record.ts';

/**
 * Returns the account that the identity signs in to; undefined if it may open no account, for whatever reason. With
 * `makesAccounts`, the first sign-in of somebody whose address is free makes one.
 */
export async function signInWithIdentity(
  db: Db,
  upstream: Upstream,
  identity: UpstreamIdentity,
  { makesAccounts }: { makesAccounts: boolean },
  request: Omit<Actor, 'id'>,
): Promise<UsedIdentity | undefined> {
  // Again after connecting it, and once more if a concurrent request has done that or taken the address.
  for (let tries = 0; tries < 3; tries += 1) {
    const known = await useIdentity(db, identity);
    if (known) return known.status === 'active' ? known : undefined;
    const email = normaliseEmail(provenEmail(upstream, identity) ?? '');
    if (email === undefined) return undefined;
    const account = await findAccountByEmail(db, email);
    if (account) {
      if (!isOpen(account)) return undefined;
      await connect(db, upstream, identity, account.id, { ...request, id: `account:${account.id}` }, true);
    } else if (makesAccounts) await makeAccount(db, upstream, identity, email, request);
    else return undefined;
  }
  return undefined;
}

/**
 * Connects an identity to the account of a person who is signed in. Returns what is in the way: the identity is connected to
 * another account, or the account has another identity at this provider.
 */
export async function connectIdentity(
  db: Db,
  upstream: Upstream,
  identity: UpstreamIdentity,
  accountId: string,
  actor: Actor,
): Promise<'connected' | 'taken' | 'has_another'> {
  if (await connect(db, upstream, identity, accountId, actor)) return 'connected';
  const owner = await identityOwner(db, identity);
  if (owner === accountId) return 'connected';
  return owner === undefined ? 'has_another' : 'taken';
}

/** Whether an address alone may connect an identity to this account: whoever uses it was shown to have the mailbox. */
const isOpen = ({ status, email_verified_at }: Account): boolean => status === 'active' && email_verified_at !== null;

async function connect(
  db: Db,
  upstream: Upstream,
  { issuer, subject, label, email }: UpstreamIdentity,
  accountId: string,
  actor: Actor,
  byAddress = false,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    const account = await getAccount(trx, accountId);
    // The address may have been changed since the account was found by it.
    if (byAddress && !(isOpen(account) && account.email === normaliseEmail(email ?? ''))) return false;
    if (!(await insertIdentity(trx, { issuer, subject, label, accountId }))) return false;
    const details = { upstream: upstream.name, issuer };
    await record(
      trx,
      actor,
      'account.identity_connected',
      `account:${accountId}`,
      byAddress ? { ...details, by_address: true } : details,
    );
    const facts = { ...occasionOf(actor), factor: 'upstream', name: upstream.title } as const;
    await queueMail(trx, { kind: 'factor_added', to: account.email, accountId, facts });
    return true;
  });
}

/** Makes the account of somebody who comes for the first time, unless the address has just been taken. */
async function makeAccount(
  db: Db,
  upstream: Upstream,
  { issuer, subject, label, name }: UpstreamIdentity,
  email: string,
  request: Omit<Actor, 'id'>,
): Promise<void> {
  const id = `acc_${randomBytes(16).toString('base64url')}`;
  await db.transaction(async (trx) => {
    if (!(await insertAccountWithoutPassword(trx, { id, email, name: nameOf(name, email) }))) return;
    if (!(await insertIdentity(trx, { issuer, subject, label, accountId: id }))) {
      throw new AppError('conflict', 'This sign-in was finished somewhere else at the same moment');
    }
    const actor = { ...request, id: `account:${id}` };
    await record(trx, actor, 'account.created', `account:${id}`, { upstream: upstream.name, issuer });
  });
}

/** The name that the provider tells, if it can be one here; else the beginning of the address. */
function nameOf(name: string | undefined, email: string): string {
  const told = name?.trim() ?? '';
  return nameProblem(told) ? (email.split('@')[0] as string) : told;
}

/** Ends what `connectIdentity` did. `providers` are the issuers of this server. Returns false if it is the only way in. */
export async function disconnectIdentity(
  db: Db,
  accountId: string,
  upstream: Upstream,
  providers: readonly string[],
  actor: Actor,
): Promise<boolean> {
  const { issuer, name, title } = upstream;
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    if (!(await hasOtherWayIn(trx, accountId, issuer, providers))) return false;
    if (!(await removeIdentity(trx, accountId, issuer))) return true;
    await forgetLeftOrganisations(trx, accountId);
    await record(trx, actor, 'account.identity_disconnected', `account:${accountId}`, { upstream: name, issuer });
    const { email: to } = await getAccount(trx, accountId);
    const facts = { ...occasionOf(actor), factor: 'upstream', name: title, by: 'person' } as const;
    await queueMail(trx, { kind: 'factor_removed', to, accountId, facts });
    return true;
  });
}
