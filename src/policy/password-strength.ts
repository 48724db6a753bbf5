/** Judges what an estimator says about a password: whether it is too easy to guess, and what makes it so. */
import type { PasswordReason } from './passwords.ts';

/** A piece of the password that a program would try as a whole. */
interface GuessedPiece {
  /** `dictionary`, `spatial`, `repeat`, `sequence`, `date`, `regex` and others; `bruteforce` for what it did not know. */
  readonly pattern: string;
  readonly token: string;
  readonly dictionaryName?: string;
}

export interface Estimate {
  /** Number of guesses that a program needs, if it knows what people do. */
  readonly guesses: number;
  readonly sequence: readonly GuessedPiece[];
}

/**
 * With the limits of sign-ins, nobody makes a thousand guesses. This many take one core a month if the hashes were stolen.
 * Eight characters at random just have it.
 */
const minGuesses = 1e8;

/** Names of dictionaries. The first two are given to the estimator; the last is its own name for words about the owner. */
export const dictionaries = { common: 'common', words: 'words', owner: 'userInputs' } as const;

const reasons: Readonly<Record<string, PasswordReason>> = {
  [dictionaries.common]: 'common',
  [dictionaries.words]: 'word',
  spatial: 'keys',
  repeat: 'keys',
  sequence: 'keys',
  date: 'date',
  // The only regular expression is that of recent years.
  regex: 'date',
};

/** Returns why the password is too easy to guess; undefined if it is not. */
export function estimatedReason({ guesses, sequence }: Estimate): PasswordReason | undefined {
  if (guesses >= minGuesses) return undefined;
  if (sequence.some(({ dictionaryName }) => dictionaryName === dictionaries.owner)) return 'about_you';
  const [widest] = sequence
    .filter(({ pattern }) => pattern !== 'bruteforce')
    .toSorted((a, b) => b.token.length - a.token.length);
  return reasons[widest?.dictionaryName ?? widest?.pattern ?? ''] ?? 'guessable';
}
