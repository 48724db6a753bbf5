/**
 * Password hashes: argon2id with the parameters of OWASP's advice (19 MiB, 2 passes), stored in each hash. A flood of
 * sign-ins waits in a line of bounded length, so that it can exhaust neither memory nor the thread pool.
 */
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';

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

/** Longest line, per slot: at some 10 ms each nobody in it waits for more than a few seconds. */
const waitingPerSlot = 250;

export function createPasswords({ concurrency = availableParallelism() }: { concurrency?: number } = {}): Passwords {
  const slot = semaphore(concurrency, concurrency * waitingPerSlot);
  const hashOf = (password: string) => slot(() => hash(password, parameters));
  let nothing: Promise<string> | undefined;
  return {
    hash: hashOf,
    verify: (stored, password) => slot(() => verify(stored, password)),
    async verifyNothing(password) {
      nothing ??= hashOf('nobody has this password');
      const stored = await nothing;
      await slot(() => verify(stored, password));
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
