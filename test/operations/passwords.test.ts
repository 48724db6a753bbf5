import * as argon2 from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../src/operations/passwords.ts';

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
    const passwords = createPasswords();
    const [one, two] = await Promise.all([passwords.hash('a password'), passwords.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await passwords.verify(one, 'a password')).toBe(true);
    expect(await passwords.verify(one, 'another password')).toBe(false);
  });

  it('do not depend on how a letter is composed', async () => {
    const passwords = createPasswords();
    expect(await passwords.verify(await passwords.hash('p\u00e4ssword'), 'pa\u0308ssword')).toBe(true);
  });

  it('are made again when their parameters differ', async () => {
    const { needsRehash, hash } = createPasswords();
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

describe('a flood', () => {
  it('is hashed a few at a time, waits in a queue, and is refused beyond it', async () => {
    const { calls, argon2id } = counting();
    const passwords = createPasswords({ concurrency: 2, maxWaiting: 5, argon2id });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => passwords.verifyNothing('x')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const reason of refused) expect(reason).toMatchObject({ kind: 'unavailable' });
    expect(calls).toMatchObject({ verify: 7, maxRunning: 2 });
    // Afterwards, verifications work again.
    expect(await passwords.verifyNothing('x')).toBe(false);
  });

  it('goes on after a verification that fails', async () => {
    const passwords = createPasswords({ concurrency: 1, maxWaiting: 2 });
    await expect(passwords.verify('no hash at all', 'x')).rejects.toThrow();
    expect(await passwords.verifyNothing('x')).toBe(false);
  });
});
