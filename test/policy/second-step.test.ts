import { describe, expect, it } from 'vitest';
import {
  demandedAcr,
  formatRecoveryCode,
  freshSeconds,
  keepsSecondFactor,
  missingFactors,
  nextStep,
  oneTimeCode,
  recoveryCode,
} from '../../src/policy/second-step.ts';

const [one, two] = ['urn:vibecaas:acr:1', 'urn:vibecaas:acr:2'] as const;
const none = { totp: false, recoveryCodes: 0, passkeys: false };
const app = { totp: true, recoveryCodes: 10, passkeys: false };
const passkey = { ...none, passkeys: true };

describe('the next step of a sign-in', () => {
  it.each([
    [['pwd'], none, one, 'done'],
    [['pwd'], none, two, 'enrol'],
    [['pwd'], app, one, 'second-step'],
    [['pwd'], app, two, 'second-step'],
    [['fed'], app, one, 'second-step'],
    [['pwd', 'otp'], app, two, 'done'],
    [['pwd', 'rcv'], app, two, 'done'],
    [['hwk', 'user'], app, two, 'done'],
    [['hwk', 'user'], none, two, 'done'],
    [[], app, one, 'second-step'],
    [['pwd'], passkey, one, 'done'],
    [['pwd'], passkey, two, 'second-step'],
    [['swk', 'user'], passkey, two, 'done'],
    [['pwd', 'swk', 'user'], passkey, two, 'done'],
  ] as const)('after %j with %j, where %s is demanded, is %s', (methods, factors, demanded, step) => {
    expect(nextStep(methods, factors, demanded)).toBe(step);
  });
});

describe('the demanded level', () => {
  it.each([
    [undefined, one],
    [two, two],
    [`${two} ${one}`, one],
    [one, one],
    ['loa3', one],
    [`loa3 ${two}`, two],
    [[two], one],
  ])('of %j is %s', (acrValues, level) => {
    expect(demandedAcr({ everyone: false, acrValues })).toBe(level);
  });

  it('is the highest for everybody if the setting says so', () => {
    expect(demandedAcr({ everyone: true, acrValues: one })).toBe(two);
  });
});

