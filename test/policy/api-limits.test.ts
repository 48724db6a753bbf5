/** The limits of each tier, and what a call is told about them. */
import { describe, expect, it } from 'vitest';
import { limitsOfTier, limitVerdict, type WindowState } from '../../src/policy/api-limits.ts';

const now = 1_800_000_000_000;
const burst = (used: number): WindowState => ({ window: 'burst', limit: 10, used, resetsInMs: 400 });
const hourly = (used: number): WindowState => ({ window: 'hourly', limit: 100, used, resetsInMs: 60_500 });
const daily = (used: number): WindowState => ({ window: 'daily', limit: 1_000, used, resetsInMs: 3_600_000 });

describe('limits of a tier', () => {
  it.each([
    ['free', { burst: 10, hourly: 100, daily: 1_000 }],
    ['pro', { burst: 50, hourly: 1_000, daily: 10_000 }],
    ['business', { burst: 100, hourly: 5_000, daily: 50_000 }],
    ['enterprise', { burst: null, hourly: null, daily: null }],
    [undefined, { burst: 10, hourly: 100, daily: 1_000 }],
    ['constructor', { burst: 10, hourly: 100, daily: 1_000 }],
  ])('%s', (tier, limits) => expect(limitsOfTier(tier)).toEqual(limits));
});

describe('a call', () => {
  it('is told what is left of its hour', () => {
    expect(limitVerdict([burst(1), hourly(7), daily(70)], now)).toEqual({
      allowed: true,
      headers: { 'X-RateLimit-Limit': '100', 'X-RateLimit-Remaining': '93', 'X-RateLimit-Reset': '1800000061' },
    });
  });

  it.each([
    ['the last one of the hour passes', [burst(1), hourly(100), daily(100)], true, undefined],
    ['one more does not', [burst(1), hourly(101)], false, 61],
    ['too many in one second', [burst(11)], false, 1],
    ['too many in one day', [burst(1), hourly(1), daily(1_001)], false, 3_600],
  ])('%s', (_name, states, allowed, wait) => {
    const verdict = limitVerdict(states, now);
    expect([verdict.allowed, verdict.retryAfterSeconds]).toEqual([allowed, wait]);
    if (!allowed) expect(verdict.headers['X-RateLimit-Remaining']).toBe('0');
  });

  it('without limits is told so', () => {
    expect(Object.values(limitVerdict([], now).headers).join()).toMatch(/^2147483647,2147483647,\d+$/);
  });
});
