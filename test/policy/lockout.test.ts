import { describe, expect, it } from 'vitest';
import { accountLockout, type Lockout, machineLockout, machineOf, waitSecondsAfter } from '../../src/policy/lockout.ts';

describe('the wait', () => {
  const lockout: Lockout = { freeFailures: 3, windowSeconds: 100, firstWaitSeconds: 10, maxWaitSeconds: 60 };
  it.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [4, 60],
    [5, 60],
    [100_000, 60],
  ])('after strike %d: %d s', (strike, seconds) => {
    expect(waitSecondsAfter(strike, lockout)).toBe(seconds);
  });

  it.each([
    ['an account', accountLockout, 120],
    ['a machine', machineLockout, 130],
  ])('leaves few guesses at %s within its window', (_name, limit, maxGuesses) => {
    let strikes = 0;
    for (let passed = 0; passed < limit.windowSeconds; strikes += 1) passed += waitSecondsAfter(strikes + 1, limit);
    expect(limit.freeFailures + strikes).toBeLessThanOrEqual(maxGuesses);
    expect(limit.maxWaitSeconds).toBeLessThanOrEqual(15 * 60);
  });
});

describe('a machine', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:0002:ffff::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('%s is %s', (ip, machine) => {
    expect(machineOf(ip)).toBe(machine);
  });
});
