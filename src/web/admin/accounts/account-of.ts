/** The account of a page of the admins, from its path. */
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import { type Account, findAccount } from '../../../store/accounts.ts';
import type { Db } from '../../../store/database.ts';

/** The account that the address names. @throws AppError not_found */
export async function accountOf(ctx: Context & { params?: Record<string, string> }, db: Db): Promise<Account> {
  const account = await findAccount(db, ctx.params?.id as string);
  if (!account) throw new AppError('not_found', 'There is no such account');
  return account;
}
