/** Nobody hands on, or takes over, more than they hold: what a caller may do to clients and accounts that administer. */
import { mayActOnAdmins, scopesBeyond } from '../../policy/admin-api.ts';
import type { Account } from '../../store/accounts.ts';
import type { Caller } from './operation.ts';
import { Refusal } from './refusal.ts';

/** Throws when the client has, or is to have, scopes of the admin API that the caller lacks. */
export function requirePowerOver(caller: Caller, client: { scope?: string | null | undefined }): void {
  const beyond = scopesBeyond(caller.scopes, client.scope ?? '');
  if (beyond.length === 0) return;
  throw new Refusal(403, 'FORBIDDEN', `This needs a token that itself has ${beyond.join(' and ')}`);
}

/** Throws when the account is, or is to be, an admin's and the caller has not every scope of the admin API. */
export function requirePowerOverAccount(caller: Caller, account: { role?: Account['role'] | undefined }): void {
  if (account.role !== 'admin' || mayActOnAdmins(caller.scopes)) return;
  throw new Refusal(403, 'FORBIDDEN', 'An admin’s account needs a token with every scope of the admin API');
}
