import * as argon2 from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createPasswords, currentHashPrefix, hashingThreads } from '../../src/operations/passwords.ts';
import { onBehalfOf } from '../../src/store/pool-shares.ts';

/** A hash of ours, for work that is replaced. */
const stored = `${currentHashPrefix}salt$hash`;

/** argon2 itself, with its calls and the maximum of concurrent calls counted. */
function counting() {
  const calls = { hash: 0, verify: 0, running: 0, maxRunning: 0 };
  const run = async <T>(name: 'hash' | 'verify', work: () => Promise<T>): Promise<T> => {
    calls[name] += 1;
    calls.running += 1;
    calls.maxRunning = Math.max(calls.maxRunning, calls.running);
    try {
      return await work();
    } finally {
      calls.running -= 1;
    }
  };
  const argon2id = {
    hash: (...given: Parameters<typeof argon2.hash>) => run('hash', () => argon2.hash(...given)),
    verify: (...given: Parameters<typeof argon2.verify>) => run('verify', () => argon2.verify(...given)),
  };
  return { calls, argon2id };
}

describe('hashes', () => {
  it('are argon2id with 19 MiB, two passes and a salt of their own', async () => {
    const passwords = createPasswords({ maxWaitMs: 600_000 });
    const [one, two] = await Promise.all([passwords.hash('a password'), passwords.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await passwords.verify(one, 'a password')).toBe(true);
    expect(await passwords.verify(one, 'another password')).toBe(false);
  });

  it('do not depend on how a letter is composed', async () => {
    const passwords = createPasswords({ maxWaitMs: 600_000 });
    expect(await passwords.verify(await passwords.hash('p\u00e4ssword'), 'pa\u0308ssword')).toBe(true);
  });

  it('are made again when their parameters differ', async () => {
    const { needsRehash, hash } = createPasswords({ maxWaitMs: 600_000 });
    expect(needsRehash(await hash('a password'))).toBe(false);
    expect(needsRehash(await argon2.hash('a password', { memoryCost: 8192 }))).toBe(true);
    expect(needsRehash(await argon2.hash('a password', { timeCost: 3 }))).toBe(true);
    expect(needsRehash(await argon2.hash('a password', { algorithm: 1 }))).toBe(true);
  });
});

describe('a password without an account', () => {
  it('costs one full verification, from the first time on', async () => {
    const { calls, argon2id } = counting();
    const passwords = createPasswords({ argon2id });
    expect(await passwords.verifyNothing('a password')).toBe(false);
    expect(await passwords.verifyNothing('')).toBe(false);
    expect(calls).toMatchObject({ hash: 0, verify: 2 });
  });
});

/** Hashes that end when the test says so, on a clock that the test moves. */
function byHand() {
  const running: (() => void)[] = [];
  const begun: string[] = [];
  let nowMs = 0;
  const argon2id = {
    hash: async () => '',
    verify: (_stored: string, password: string) =>
      new Promise<boolean>((resolve) => {
        begun.push(password);
        running.push(() => resolve(false));
      }),
  } as unknown as Pick<typeof argon2, 'hash' | 'verify'>;
  return {
    begun,
    options: { argon2id, clock: () => nowMs },
    /** Ends the hash that began first, `ms` later. */
    async end(ms: number) {
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += ms;
      running.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Calls until one is refused, and returns how many were not. */
async function accepted(verify: (password: string) => Promise<boolean>): Promise<number> {
  for (let count = 0; count < 1_000; count += 1) {
    const outcome = await Promise.race([
      verify(`password ${count}`).catch((error: unknown) => error),
      new Promise((resolve) => setImmediate(resolve, 'waits')),
    ]);
    if (outcome === 'waits') continue;
    expect(outcome).toMatchObject({ kind: 'unavailable', details: { retryAfterSeconds: 3 } });
    return count;
  }
  throw new Error('nothing is refused');
}

describe('a flood', () => {
  it('is hashed a few at a time', async () => {
    const { calls, argon2id } = counting();
    const passwords = createPasswords({ concurrency: 2, argon2id });
    await Promise.all(Array.from({ length: 10 }, () => passwords.verifyNothing('x')));
    expect(calls).toMatchObject({ verify: 10, maxRunning: 2 });
  });

  it('waits half a second at most, as estimated from the hashes before, and is refused beyond it', async () => {
    const { options, end } = byHand();
    const passwords = createPasswords({ concurrency: 1, ...options });
    // Before the first hash, 25 ms are assumed: one is under way and twenty wait.
    expect(passwords.maxAtOnce()).toBe(21);
    // A tenth of the estimate is the last hash.
    const first = passwords.verifyNothing('x');
    await end(100);
    await first;
    expect(passwords.maxAtOnce()).toBe(16);
    for (let n = 0; n < 200; n += 1) {
      const hashed = passwords.verifyNothing('x');
      await end(100);
      await hashed;
    }
    expect(passwords.maxAtOnce()).toBe(6);
    expect(await accepted((password) => passwords.verify(stored, password))).toBe(6);
    // Each that ends makes room for another.
    await end(100);
    expect(await accepted((password) => passwords.verify(stored, password))).toBe(1);
  });

  it('waits for less with more threads', async () => {
    const { options } = byHand();
    const passwords = createPasswords({ concurrency: 3, ...options });
    expect(await accepted((password) => passwords.verify(stored, password))).toBe(3 + 60);
  });

  it('is answered in the order in which it came', async () => {
    const { options, end, begun } = byHand();
    const passwords = createPasswords({ concurrency: 2, ...options });
    const asked = ['first', 'second', 'third', 'fourth', 'fifth'];
    const all = Promise.all(asked.map((password) => passwords.verify(stored, password)));
    for (const _ of asked) await end(25);
    await all;
    expect(begun).toEqual(asked);
  });

  it('hashes nothing for callers that have left while they waited', async () => {
    const { options, end, begun } = byHand();
    const passwords = createPasswords({ concurrency: 1, ...options });
    let gone = false;
    const ask = (password: string, left = () => false) =>
      onBehalfOf('password', left, () => passwords.verify(stored, password)).catch((error: unknown) => error);
    const first = ask('first');
    const second = ask('second', () => gone);
    const third = ask('third');
    gone = true;
    await end(25);
    await end(25);
    expect(await Promise.all([first, second, third])).toMatchObject([false, { kind: 'unavailable' }, false]);
    expect(begun).toEqual(['first', 'third']);
  });

  it('goes on after a verification that fails', async () => {
    const passwords = createPasswords({ concurrency: 1 });
    await expect(passwords.verify('no hash at all', 'x')).rejects.toThrow();
    expect(await passwords.verifyNothing('x')).toBe(false);
  });
});

describe('the number of hashing threads', () => {
  it.each([
    [1, 1, 1],
    [2, 1, 1],
    [4, 1, 3],
    [64, 1, 3],
    [4, 2, 1],
    [8, 2, 3],
    [2, 2, 1],
  ])('on %d cores with %d processes is %d: one core stays free where there is one', (cores, processes, threads) => {
    expect(hashingThreads(cores, processes)).toBe(threads);
  });
});
