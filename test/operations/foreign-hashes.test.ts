/** Passwords are verified against hashes that other implementations made (test/support/foreign-hashes.ts says which). */
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../src/operations/passwords.ts';
import { decoyHashOf, formatPasswordHash, parsePasswordHash } from '../../src/policy/password-hashes/parse.ts';
import { foreignHashes } from '../support/foreign-hashes.ts';

const passwords = createPasswords({ concurrency: 2, maxWaitMs: 600_000 });

const stored = (hash: unknown, as = formatPasswordHash) => {
  const parsed = parsePasswordHash(hash);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return as(parsed.hash);
};

describe.each(foreignHashes)('a hash of $dialect', ({ hash, password }) => {
  it('is verified with its password, and with no other', async () => {
    expect(await passwords.verify(stored(hash), password)).toBe(true);
    expect(await passwords.verify(stored(hash), `${password}x`)).toBe(false);
    expect(await passwords.verify(stored(hash), '')).toBe(false);
  });

  it('is replaced at the first sign-in, and its decoy belongs to no password', async () => {
    expect(passwords.needsRehash(stored(hash))).toBe(true);
    expect(await passwords.verify(stored(hash, decoyHashOf), password)).toBe(false);
  });
});

it('a password is tried as it was typed, because other systems do not normalise it', async () => {
  // NFKC makes one character of the ligature's two. Django hashed what was typed.
  const ligature = foreignHashes.find(({ password }) => password.includes('ﬁ'));
  expect(await passwords.verify(stored(ligature?.hash), 'oﬃce ﬁsh')).toBe(true);
  expect(await passwords.verify(stored(ligature?.hash), 'office fish')).toBe(false);
});

it('no more foreign hashes run at a time than hashes of ours', async () => {
  const { hash, password } = foreignHashes.find(({ dialect }) => dialect.startsWith('bcrypt')) ?? {
    hash: '',
    password: '',
  };
  const one = createPasswords({ concurrency: 1, maxWaitMs: 0 });
  const [first, second] = await Promise.allSettled([
    one.verify(stored(hash), password),
    one.verify(stored(hash), password),
  ]);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
});
