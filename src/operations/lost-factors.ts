/** Takes factors from an account whose person has lost them, or in case somebody else has them now. Only admins do this. */
import { AppError } from '../errors.ts';
import { type Account, endSignIns, getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { removePasskeyOf, removePasskeys } from '../store/passkeys.ts';
import { removeSecondStep } from '../store/second-step.ts';
import { changeAccount } from './accounts.ts';
import type { Actor } from './actor.ts';
import { queueMail } from './mail.ts';

/**
 * Removes the authenticator app, the recovery codes and the passkeys of somebody who has lost them, and ends every session. The
 * next sign-in needs the password alone, unless the account must have a second step: then it sets one up.
 */
export function resetSecondStep(db: Db, id: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.second_step_reset', async (trx) => {
    const passkeys = await removePasskeys(trx, id);
    const app = await removeSecondStep(trx, id);
    await endSignIns(trx, id);
    if (app) await tellRemoved(trx, id, 'totp');
    if (passkeys.length > 0) await tellRemoved(trx, id, 'passkey', passkeys.join(', '));
    return { removed: app || passkeys.length > 0, passkeys: passkeys.length };
  });
}

/** Removes a passkey that may be in the wrong hands, and ends every session: one of them may have begun with it. */
export function takePasskey(db: Db, id: string, passkey: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.passkey_removed', async (trx) => {
    const removed = await removePasskeyOf(trx, id, passkey);
    if (!removed) throw new AppError('not_found', `There is no passkey ${passkey}`);
    await endSignIns(trx, id);
    await tellRemoved(trx, id, 'passkey', removed.name);
    return { passkey };
  });
}

/** Where an admin was at that time is nobody else's business. */
async function tellRemoved(trx: Db, id: string, factor: 'totp' | 'passkey', name?: string): Promise<void> {
  const { email: to } = await getAccount(trx, id);
  const facts = { at: new Date().toISOString(), factor, by: 'admin', ...(name !== undefined && { name }) } as const;
  await queueMail(trx, { kind: 'factor_removed', to, accountId: id, facts });
}
