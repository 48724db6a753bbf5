import { describe, expect, it } from 'vitest';
import { acrValues } from '../../src/policy/assurance.ts';
import {
  type AuthenticationRequirements,
  requirementsProblem,
  type SignInClaims,
  strictest,
  unmetRequirement,
} from '../../src/policy/authentication-requirements.ts';

const [one, two] = acrValues;
const now = 1_795_540_000;
const unmet = (claims: SignInClaims, required: AuthenticationRequirements) =>
  unmetRequirement(claims, required, { now, toleranceSeconds: 5 });

describe('a sign-in', () => {
  it.each<[what: string, claims: SignInClaims, required: AuthenticationRequirements]>([
    ['of the level', { acr: two }, { acr: two }],
    ['of a higher level', { acr: two }, { acr: one }],
    ['of any level, where none is asked', { acr: 'bogus' }, {}],
    ['that is as old as allowed', { auth_time: now - 60 }, { maxAgeSeconds: 60 }],
    ['that is older by the tolerance of clocks', { auth_time: now - 65 }, { maxAgeSeconds: 60 }],
    ['that a slow clock sees in the future', { auth_time: now + 3_600 }, { maxAgeSeconds: 60 }],
    ['with both', { acr: two, auth_time: now }, { acr: two, maxAgeSeconds: 1 }],
  ])('%s is enough', (_what, claims, required) => {
    expect(unmet(claims, required)).toBeUndefined();
  });

  const stronger = 'A stronger sign-in is required';
  const recent = 'A more recent sign-in is required';
  it.each<[what: string, claims: SignInClaims, required: AuthenticationRequirements, said: string]>([
    ['of a lower level', { acr: one }, { acr: two }, stronger],
    ['without a level', {}, { acr: one }, stronger],
    ['of an unknown level', { acr: 'urn:vibecaas:acr:3' }, { acr: one }, stronger],
    ['with a level of another type', { acr: [two] }, { acr: two }, stronger],
    ['that is too old', { auth_time: now - 66 }, { maxAgeSeconds: 60 }, recent],
    ['without a time', { acr: two }, { maxAgeSeconds: 60 }, recent],
    ['with a time of another type', { auth_time: String(now) }, { maxAgeSeconds: 60 }, recent],
    ['with a time that is not a number', { auth_time: Number.NaN }, { maxAgeSeconds: 60 }, recent],
    [
      'with neither',
      { acr: one, auth_time: 0 },
      { acr: two, maxAgeSeconds: 60 },
      'A stronger and more recent sign-in is required',
    ],
  ])('%s is not enough', (_what, claims, required, said) => {
    expect(unmet(claims, required)).toBe(said);
  });
});

it.each<[AuthenticationRequirements, AuthenticationRequirements, AuthenticationRequirements]>([
  [{}, {}, {}],
  [{ acr: one }, { acr: two }, { acr: two }],
  [{ acr: two }, {}, { acr: two }],
  [{ maxAgeSeconds: 60 }, { acr: one, maxAgeSeconds: 30 }, { acr: one, maxAgeSeconds: 30 }],
  [{ acr: two, maxAgeSeconds: 60 }, {}, { acr: two, maxAgeSeconds: 60 }],
])('whoever meets %j and %j has to meet %j', (first, second, both) => {
  expect([strictest(first, second), strictest(second, first)]).toEqual([both, both]);
});

describe('requirements', () => {
  it.each([{}, { acr: one }, { acr: two, maxAgeSeconds: 1 }, { maxAgeSeconds: 86_400 }])('%j can be met', (some) => {
    expect(requirementsProblem(some)).toBeUndefined();
  });

  it.each([
    { acr: 'urn:vibecaas:acr:3' },
    { acr: '' },
    { acr: null },
    { maxAgeSeconds: 0 },
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: 1.5 },
    { maxAgeSeconds: '60' },
    { maxAgeSeconds: Number.NaN },
  ])('%j can never be met', (some) => {
    expect(requirementsProblem(some)).toMatch(/^(acr|maxAgeSeconds): /);
  });
});
