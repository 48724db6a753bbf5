/** Validates the fields of an account. Each function throws `invalid` with the name of the field. */
import { AppError } from '../errors.ts';
import { normaliseEmail } from '../policy/emails.ts';
import type { PasswordOwner } from '../policy/guessable-passwords.ts';
import { nameProblem } from '../policy/names.ts';
import { passwordSentence } from '../policy/passwords.ts';
import { type Tier, tiers } from '../policy/tiers.ts';
import type { Role } from '../store/schema.ts';
import { newPasswordProblem } from './new-password.ts';

const roles: readonly Role[] = ['user', 'admin'];

/** Returns the address in the form that is stored. */
export function checkEmail(email: string): string {
  const normal = normaliseEmail(email);
  if (normal === undefined) throw wrong('email', 'must be an address such as name@example.com');
  return normal;
}

export function checkName(name: string): string {
  const normal = name.trim();
  const problem = nameProblem(normal);
  if (problem) throw wrong('name', problem);
  return normal;
}

export async function checkPassword(password: string, owner: PasswordOwner): Promise<string> {
  const reason = await newPasswordProblem(password, owner);
  if (!reason) return password;
  const problem = passwordSentence(reason);
  throw new AppError('invalid', `password ${problem}`, { password: problem, password_reason: reason });
}

export function checkRole(role: Role | undefined): Role | undefined {
  if (role !== undefined && !roles.includes(role)) throw wrong('role', `must be ${roles.join(' or ')}`);
  return role;
}

export function checkTier(tier: Tier | undefined): Tier | undefined {
  if (tier !== undefined && !tiers.includes(tier)) throw wrong('tier', `must be ${tiers.join(', ')}`);
  return tier;
}

function wrong(field: string, problem: string): AppError {
  return new AppError('invalid', `${field} ${problem}`, { [field]: problem });
}
