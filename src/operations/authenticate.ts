/**
 * Signs in with address and password. Unknown and suspended accounts, accounts without a password, and wrong passwords get
 * the same answer after the same amount of work. Failures are counted per account (or per known browser of the account)
 * and per IP address. Successes are never counted.
 */
import { AppError } from '../errors.ts';
import { normaliseEmail } from '../policy/emails.ts';
import { isPossiblePassword, normalisePassword, type PasswordReason } from '../policy/passwords.ts';
import type { Factors } from '../policy/second-step.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import {
  type Confirmation,
  confirmSignIn,
  findAccountForSignIn,
  replacePasswordHash,
  type SignInAccount,
} from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { SignInSource } from '../store/sign-in-event.ts';
import { changeOwnPassword } from './accounts.ts';
import { tellOfGuesses } from './mail.ts';
import { newPasswordProblem } from './new-password.ts';
import type { Passwords } from './passwords.ts';
import { outcomeOf, type SignInCounts } from './sign-in-counts.ts';

export type Authentication =
  /** The password is correct; `verifiedAt` is by the database's clock. `done` is false if the sign-in needs a second step. */
  | {
      readonly account: Pick<AccountFacts, 'id' | 'email' | 'name' | 'tier'>;
      readonly verifiedAt: Date;
      readonly factors: Factors;
      readonly done: boolean;
    }
  | { readonly problem: 'mismatch' }
  /** The password is correct but must be changed first; `wrong` is the problem of the new password, if one was given. */
  | { readonly problem: 'change_required'; readonly wrong?: PasswordReason }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

interface Credentials extends SignInSource {
  readonly email: string;
  readonly password: string;
  /** The password to set if a change is required or requested; ignored otherwise. */
  readonly newPassword?: string | undefined;
  /** The user asked to change the password. */
  readonly changes?: boolean;
  /** Device-cookie id of a browser that has signed in to this address before; its failures are counted separately. */
  readonly device?: string | undefined;
  /**
   * Says, when the password is known to be correct, whether that is the whole sign-in of this account, and what to store with
   * it. Without it, a password is enough.
   */
  readonly confirmationOf?: ((account: SignInAccount) => Promise<Confirmation>) | undefined;
}

interface AuthenticateDeps {
  readonly db: Db;
  readonly passwords: Passwords;
  readonly limits: RateLimits;
  readonly signIns?: SignInCounts;
}

/** @throws AppError unavailable if too many sign-ins are waiting */
export async function authenticate(deps: AuthenticateDeps, credentials: Credentials): Promise<Authentication> {
  const result = await attemptWith(deps, credentials);
  deps.signIns?.shown('password', outcomeOf(result));
  return result;
}

async function attemptWith(
  { db, passwords, limits }: AuthenticateDeps,
  credentials: Credentials,
): Promise<Authentication> {
  const attempt = await limits.signIn(credentials);
  if (attempt.retryAfterSeconds !== undefined)
    return { problem: 'throttled', retryAfterSeconds: attempt.retryAfterSeconds };
  const verified = await verify(db, passwords, credentials).catch(async (error: unknown) => {
    await attempt.discard().catch(() => {});
    throw error;
  });
  if (!verified) {
    const email = (await attempt.fail()) ? normaliseEmail(credentials.email) : undefined;
    if (email !== undefined)
      await tellOfGuesses(db, { email }, { ip: credentials.ip, userAgent: credentials.newBrowser?.userAgent });
    return { problem: 'mismatch' };
  }
  await attempt.discard();
  if ('required' in verified) return changeFirst({ db, passwords, limits }, credentials, verified.required);
  const { stored, verifiedAt, done } = verified;
  if (passwords.needsRehash(stored.password_hash)) await rehash({ db, passwords }, stored, credentials.password);
  const { id, email, name, tier, factors } = stored;
  return { account: { id, email, name, tier }, verifiedAt, factors, done };
}

/** Replaces the stored hash. The sign-in is done, so if too many people are waiting, a later one does this. */
async function rehash(
  { db, passwords }: { db: Db; passwords: Passwords },
  { id, password_hash: stored }: SignInAccount,
  password: string,
): Promise<void> {
  const fresh = await passwords.hash(password).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === 'unavailable') return undefined;
    throw error;
  });
  if (fresh !== undefined) await replacePasswordHash(db, id, stored, fresh);
}

/** Sets the new password and signs in with it. */
async function changeFirst(
  deps: { db: Db; passwords: Passwords; limits: RateLimits },
  credentials: Credentials,
  stored: SignInAccount,
): Promise<Authentication> {
  const { password, newPassword, requestId, ip, language } = credentials;
  if (newPassword === undefined) return { problem: 'change_required' };
  const wrong =
    normalisePassword(newPassword) === normalisePassword(password)
      ? 'unchanged'
      : await newPasswordProblem(newPassword, stored);
  if (wrong) return { problem: 'change_required', wrong };
  const actor = { id: `account:${stored.id}`, ip, language, ...(requestId && { requestId }) };
  if (!(await changeOwnPassword(deps.db, deps.passwords, stored, newPassword, actor))) return { problem: 'mismatch' };
  return attemptWith(deps, { ...credentials, password: newPassword, newPassword: undefined, changes: false });
}

type Verified = { stored: SignInAccount; verifiedAt: Date; done: boolean } | { required: SignInAccount };

async function verify(db: Db, passwords: Passwords, credentials: Credentials): Promise<Verified | undefined> {
  const { password } = credentials;
  const email = normaliseEmail(credentials.email);
  // Hashing one that nobody can have could fail. What takes its place takes as long, with the account's own hash: otherwise
  // such a password would show how long the address takes without an account.
  const possible = isPossiblePassword(password);
  const hashed = possible ? password : '';
  // A second attempt, because the hash may have changed since it was read: by a reset, which wins, or because a concurrent
  // sign-in rehashed the same password.
  for (let tries = 0; tries < 2; tries += 1) {
    const stored = email === undefined ? undefined : await findAccountForSignIn(db, email);
    const matches = await (stored
      ? passwords.verify(stored.password_hash, hashed)
      : passwords.verifyNothing(hashed, email));
    if (!stored || !matches || !possible) return undefined;
    if (stored.password_change_required || credentials.changes) return { required: stored };
    const confirmation = (await credentials.confirmationOf?.(stored)) ?? { done: true };
    const verifiedAt = await confirmSignIn(db, stored, credentials, confirmation);
    if (verifiedAt) return { stored, verifiedAt, done: confirmation.done };
  }
  return undefined;
}
