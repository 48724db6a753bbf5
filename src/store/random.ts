/** Random bytes for what is made with every request. To ask the system for a few bytes costs as much as to ask for many. */
import { randomBytes } from 'node:crypto';

const poolBytes = 4_096;
let pool = Buffer.alloc(0);

/** Returns `count` bytes, at most 4,096, that nobody else has got and that never change. */
export function fewRandomBytes(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(poolBytes);
  const taken = pool.subarray(0, count);
  pool = pool.subarray(count);
  return taken;
}
