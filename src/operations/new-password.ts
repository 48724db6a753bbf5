/** Validates new passwords. The list of common passwords is loaded with the first one. */
import { canonical, guessableBecause, type PasswordOwner } from '../policy/guessable-passwords.ts';
import { normalisePassword, passwordProblem } from '../policy/passwords.ts';

let loading: Promise<ReadonlySet<string>> | undefined;

/** Returns the problem of a new password for this owner; undefined if it is acceptable. */
export async function newPasswordProblem(password: string, owner: PasswordOwner): Promise<string | undefined> {
  const problem = passwordProblem(password);
  if (problem) return problem;
  loading ??= loadCommonPasswords();
  return guessableBecause(normalisePassword(password), owner, await loading);
}

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(canonical));
}
