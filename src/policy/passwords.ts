/** Rules for passwords (NIST SP 800-63B §5.1.1.2): a minimum length, and no rules of composition. */

const minChars = 12;
/** Longer passwords would only cost time. */
const maxBytes = 256;

/** Reports whether a password can exist. Others need not be hashed. */
export function isPossiblePassword(password: string): boolean {
  return Buffer.byteLength(password) <= maxBytes && !password.includes('\0');
}

/** Returns the form that is hashed. Keyboards may compose the characters of the same password differently. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Returns the problem of a new password; undefined if it is valid. */
export function passwordProblem(password: string): string | undefined {
  if ([...password].length < minChars) return `must have at least ${minChars} characters`;
  if (Buffer.byteLength(password) > maxBytes) return `must have at most ${maxBytes} bytes`;
  return password.includes('\0') ? 'must not have NUL characters' : undefined;
}
