/** For how long: the choices, their ends, and which one is suggested. */
import { describe, expect, it } from 'vitest';
import {
  chosenDuration,
  consentDurations,
  endOfConsent,
  hasEnded,
  suggestedDuration,
} from '../../src/policy/consent-duration.ts';

const now = new Date('2026-11-24T07:52:44.600Z');

it.each(consentDurations)('%s is a choice, and nothing near it is', (duration) => {
  expect(chosenDuration([duration])).toBe(duration);
  for (const other of [`${duration} `, `0${duration}`, duration.toUpperCase() + duration, '']) {
    expect(chosenDuration([other])).toBeUndefined();
  }
  expect(chosenDuration([])).toBeUndefined();
  expect(chosenDuration([duration, duration])).toBeUndefined();
});

it('an end is a whole second, as in tokens, and never later than the choice', () => {
  expect(endOfConsent('3600', now)).toEqual(new Date('2026-11-24T08:52:44Z'));
  expect(endOfConsent('86400', now)).toEqual(new Date('2026-11-25T07:52:44Z'));
  expect(endOfConsent('2592000', now)).toEqual(new Date('2026-12-24T07:52:44Z'));
  expect(endOfConsent('until', now)).toBeNull();
});

it('an answer has ended from its end on', () => {
  expect(hasEnded({ ends_at: new Date(now.getTime() + 1) }, now)).toBe(false);
  expect(hasEnded({ ends_at: now }, now)).toBe(true);
  expect(hasEnded({ ends_at: null }, now)).toBe(false);
  expect(hasEnded({}, now)).toBe(false);
});

describe('the suggestion', () => {
  it('is 30 days at first', () => {
    expect(suggestedDuration(undefined)).toBe('2592000');
  });

  it.each(consentDurations)('is %s after that was chosen, though two clocks were read', (duration) => {
    for (const skewMs of [-5_000, 0, 5_000]) {
      const before = { updated_at: new Date(now.getTime() + skewMs), ends_at: endOfConsent(duration, now) };
      expect(suggestedDuration(before)).toBe(duration);
    }
  });
});
