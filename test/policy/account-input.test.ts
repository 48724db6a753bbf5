import { describe, expect, it } from 'vitest';
import { normaliseEmail } from '../../src/policy/emails.ts';
import { isPossiblePassword, lengthProblem, normalisePassword } from '../../src/policy/passwords.ts';

describe('addresses', () => {
  it.each([
    ['Person@Example.COM', 'person@example.com'],
    ['  person@example.com ', 'person@example.com'],
    ['a.b+c@sub.example.com', 'a.b+c@sub.example.com'],
    ['demo@vibecaas.localhost', 'demo@vibecaas.localhost'],
    ['root@localhost', 'root@localhost'],
  ])('%j is stored as %s', (given, stored) => {
    expect(normaliseEmail(given)).toBe(stored);
  });
  it.each([
    '',
    'person',
    '@example.com',
    'person@',
    'a@b@example.com',
    'a b@example.com',
    'a\0@example.com',
    'person@-example.com',
    'person@example..com',
    'pers\u043en@example.com',
    'person@exаmple.com',
    `${'a'.repeat(243)}@example.com`,
  ])('%j is refused', (given) => {
    expect(normaliseEmail(given)).toBeUndefined();
  });
});

describe('new passwords', () => {
  it.each([
    'demo-password-change-me',
    '8 chars.',
    '        ',
    'a'.repeat(128),
    'ä'.repeat(128),
    '🐎'.repeat(8),
    '🐎'.repeat(128),
  ])('%j may be one', (given) => {
    expect(lengthProblem(given)).toBeUndefined();
    expect(isPossiblePassword(given)).toBe(true);
  });
  it.each([
    ['7 chars', 'too_short'],
    ['🐎'.repeat(7), 'too_short'],
    ['a'.repeat(129), 'too_long'],
    ['🐎'.repeat(129), 'too_long'],
    ['a long password\0', 'unusable'],
  ])('%j is refused', (given, problem) => {
    expect(lengthProblem(given)).toBe(problem);
  });
  it('that were set when more bytes were allowed can still be typed at a sign-in', () => {
    expect(isPossiblePassword('a'.repeat(256))).toBe(true);
    expect(isPossiblePassword('a'.repeat(513))).toBe(false);
  });
  it('are equal however their letters are composed', () => {
    expect(normalisePassword('pa\u0308ssword')).toBe(normalisePassword('p\u00e4ssword'));
  });
});
