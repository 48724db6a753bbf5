/** What a password may be (NIST SP 800-63B §5.1.1.2): long, and otherwise as its owner likes. */

const minCharacters = 12;
/** More would only cost time. */
const maxBytes = 256;

/** Whether it could be anybody's: what can never have been set is not worth hashing. */
export function isPossiblePassword(password: string): boolean {
  return Buffer.byteLength(password) <= maxBytes && !password.includes('\0');
}

/** The one form that is hashed: the same password typed on another keyboard may arrive composed differently. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** What is wrong with a new password; undefined when nothing is. */
export function passwordProblem(password: string): string | undefined {
  if ([...password].length < minCharacters) return `must have at least ${minCharacters} characters`;
  if (Buffer.byteLength(password) > maxBytes) return `must have at most ${maxBytes} bytes`;
  return password.includes('\0') ? 'must not have NUL characters' : undefined;
}
