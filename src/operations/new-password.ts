/** What may become a password. The list of common ones is loaded when the first is set. */
import { canonical, guessableBecause, type PasswordOwner } from '../policy/guessable-passwords.ts';
import { normalisePassword, passwordProblem } from '../policy/passwords.ts';

let loading: Promise<ReadonlySet<string>> | undefined;

/** What is wrong with a new password of this owner; undefined if nothing is. */
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