describe('what is missing for something dangerous', () => {
  const now = {
    ageSeconds: 1,
    confirmedAgeSeconds: 1,
    methods: ['pwd', 'otp'],
    hasPassword: true,
    factors: app,
    demandsTwo: false,
  } as const;
  const old = { ageSeconds: freshSeconds + 1, confirmedAgeSeconds: freshSeconds + 1 };
  /** An old sign-in in which the password was shown again. */
  const confirmed = { ...old, confirmedAgeSeconds: 1 };
  it.each([
    ['nothing after a recent sign-in', {}, undefined],
    ['nothing without a second step', { factors: none, methods: ['pwd'] as const }, undefined],
    ['the code alone if that was not shown', { methods: ['pwd'] as const }, [false, true, false]],
    ['both after an old sign-in', old, [true, true, false]],
    ['the password alone without a second step', { ...old, factors: none }, [true, false, false]],
    ['a new sign-in if there is no password', { ...old, hasPassword: false }, [false, false, true]],
    [
      'the password after a sign-in elsewhere that may have asked for nothing',
      { methods: ['fed'] as const, factors: none },
      [true, false, false],
    ],
    ['both after such a sign-in with a code', { methods: ['fed', 'otp'] as const }, [true, true, false]],
    [
      'a new sign-in after such a sign-in if there is no password',
      { methods: ['fed', 'mfa'] as const, factors: none, hasPassword: false },
      [false, false, true],
    ],
    [
      'nothing after a sign-in elsewhere that was asked for anew',
      { methods: ['fed', 'user'] as const, factors: none, hasPassword: false },
      undefined,
    ],
    [
      'nothing after such a sign-in if the password was confirmed since',
      { methods: ['fed', 'mfa'] as const, factors: none, ageSeconds: 60, confirmedAgeSeconds: 1 },
      undefined,
    ],
    ['nothing if one factor was confirmed and one is enough', { ...confirmed, factors: none }, undefined],
    ['both if one factor was confirmed and the account has an app', confirmed, [true, true, false]],
    [
      'a new sign-in if two factors are demanded and the second one is elsewhere, or gone',
      { ...confirmed, factors: none, demandsTwo: true },
      [false, false, true],
    ],
    [
      'the password if two factors are demanded and there never was a second one',
      { ...old, factors: none, demandsTwo: true, methods: ['pwd'] as const },
      [true, false, false],
    ],
  ])('is %s', (_what, changes, missing) => {
    const found = missingFactors({ ...now, ...changes });
    expect(found && [found.password, found.code, found.signIn]).toEqual(missing);
    expect(found?.passkey ?? false).toBe(false);
  });

  it.each([
    ['if the account has no password', { hasPassword: false, ...old }, true],
    ['if two factors are demanded and the sign-in had one', { methods: ['pwd'] as const, demandsTwo: true }, true],
    ['if two factors are demanded and the sign-in with one is old', { demandsTwo: true, ...old }, true],
    ['if two are demanded and an old sign-in had one', { methods: ['pwd'] as const, demandsTwo: true, ...old }, true],
    [
      'and not a code, if an old sign-in was by passkey and an app is there',
      { demandsTwo: true, factors: app, ...old },
      false,
    ],
    ['if two factors are demanded and one was confirmed', { demandsTwo: true, ...confirmed }, true],
    ['and not a password, if one is demanded', { methods: ['pwd'] as const, ...old }, false],
    ['and not a code, if an app is there', { methods: ['pwd'] as const, demandsTwo: true, factors: app }, false],
  ])('is a passkey %s', (_what, changes, only) => {
    const found = missingFactors({ ...now, methods: ['swk', 'user'], factors: passkey, ...changes });
    expect(found?.passkey).toBe(only);
    expect(found && (found.password || found.code)).toBe(!only);
  });

  it('is nothing after a recent sign-in with a passkey', () => {
    const methods = ['swk', 'user'] as const;
    expect(missingFactors({ ...now, methods, factors: passkey, demandsTwo: true })).toBeUndefined();
    expect(missingFactors({ ...now, methods, factors: app, demandsTwo: true })).toBeUndefined();
  });
});

it.each([
  [['pwd', 'otp', 'mfa'], app, true],
  [['pwd', 'otp', 'mfa'], passkey, true],
  [['pwd', 'otp', 'mfa'], none, false],
  [['swk', 'user', 'mfa'], none, false],
  [['pwd', 'rcv', 'mfa'], none, false],
  [['fed', 'mfa'], none, true],
  [['fed', 'otp', 'mfa'], none, false],
] as const)('The second factor of a session of %j still counts with %j: %s', (methods, factors, counts) => {
  expect(keepsSecondFactor(methods, factors)).toBe(counts);
});

it.each([
  ['123456', '123456'],
  [' 123 456 ', '123456'],
  ['１２３４５６', '123456'],
  ['12345', undefined],
  ['1234567', undefined],
  ['12345a', undefined],
  ['', undefined],
])('The one-time code %j is read as %s', (typed, code) => {
  expect(oneTimeCode(typed)).toBe(code);
});

it.each([
  ['K7QF-2MXD', 'K7QF-2MXD'],
  ['k7qf2mxd', 'K7QF-2MXD'],
  [' k7qf 2mxd ', 'K7QF-2MXD'],
  ['OIL0-1111', '0110-1111'],
  ['K7QF-2MX', undefined],
  ['K7QF-2MXDD', undefined],
  ['K7QF-2MXU', undefined],
  ['', undefined],
])('The recovery code %j is read as %s', (typed, code) => {
  expect(recoveryCode(typed)).toBe(code);
});

it('A recovery code that was made is read as itself', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    const code = formatRecoveryCode(Uint8Array.from({ length: 8 }, (_, index) => (byte + index * 37) % 256));
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(recoveryCode(code.toLowerCase().replace('-', ''))).toBe(code);
  }
});
