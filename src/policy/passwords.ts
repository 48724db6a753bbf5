/** Rules for passwords (NIST SP 800-63B §5.1.1.2): a minimum length, and no rules of composition. */

const minChars = 8;
const maxChars = 128;
/** A character takes at most four bytes. Passwords that were set before characters were counted, or elsewhere, are no longer. */
const maxBytes = 4 * maxChars;

/** Why a new password is refused. Pages say it in the language of the reader; `passwordSentence` says it to programs. */
export type PasswordReason =
  | 'too_short'
  | 'too_long'
  | 'unusable'
  | 'unchanged'
  /** A common password, or close to one. */
  | 'common'
  /** Made from the name, the address, or the name of the service. */
  | 'about_you'
  /** A row of keys, a sequence, or one piece repeated. */
  | 'keys'
  | 'date'
  /** One or two words, with little around them. */
  | 'word'
  /** Easy to guess for none of these reasons alone. */
  | 'guessable';

const advice = 'take three or four words that have nothing to do with each other';

const sentences: Readonly<Record<PasswordReason, string>> = {
  too_short: `must have at least ${minChars} characters`,
  too_long: `must have at most ${maxChars} characters`,
  unusable: 'must not have NUL characters',
  unchanged: 'must differ from the current password',
  common: `must not be a common password or close to one: ${advice}`,
  about_you: `must not be made from the name, the address or the name of this service: ${advice}`,
  keys: `must not be a row of keys or one piece repeated: ${advice}`,
  date: `must not be a date or a year with little around it: ${advice}`,
  word: `must not be a word or two with little around them: ${advice}`,
  guessable: `must not be easy to guess: ${advice}`,
};

/** Returns the end of a sentence that begins with the name of the field. */
export function passwordSentence(reason: PasswordReason): string {
  return sentences[reason];
}

/** Reports whether a password can exist. Others need not be hashed. */
export function isPossiblePassword(password: string): boolean {
  return Buffer.byteLength(password) <= maxBytes && !password.includes('\0');
}

/** Returns the form that is hashed. Keyboards may compose the characters of the same password differently. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Returns the problem of a new password, before anybody judges how easy it is to guess; undefined if it may be judged. */
export function lengthProblem(password: string): PasswordReason | undefined {
  const { length } = [...password];
  if (length < minChars) return 'too_short';
  if (length > maxChars) return 'too_long';
  return password.includes('\0') ? 'unusable' : undefined;
}
