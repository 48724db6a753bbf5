/** The cost of verifying a password on this machine, reported separately because measurements leave it out. */
import { verify } from '@node-rs/argon2';
import { passwordHash } from './scenario.ts';

/** Returns the CPU time of one verification. */
export async function verificationCostMs(): Promise<number> {
  const stored = await passwordHash();
  const times = 5;
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) await verify(stored, 'a password');
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / times / 1000);
}
