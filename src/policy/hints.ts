/** Whom a request's hints name (OpenID Connect Core §3.1.2.1), and how long ago a sign-in may have been. */
import { normaliseEmail } from './emails.ts';

/** What `prompt` may ask for, beside asking nothing at all. */
export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;

/**
 * Whether a `login_hint` names another account than this one: an address or an id that is not its own, whether or not
 * anybody here has it, so that no app learns who does. Anything else is a name at some other place, which says nothing
 * about accounts here.
 */
export function namesAnother(loginHint: string, account: { id: string; email: string }): boolean {
  const hint = loginHint.trim();
  if (hint === account.id) return false;
  const email = normaliseEmail(hint);
  return email === undefined ? hint.startsWith('acc_') : email !== account.email;
}

/** Seconds that the way back from the sign-in page may take, whatever `max_age` is: else a short one asks for ever. */
const wayBackSeconds = 30;

/** Whether a sign-in is too old for `max_age`, which counts to the moment of the answer. Epoch seconds. */
export function isTooOld(
  maxAge: number,
  { signedInAt, justNow, now }: { signedInAt: number; justNow: boolean; now: number },
): boolean {
  return now - signedInAt > (justNow ? Math.max(maxAge, wayBackSeconds) : maxAge);
}
