/** Takes factors from an account whose person has lost them, or in case somebody else has them now. Only admins do this. */
import { AppError } from '../errors.ts';
import type { MailFacts } from '../policy/mails.ts';
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
export async function removeFactors(
  db: Db,
  id: string,
  actor: Actor,
): Promise<{ account: Account; app: boolean; passkeys: readonly string[] }> {
  let removed: { app: boolean; passkeys: string[] } | undefined;
  const account = await changeAccount(db, id, actor, 'account.second_step_reset', async (trx) => {
    const [passkeys, app] = [await removePasskeys(trx, id), await removeSecondStep(trx, id)];
    removed = { app, passkeys };
    await endSignIns(trx, id);
    const any = app || passkeys.length > 0;
    if (any) await tell(trx, id, { factor: app ? 'totp' : 'passkey', passkeys });
    return { removed: any, app, passkeys: passkeys.length };
  });
  return { account, app: false, passkeys: [], ...removed };
}

/** The same, for a caller that does not say what went. */
export async function resetSecondStep(db: Db, id: string, actor: Actor): Promise<Account> {
  return (await removeFactors(db, id, actor)).account;
}

/** Removes a passkey that may be in the wrong hands, and ends every session: one of them may have begun with it. */
export function takePasskey(db: Db, id: string, passkey: string, actor: Actor): Promise<Account> {
  return changeAccount(db, id, actor, 'account.passkey_removed', async (trx) => {
    const removed = await removePasskeyOf(trx, id, passkey);
    if (!removed) throw new AppError('not_found', `There is no passkey ${passkey}`);
    await endSignIns(trx, id);
    await tell(trx, id, { factor: 'passkey', name: removed.name });
    return { passkey };
  });
}

/** Where an admin was at that time is nobody else's business. */
async function tell(trx: Db, id: string, what: Pick<MailFacts['factor_removed'], 'factor' | 'passkeys' | 'name'>) {
  const { email: to } = await getAccount(trx, id);
  const facts = { at: new Date().toISOString(), ...what, by: 'admin' } as const;
  await queueMail(trx, { kind: 'factor_removed', to, accountId: id, facts });
}
