/** The account that a request's hints name (OpenID Connect Core §3.1.2.1), and the maximum age of a sign-in. */
import { normaliseEmail } from './emails.ts';

/** The supported values of `prompt`. */
export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;

/**
 * Reports whether a `login_hint` names another account: a different address or account id, even if no such account exists,
 * so that apps do not learn which accounts exist. Other texts are names at other services and do not count.
 */
export function namesAnother(loginHint: string, account: { id: string; email: string }): boolean {
  const hint = loginHint.trim();
  if (hint === account.id) return false;
  const email = normaliseEmail(hint);
  return email === undefined ? hint.startsWith('acc_') : email !== account.email;
}

/** A sign-in on the page just now is accepted for this long, whatever `max_age` is. Otherwise a short `max_age` would loop. */
const justSignedInSeconds = 30;

/** Reports whether a sign-in is too old for `max_age`, at the time of the answer. Times are in epoch seconds. */
export function isTooOld(
  maxAge: number,
  { signedInAt, justNow, now }: { signedInAt: number; justNow: boolean; now: number },
): boolean {
  return now - signedInAt > (justNow ? Math.max(maxAge, justSignedInSeconds) : maxAge);
}
