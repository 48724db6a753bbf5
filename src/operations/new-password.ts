/**
 * Validates new passwords: by their length, by rules that know what people do, and by an estimate of the guesses that a
 * program needs. The lists and the estimator are loaded with the first one.
 */
import { setImmediate } from 'node:timers/promises';
import {
  canonical,
  guessableBecause,
  type PasswordOwner,
  withoutMarks,
  wordsAbout,
} from '../policy/guessable-passwords.ts';
import { dictionaries, type Estimate, estimatedReason } from '../policy/password-strength.ts';
import { lengthProblem, normalisePassword, type PasswordReason } from '../policy/passwords.ts';

interface Judges {
  /** Common passwords in their canonical form. */
  readonly common: ReadonlySet<string>;
  readonly estimate: (password: string, about: string[]) => Estimate;
}

let loading: Promise<Judges> | undefined;

/** Returns why a new password of this owner is refused; undefined if it is acceptable. */
export async function newPasswordProblem(password: string, owner: PasswordOwner): Promise<PasswordReason | undefined> {
  const problem = lengthProblem(password);
  if (problem) return problem;
  loading ??= load();
  const { common, estimate } = await loading;
  const normal = withoutMarks(normalisePassword(password));
  const about = wordsAbout(owner);
  const known = guessableBecause(normal, owner, common);
  if (known) return known;
  const reason = estimatedReason(estimate(normal, about));
  if (!reason || normal.length <= maxEstimatedChars) return reason;
  // The end of a long password may be what makes it hard to guess.
  return estimatedReason(estimate(normal.slice(-maxEstimatedChars), about)) && reason;
}

/** Estimating takes longer with each character and each substitution: these limits keep it below 20 ms. */
const maxEstimatedChars = 40;
const maxSubstitutions = 10;

/** The steps are apart, so that requests are answered between them. */
async function load(): Promise<Judges> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { dictionary, adjacencyGraphs } = await import('@zxcvbn-ts/language-common');
  const commonPasswords = dictionary['passwords-common'];
  const common = new Set(canonical(commonPasswords.join('\n')).split('\n'));
  await setImmediate();
  const estimator = new ZxcvbnFactory({
    dictionary: { [dictionaries.common]: commonPasswords, [dictionaries.words]: dictionary['diceware-common'] },
    graphs: adjacencyGraphs,
    maxLength: maxEstimatedChars,
    l33tMaxSubstitutions: maxSubstitutions,
  });
  return { common, estimate: (password, about) => estimator.check(password, about) };
}
