/** Changes of what an account can sign in with, by its owner. */
import { AppError } from '../errors.ts';
import { type AccountFacts, findActiveAccount } from '../store/account-facts.ts';
import { lockAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';

/** The owner as the request has read them. */
export type AccountOwner = Pick<AccountFacts, 'id' | 'email' | 'sessions_valid_from'>;

/**
 * Locks the account. A session that was read before a reset, a suspension or "sign out everywhere" must not change what the
 * account can sign in with after it.
 * @throws AppError conflict if everything that was open on this account was ended meanwhile
 */
export async function lockOwner(trx: Db, { id, sessions_valid_from: validFrom }: AccountOwner): Promise<void> {
  await lockAccount(trx, id);
  const now = await findActiveAccount(trx, id);
  if (now?.sessions_valid_from !== validFrom) throw new AppError('conflict', 'This account was signed out meanwhile');
}
