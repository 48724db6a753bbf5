import { expect, it } from 'vitest';
import { isTooOld, namesAnother } from '../../src/policy/hints.ts';

const account = { id: 'acc_mine', email: 'ada@example.com' };

it.each([
  ['its own address', 'ada@example.com', false],
  ['in other letters, with spaces', ' Ada@Example.COM ', false],
  ['its own id', 'acc_mine', false],
  ['another address', 'bob@example.com', true],
  ['an address that begins alike', 'ada@example.com.evil.example', true],
  ['another id', 'acc_other', true],
  ['a name at another place', 'ada', false],
  ['a telephone number', '+49 30 1234', false],
  ['nothing', '', false],
])('a login_hint with %s', (_, hint, another) => {
  expect(namesAnother(hint, account)).toBe(another);
});

it.each([
  ['a fresh sign-in', 600, 0, false, false],
  ['the last second', 600, 600, false, false],
  ['one second more', 600, 601, false, true],
  ['a short time, on the way back from the sign-in page', 1, 30, true, false],
  ['a way back that took too long', 1, 31, true, true],
  ['a long time, on the way back', 600, 601, true, true],
])('max_age and %s', (_, maxAge, passed, justNow, old) => {
  expect(isTooOld(maxAge, { signedInAt: 1_000, justNow, now: 1_000 + passed })).toBe(old);
});
