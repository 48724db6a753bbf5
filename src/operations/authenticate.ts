/**
 * Signing in with address and password. Unknown, suspended and mistyped are one answer and one amount of work; failures
 * are counted per account and per machine, successes never.
 */

import { isPossiblePassword } from '../policy/passwords.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import { confirmSignIn, findAccountForSignIn, replacePasswordHash } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { Passwords } from './passwords.ts';

export type Authentication =
  /** `verifiedAt` is by the database's clock. */
  | { readonly account: Omit<AccountFacts, 'sessions_valid_from'>; readonly verifiedAt: Date }
  | { readonly problem: 'mismatch' }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

export async function authenticate(
  { db, passwords, limits }: { db: Db; passwords: Passwords; limits: RateLimits },
  credentials: { email: string; password: string; ip: string },
): Promise<Authentication> {
  const { password, ip } = credentials;
  const email = credentials.email.trim().toLowerCase();
  const attempt = await limits.signIn({ email, ip });
  if (attempt.refusedFor !== undefined) return { problem: 'throttled', retryAfterSeconds: attempt.refusedFor };

  const possible = isPossiblePassword(password) && !email.includes('\0');
  const stored = possible ? await findAccountForSignIn(db, email) : undefined;
  const matches = stored
    ? await passwords.verify(stored.password_hash, password)
    : await passwords.verifyNothing(possible ? password : '');
  // The hash may have been changed while it was being verified: a reset that came in between wins.
  const verifiedAt = stored && matches ? await confirmSignIn(db, stored.id, stored.password_hash) : undefined;
  if (!stored || !verifiedAt) return { problem: 'mismatch' };

  await attempt.succeeded();
  if (passwords.needsRehash(stored.password_hash)) {
    await replacePasswordHash(db, stored.id, stored.password_hash, await passwords.hash(password));
  }
  const { id, name, tier } = stored;
  return { account: { id, email: stored.email, name, tier }, verifiedAt };
}
