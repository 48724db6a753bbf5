/** Passwords that stay behind: the account comes without, and its person chooses a new one. */
import type { LeftOut } from '../account-import.ts';

/** `problem` is the end of a sentence about the hash. */
export function withoutPassword(
  problem: string,
  reason: 'password_weak' | 'password_unsupported' = 'password_unsupported',
): LeftOut {
  return { reason, field: 'password_hash', problem };
}
