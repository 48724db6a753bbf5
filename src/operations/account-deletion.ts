/**
 * Deletes an account: its sessions, token families, consents and ways in end with it, and access tokens through the
 * revocation list. The audit log keeps the account's id, and has neither its name nor its address.
 */

import { AppError } from '../errors.ts';
import { findAccountLanguages } from '../store/account-languages.ts';
import { endSignIns, getAccount, hasAdmin, lockAccount, lockAdmins, removeAccount } from '../store/accounts.ts';
import { removeUsageOfAccount } from '../store/app-usage.ts';
import { clientsOwnedBy } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { removeMailsOf } from '../store/mails.ts';
import { endEveryGrant } from './accounts.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

/** What has to be done before the account can be deleted. */
export interface DeletionObstacles {
  /** Apps that it owns: people use them, so somebody else has to answer for them first. */
  readonly apps: readonly { readonly client_id: string; readonly client_name: string }[];
  /** It is the only admin who can sign in. */
  readonly lastAdmin: boolean;
}

export async function findDeletionObstacles(db: Db, id: string): Promise<DeletionObstacles> {
  const { role } = await getAccount(db, id);
  const apps = await clientsOwnedBy(db, id);
  if (role !== 'admin') return { apps, lastAdmin: false };
  return { apps, lastAdmin: !(await hasAdmin(db, id)) };
}

/** @throws AppError not_found, forbidden, or conflict if the account owns apps or is the last admin */
export async function deleteAccount(db: Db, id: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    // Admins are locked first, all in one order. An account that becomes an admin meanwhile is not the last one.
    const { role } = await getAccount(trx, id);
    const admins = role === 'admin' ? await lockAdmins(trx) : undefined;
    await lockAccount(trx, id);
    await requirePowerOverAccount(trx, actor, { id });
    const account = await getAccount(trx, id);
    if (account.role === 'admin' && admins && !admins.some((other) => other !== id)) throw lastAdmin();
    const apps = await clientsOwnedBy(trx, id);
    if (apps.length > 0) throw ownsApps(apps.map(({ client_id: clientId }) => clientId));
    await endSignIns(trx, id);
    const familiesEnded = await endEveryGrant(trx, id, actor);
    await record(trx, actor, 'account.deleted', `account:${id}`, { families_ended: familiesEnded });
    await removeMailsOf(trx, account);
    await removeUsageOfAccount(trx, id);
    // Where an admin was at that time is nobody else's business.
    const facts = occasionOf(actor.id === `account:${id}` ? actor : {});
    const { chosen, signedIn } = await findAccountLanguages(trx, id);
    const language = chosen ?? facts.language ?? signedIn ?? undefined;
    await queueMail(trx, { kind: 'account_deleted', to: account.email, facts, language });
    await removeAccount(trx, id);
  });
}

function lastAdmin(): AppError {
  return new AppError('conflict', 'This account is the last admin: make another one first');
}

function ownsApps(clientIds: string[]): AppError {
  return new AppError(
    'conflict',
    `This account owns apps: delete them, or name another owner, first: ${clientIds.join(', ')}`,
  );
}
