/**
 * Password hashing with argon2id and the parameters that OWASP recommends (19 MiB, 2 passes), which each hash contains. A
 * flood of sign-ins waits in a queue that is bounded by time, so that it can exhaust neither memory nor the processor.
 */
import { availableParallelism } from 'node:os';
import * as argon2 from '@node-rs/argon2';
import { AppError } from '../errors.ts';
import { normalisePassword } from '../policy/passwords.ts';
import { stopIfCallerGone } from '../store/pool-shares.ts';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Verifies against a hash of ours, or the one that an account was imported with. */
  verify(stored: string, password: string): Promise<boolean>;
  /**
   * Does the work of a verification for an account that does not exist: it takes as long as one that does, and returns
   * false. See policy/decoys.ts.
   */
  verifyNothing(password: string, email?: string): Promise<false>;
  /** Reports whether a stored hash has other parameters than a new one. */
  needsRehash(stored: string): boolean;
  /** Number of hashes that can be under way and waiting at this moment without anybody waiting too long. */
  maxAtOnce(): number;
  load(): PasswordLoad;
}

/** What the queue of hashes has done since the start of the process, and has to do now. */
export interface PasswordLoad {
  readonly running: number;
  readonly waiting: number;
  readonly hashed: number;
  readonly refused: number;
  /** The sum of the times that hashes took, without their wait. */
  readonly seconds: number;
}

/** `algorithm: 2` is argon2id; memory in KiB. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
export const currentHashPrefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;
/** A salt of 16 and a hash of 32 zero bytes. No password has this hash, and verifying it takes as long as any other. */
const impossibleHash = `${currentHashPrefix}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Reports whether a hash has the parameters of a new one. */
export const isCurrentHash = (stored: string): boolean => stored.startsWith(currentHashPrefix);

/** Hashing runs on Node's thread pool, which has four threads by default. One stays free for DNS lookups and files. */
const maxThreads = 3;

/**
 * Number of concurrent hashes of one process. One core is left for everything else, so that a flood of sign-ins cannot
 * slow down refreshes. A machine with one core, or with a process for each core, cannot leave one.
 */
export function hashingThreads(cores: number, processes: number): number {
  return Math.max(1, Math.min(Math.floor((cores - 1) / processes), maxThreads));
}

/** With a longer wait, what is accepted would not be answered within a second, because the estimate is rough. */
const maxWaitMs = 500;

export interface PasswordOptions {
  /** Number of concurrent hashes; each takes 19 MiB. */
  readonly concurrency?: number;
  /** Maximum time in the queue, as estimated from the last hashes; further calls are refused. */
  readonly maxWaitMs?: number;
  /** Returns the hash that an unknown address pretends to have; undefined for one of ours. */
  readonly decoyOf?: (email: string) => string | undefined;
  /** The hash function, replaced to count its calls. */
  readonly argon2id?: Pick<typeof argon2, 'hash' | 'verify'>;
  /** Returns milliseconds. */
  readonly clock?: () => number;
}

/** Hashing and verifying throw `unavailable` if the wait would be too long, or if the caller leaves before its turn. */
export function createPasswords({
  concurrency = hashingThreads(availableParallelism(), 1),
  argon2id = argon2,
  decoyOf = () => undefined,
  ...options
}: PasswordOptions = {}): Passwords {
  const queue = createQueue({ slots: concurrency, maxWaitMs, clock: () => performance.now(), ...options });
  const verify = (stored: string, password: string) => queue.run(() => verifyOne(stored, password, argon2id.verify));
  return {
    hash: (password) => queue.run(() => argon2id.hash(normalisePassword(password), parameters)),
    verify,
    async verifyNothing(password, email = '') {
      await verify(decoyOf(email) ?? impossibleHash, password);
      return false;
    },
    needsRehash: (stored) => !isCurrentHash(stored),
    maxAtOnce: queue.maxAtOnce,
    load: queue.load,
  };
}

/** Hashes that are not ours are known by a file that is imported with the first of them. */
async function verifyOne(stored: string, password: string, argon2Verify: typeof argon2.verify): Promise<boolean> {
  const normal = normalisePassword(password);
  if (isCurrentHash(stored)) return argon2Verify(stored, normal);
  const { verifyForeign } = await import('./foreign-hashes.ts');
  return verifyForeign(stored, { typed: password, normal }, argon2Verify);
}

interface QueueOptions {
  readonly slots: number;
  readonly maxWaitMs: number;
  readonly clock: () => number;
}

/** What a hash takes before one was measured. */
const firstEstimateMs = 25;
/** The weight of the last hash in the running mean. */
const weight = 0.1;

/** Runs the work in the order in which it arrives, so that nobody can pass another. */
function createQueue({ slots, maxWaitMs, clock }: QueueOptions) {
  const waiting: (() => void)[] = [];
  let busy = 0;
  let meanMs = firstEstimateMs;
  const totals = { hashed: 0, refused: 0, seconds: 0 };

  const estimatedWaitMs = () => ((waiting.length + 1) * meanMs) / slots;
  const turn = async () => {
    if (busy < slots) {
      busy += 1;
      return;
    }
    if (estimatedWaitMs() > maxWaitMs) {
      totals.refused += 1;
      throw tooMany();
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const measured = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedMs = clock();
    const result = await work();
    const tookMs = clock() - startedMs;
    meanMs += (tookMs - meanMs) * weight;
    totals.hashed += 1;
    totals.seconds += tookMs / 1000;
    return result;
  };

  return {
    load: () => ({ running: busy, waiting: waiting.length, ...totals }),
    maxAtOnce: () => slots + Math.floor((maxWaitMs * slots) / meanMs),
    async run<T>(work: () => Promise<T>): Promise<T> {
      await turn();
      try {
        stopIfCallerGone();
        return await measured(work);
      } finally {
        // The slot goes directly to the first waiter.
        const next = waiting.shift();
        if (next) next();
        else busy -= 1;
      }
    },
  };
}

function tooMany(): AppError {
  return new AppError('unavailable', 'Too many people are signing in at this moment', { retryAfterSeconds: 3 });
}
