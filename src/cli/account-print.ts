/** An account as scripts and people read it. */
import type { ListedAccount } from '../store/account-search.ts';
import { type Output, time } from './output.ts';

/** `more` is what was done to it. */
export function printAccount(
  out: Output,
  account: ListedAccount,
  more: { document: object; lines: readonly (readonly [string, string])[] } = { document: {}, lines: [] },
): void {
  const { id, email, name, role, tier, status } = account;
  out.item({ ...accountDocument(account), ...more.document }, [
    ...Object.entries({ id, email, name, role, tier, status }),
    ...(account.password_change_required ? [['password', 'to be changed at the next sign-in'] as const] : []),
    ['address', account.email_verified_at ? `confirmed ${time(account.email_verified_at)}` : 'not confirmed'],
    ...(account.external_id === null ? [] : [['external id', account.external_id] as const]),
    ['created', time(account.created_at)],
    ...more.lines,
  ]);
}

export function accountDocument({
  id,
  email,
  name,
  role,
  tier,
  status,
  password_change_required,
  email_verified_at,
  external_id,
  created_at,
}: ListedAccount) {
  const email_verified = email_verified_at !== null;
  return { id, email, email_verified, name, role, tier, status, password_change_required, external_id, created_at };
}
