/** What may be an address, a name and a password. Pure checks; they throw `invalid` with the field that is wrong. */
import { AppError } from '../errors.ts';
import { isPlainText } from '../policy/text.ts';

const shortestPassword = 12;
/** Bytes. Longer input only costs time. */
const longestPassword = 256;

/** Lower case; one @, something on both sides, no spaces or control characters, at most 254 characters (RFC 5321). */
export function checkEmail(email: string): string {
  const normal = email.trim().toLowerCase();
  if (normal.length > 254 || !/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(normal)) {
    throw new AppError('invalid', 'This is not an email address', { email: 'an address such as name@example.com' });
  }
  return normal;
}

export function checkName(name: string): string {
  const normal = name.trim();
  if (normal.length === 0 || normal.length > 100 || !isPlainText(normal)) {
    throw new AppError('invalid', 'A name has 1 to 100 visible characters', { name: '1 to 100 visible characters' });
  }
  return normal;
}

export function checkPassword(password: string): string {
  if (password.length < shortestPassword || !isPossiblePassword(password)) {
    const rule = `at least ${shortestPassword} characters, at most ${longestPassword} bytes`;
    throw new AppError('invalid', `A password has ${rule}`, { password: rule });
  }
  return password;
}

/** Whether it could be anybody's: what never was accepted is not worth hashing. */
export function isPossiblePassword(password: string): boolean {
  return Buffer.byteLength(password) <= longestPassword && !password.includes('\0');
}
