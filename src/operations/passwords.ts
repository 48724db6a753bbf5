/**
 * Password hashes: argon2id with the parameters of OWASP's advice (19 MiB, 2 passes), stored in each hash. A flood of
 * sign-ins waits in a line of bounded length, so that it can exhaust neither memory nor the thread pool.
 */
import { availableParallelism } from 'node:os';
import * as argon2 from '@node-rs/argon2';
import { AppError } from '../errors.ts';
import { normalisePassword } from '../policy/passwords.ts';

export interface Passwords {
  hash(password: string): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
  /** The work of a verification for an account that does not exist: same time, and always false. */
  verifyNothing(password: string): Promise<false>;
  /** Whether a stored hash has other parameters than a new one would. */
  needsRehash(stored: string): boolean;
}

/** `algorithm: 2` is argon2id; memory in KiB. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const form = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;
/** A salt of 16 and a hash of 32 zero bytes: no password has it, and finding that out takes as long as any other. */
const nobodys = `${form}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Hashing runs on Node's thread pool, which has four threads unless told otherwise: one stays free for names and files. */
const maxThreads = 3;

/** Longest line, per slot: at some 10 ms each nobody in it waits for more than a few seconds. */
const waitingPerSlot = 250;

export interface PasswordOptions {
  /** How many are hashed at the same time; each takes 19 MiB. */
  readonly concurrency?: number;
  /** How many may wait for that; one more is refused. */
  readonly waiting?: number;
  /** The hash function, for those who count its calls. */
  readonly argon2id?: Pick<typeof argon2, 'hash' | 'verify'>;
}

/** All three throw `unavailable` when too many wait already. */
export function createPasswords({
  concurrency = Math.min(availableParallelism(), maxThreads),
  waiting = concurrency * waitingPerSlot,
  argon2id = argon2,
}: PasswordOptions = {}): Passwords {
  const slot = semaphore(concurrency, waiting);
  const verify = (stored: string, password: string) => slot(() => argon2id.verify(stored, normalisePassword(password)));
  return {
    hash: (password) => slot(() => argon2id.hash(normalisePassword(password), parameters)),
    verify,
    async verifyNothing(password) {
      await verify(nobodys, password);
      return false;
    },
    needsRehash: (stored) => !stored.startsWith(form),
  };
}

function semaphore(slots: number, longest: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= slots) {
      if (waiting.length >= longest) throw new AppError('unavailable', 'Too many people are signing in at this moment');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      busy += 1;
    }
    try {
      return await work();
    } finally {
      // The slot goes straight to whoever waits longest.
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
