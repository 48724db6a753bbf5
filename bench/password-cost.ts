/** What verifying a password costs here, as a note beside figures that leave it out. */
import { verify } from '@node-rs/argon2';
import { passwordHash } from './scenario.ts';

/** Milliseconds of CPU for one verification. */
export async function verificationCost(): Promise<number> {
  const stored = await passwordHash();
  const times = 5;
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) await verify(stored, 'a password');
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / times / 1000);
}
