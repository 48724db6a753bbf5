/** Adds, renames and removes the passkeys of an account, on behalf of its owner. */
import { AppError } from '../errors.ts';
import { challengeOf, parseNewPasskey } from '../policy/passkey-answers.ts';
import { authenticatorName, maxPasskeysOfAccount, passkeyName, type RelyingParty } from '../policy/passkeys.ts';
import type { Db } from '../store/database.ts';
import {
  hasWayInBesidesPasskey,
  insertPasskey,
  type ListedPasskey,
  removePasskeyOf,
  renamePasskey,
  spendChallenge,
} from '../store/passkeys.ts';
import type { Sealer } from '../store/sealer.ts';
import { type AccountOwner, lockOwner } from './account-owner.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import { openChallenge } from './passkey-challenges.ts';
import { verifyNewPasskey } from './passkey-verification.ts';
import { record } from './record.ts';

/** Why a passkey was not added; `why` is for logs. */
export type AddProblem =
  /** The page was open too long, or its answer was sent twice. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'refused'; readonly why: string }
  /** The account has as many as it may, or this one already. */
  | { readonly kind: 'full' }
  | { readonly kind: 'name'; readonly wrong: string };

/**
 * Adds the passkey that the owner's browser has just made. `binding` is what the challenge of the page was bound to.
 * @throws AppError conflict if everything that was open on this account was ended meanwhile
 */
export async function addPasskey(
  { db, sealer, rp }: { db: Db; sealer: Sealer; rp: RelyingParty },
  owner: AccountOwner,
  sent: { readonly answer: string; readonly name: string; readonly binding: string },
  actor: Actor,
): Promise<{ readonly id: string } | { readonly problem: AddProblem }> {
  const named = passkeyName(sent.name);
  if ('problem' in named) return { problem: { kind: 'name', wrong: named.problem } };
  const answer = parseNewPasskey(sent.answer);
  if (!answer) return { problem: { kind: 'refused', why: 'it is not the answer of an authenticator' } };
  const challenge = openChallenge(sealer, sent.binding, challengeOf(answer) ?? '');
  if (!challenge) return { problem: { kind: 'expired' } };
  const made = await verifyNewPasskey(answer, { rp, challenge: challenge.text });
  if ('refused' in made) return { problem: { kind: 'refused', why: made.refused } };
  return db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    if (!(await spendChallenge(trx, challenge))) return { problem: { kind: 'expired' } };
    const { transports } = answer.response;
    const passkey = { ...made, accountId: owner.id, name: named.name, transports };
    const id = await insertPasskey(trx, passkey, maxPasskeysOfAccount);
    if (id === undefined) return { problem: { kind: 'full' } };
    const authenticator = authenticatorName(made.aaguid);
    await record(trx, actor, 'account.passkey_added', target(owner), { passkey: id, authenticator });
    const facts = { ...occasionOf(actor), name: named.name };
    await queueMail(trx, { kind: 'passkey_added', to: owner.email, accountId: owner.id, facts });
    return { id };
  });
}

/** @throws AppError not_found if the account does not have this passkey, invalid with the problem of the name */
export async function setPasskeyName(
  db: Db,
  owner: AccountOwner,
  passkey: { readonly id: string; readonly name: string },
  actor: Actor,
): Promise<void> {
  const named = passkeyName(passkey.name);
  if ('problem' in named) throw new AppError('invalid', `name ${named.problem}`, { name: named.problem });
  await db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    if (!(await renamePasskey(trx, owner.id, passkey.id, named.name))) throw notTheirs(passkey.id);
    await record(trx, actor, 'account.passkey_renamed', target(owner), { passkey: passkey.id });
  });
}

/**
 * Removes a passkey and returns what it was called; undefined if it is the last way in. `providers` are the issuers of this
 * server's upstream providers.
 * @throws AppError not_found if the account does not have this passkey
 */
export async function removePasskey(
  db: Db,
  owner: AccountOwner,
  id: string,
  providers: readonly string[],
  actor: Actor,
): Promise<Pick<ListedPasskey, 'name'> | undefined> {
  return db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    if (!(await hasWayInBesidesPasskey(trx, owner.id, id, providers))) return undefined;
    const removed = await removePasskeyOf(trx, owner.id, id);
    if (!removed) throw notTheirs(id);
    await record(trx, actor, 'account.passkey_removed', target(owner), { passkey: id });
    const facts = { ...occasionOf(actor), factor: 'passkey', name: removed.name } as const;
    await queueMail(trx, { kind: 'factor_removed', to: owner.email, accountId: owner.id, facts });
    return removed;
  });
}

const target = ({ id }: AccountOwner): string => `account:${id}`;

function notTheirs(id: string): AppError {
  return new AppError('not_found', `There is no passkey ${id}`);
}
