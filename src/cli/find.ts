/** What an argument names, or a sentence that repeats it. */
import { AppError } from '../errors.ts';
import { type Account, findAccount, findAccountByEmail } from '../store/accounts.ts';
import { type Client, findClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';

/** By id or address. @throws AppError not_found */
export async function accountNamed(db: Db, idOrEmail: string): Promise<Account> {
  const account = idOrEmail.includes('@')
    ? await findAccountByEmail(db, idOrEmail.trim().toLowerCase())
    : await findAccount(db, idOrEmail);
  if (!account) throw new AppError('not_found', `There is no account ${idOrEmail}.`);
  return account;
}

/** @throws AppError not_found */
export async function clientNamed(db: Db, clientId: string): Promise<Client> {
  const client = await findClient(db, clientId);
  if (!client) throw new AppError('not_found', `There is no client ${clientId}.`);
  return client;
}
