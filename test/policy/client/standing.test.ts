import { expect, test } from 'vitest';
import { appStanding } from '../../../src/policy/client/standing.ts';

const day = new Date('2026-11-01T00:00:00Z');

test.each([
  ['unchecked', {}],
  ['unchecked', { first_party: false, verified_at: null, submitted_at: null }],
  ['in_review', { submitted_at: day }],
  ['verified', { verified_at: day }],
  ['verified', { verified_at: day.toISOString() }],
  ['own', { first_party: true }],
  ['own', { first_party: true, verified_at: day }],
] as const)('an app is %s with %j', (standing, client) => {
  expect(appStanding(client)).toBe(standing);
});
