/**
 * Signing in with address and password. Unknown, suspended, without password and mistyped are one answer and one amount
 * of work; failures are counted per account (or per browser that the account knows) and per machine, successes never.
 */
import { normaliseEmail } from '../policy/emails.ts';
import { isPossiblePassword, normalisePassword } from '../policy/passwords.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import { confirmSignIn, findAccountForSignIn, replacePasswordHash, type SignInAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import { changeOwnPassword } from './accounts.ts';
import { newPasswordProblem } from './new-password.ts';
import type { Passwords } from './passwords.ts';

export type Authentication =
  /** `verifiedAt` is by the database's clock. */
  | { readonly account: Pick<AccountFacts, 'id' | 'email' | 'name' | 'tier'>; readonly verifiedAt: Date }
  | { readonly problem: 'mismatch' }
  /** Right, but an admin, or the person, wants another password first; `wrong` is what is wrong with the one that was offered. */
  | { readonly problem: 'change_required'; readonly wrong?: string }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

interface Credentials {
  readonly email: string;
  readonly password: string;
  /** In its place from now on, where a change is required or wanted; else it is not looked at. */
  readonly newPassword?: string | undefined;
  /** They want the change themselves. */
  readonly changes?: boolean;
  /** Of the machine that sends them. */
  readonly ip: string;
  /** Of a browser that has signed in to this address before: names it. Its failures are its own. */
  readonly device?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Throws `unavailable` when too many are signing in at this moment. */
export async function authenticate(
  { db, passwords, limits }: { db: Db; passwords: Passwords; limits: RateLimits },
  credentials: Credentials,
): Promise<Authentication> {
  const attempt = await limits.signIn(credentials);
  if (attempt.refusedFor !== undefined) return { problem: 'throttled', retryAfterSeconds: attempt.refusedFor };
  const verified = await verify(db, passwords, credentials).catch(async (error: unknown) => {
    await attempt.takeBack().catch(() => {});
    throw error;
  });
  if (!verified) {
    await attempt.fail();
    return { problem: 'mismatch' };
  }
  await attempt.takeBack();
  if ('required' in verified) return changeFirst({ db, passwords, limits }, credentials, verified.required);
  const { stored, verifiedAt } = verified;
  if (passwords.needsRehash(stored.password_hash)) {
    const fresh = await passwords.hash(credentials.password);
    await replacePasswordHash(db, stored.id, stored.password_hash, fresh);
  }
  const { id, email, name, tier } = stored;
  return { account: { id, email, name, tier }, verifiedAt };
}

/** Signs in with the new password, once the account has it. */
async function changeFirst(
  deps: { db: Db; passwords: Passwords; limits: RateLimits },
  credentials: Credentials,
  stored: SignInAccount,
): Promise<Authentication> {
  const { password, newPassword, requestId, ip } = credentials;
  if (newPassword === undefined) return { problem: 'change_required' };
  const wrong =
    normalisePassword(newPassword) === normalisePassword(password)
      ? 'must be another one than before'
      : await newPasswordProblem(newPassword, stored);
  if (wrong) return { problem: 'change_required', wrong };
  const actor = { id: `account:${stored.id}`, ip, ...(requestId && { requestId }) };
  if (!(await changeOwnPassword(deps.db, deps.passwords, stored, newPassword, actor))) return { problem: 'mismatch' };
  return authenticate(deps, { ...credentials, password: newPassword, newPassword: undefined, changes: false });
}

type Verified = { stored: SignInAccount; verifiedAt: Date } | { required: SignInAccount };

async function verify(db: Db, passwords: Passwords, credentials: Credentials): Promise<Verified | undefined> {
  const { password } = credentials;
  const email = normaliseEmail(credentials.email);
  const possible = email !== undefined && isPossiblePassword(password);
  // Twice at most: the hash may have changed since it was read, by a reset, which wins, or because the same password
  // was hashed anew by a sign-in at the same moment.
  for (let tries = 0; tries < 2; tries += 1) {
    const stored = possible ? await findAccountForSignIn(db, email) : undefined;
    const matches = await (stored
      ? passwords.verify(stored.password_hash, password)
      : passwords.verifyNothing(password));
    if (!stored || !matches) return undefined;
    if (stored.password_change_required || credentials.changes) return { required: stored };
    const verifiedAt = await confirmSignIn(db, stored, credentials);
    if (verifiedAt) return { stored, verifiedAt };
  }
  return undefined;
}
