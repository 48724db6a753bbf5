/**
 * Password hashing with argon2id and the parameters that OWASP recommends (19 MiB, 2 passes), which each hash contains. A
 * flood of sign-ins waits in a bounded queue, so that it can exhaust neither memory nor the thread pool.
 */
import { availableParallelism } from 'node:os';
import * as argon2 from '@node-rs/argon2';
import { AppError } from '../errors.ts';
import { normalisePassword } from '../policy/passwords.ts';

export interface Passwords {
  hash(password: string): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
  /** Does the work of a verification for an account that does not exist: it takes the same time and returns false. */
  verifyNothing(password: string): Promise<false>;
  /** Reports whether a stored hash has other parameters than a new one. */
  needsRehash(stored: string): boolean;
}

/** `algorithm: 2` is argon2id; memory in KiB. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const prefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;
/** A salt of 16 and a hash of 32 zero bytes. No password has this hash, and verifying it takes as long as any other. */
const impossibleHash = `${prefix}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Hashing runs on Node's thread pool, which has four threads by default. One stays free for DNS lookups and files. */
const maxThreads = 3;

/** Maximum queue length per slot. At about 10 ms per hash, nobody waits longer than a few seconds. */
const maxWaitingPerSlot = 250;

export interface PasswordOptions {
  /** Number of concurrent hashes; each takes 19 MiB. */
  readonly concurrency?: number;
  /** Maximum length of the queue; further calls are refused. */
  readonly maxWaiting?: number;
  /** The hash function, replaced to count its calls. */
  readonly argon2id?: Pick<typeof argon2, 'hash' | 'verify'>;
}

/** Hashing and verifying throw `unavailable` if the queue is full. */
export function createPasswords({
  concurrency = Math.min(availableParallelism(), maxThreads),
  maxWaiting = concurrency * maxWaitingPerSlot,
  argon2id = argon2,
}: PasswordOptions = {}): Passwords {
  const slot = semaphore(concurrency, maxWaiting);
  const verify = (stored: string, password: string) => slot(() => argon2id.verify(stored, normalisePassword(password)));
  return {
    hash: (password) => slot(() => argon2id.hash(normalisePassword(password), parameters)),
    verify,
    async verifyNothing(password) {
      await verify(impossibleHash, password);
      return false;
    },
    needsRehash: (stored) => !stored.startsWith(prefix),
  };
}

function semaphore(slots: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= slots) {
      if (waiting.length >= maxWaiting)
        throw new AppError('unavailable', 'Too many people are signing in at this moment');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      busy += 1;
    }
    try {
      return await work();
    } finally {
      // The slot goes directly to the first waiter.
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
