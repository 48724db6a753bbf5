import { expect, it } from 'vitest';
import { assuranceOf, knownMethods, meets } from '../../src/policy/assurance.ts';

const [one, two] = ['urn:vibecaas:acr:1', 'urn:vibecaas:acr:2'];

it.each([
  [['pwd'], one, ['pwd']],
  [['fed'], one, ['fed']],
  [['otp'], one, ['otp']],
  [[], one, []],
  [['hwk'], one, ['hwk']],
  [['pwd', 'fed'], one, ['pwd', 'fed']],
  [['otp', 'rcv'], one, ['otp', 'rcv']],
  [['otp', 'pwd'], two, ['pwd', 'otp', 'mfa']],
  [['pwd', 'rcv'], two, ['pwd', 'mfa', 'rcv']],
  [['hwk', 'user'], two, ['hwk', 'user', 'mfa']],
  [['swk', 'user'], two, ['swk', 'user', 'mfa']],
  [['fed', 'otp'], two, ['otp', 'mfa', 'fed']],
  [['fed', 'mfa'], two, ['mfa', 'fed']],
  [['pwd', 'pwd'], one, ['pwd']],
] as const)('A sign-in by %j has the level %s', (methods, acr, amr) => {
  expect(assuranceOf(methods)).toEqual({ acr, amr });
});

it('A level is met by itself and by a higher one', () => {
  expect([meets(one, one), meets(two, one), meets(two, two), meets(one, two)]).toEqual([true, true, true, false]);
});

it('A level that does not exist meets nothing and is never met', () => {
  expect([meets(undefined, one), meets('loa3', one), meets(two, 'loa3')]).toEqual([false, false, false]);
});

it('Methods that this release does not know are left out', () => {
  expect(knownMethods(['pwd', 'face'])).toEqual(['pwd']);
  expect(knownMethods(undefined)).toEqual([]);
});
