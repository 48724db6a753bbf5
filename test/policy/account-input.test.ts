import { describe, expect, it } from 'vitest';
import { normaliseEmail } from '../../src/policy/emails.ts';
import { isPossiblePassword, normalisePassword, passwordProblem } from '../../src/policy/passwords.ts';

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
  it.each(['demo-password-change-me', 'twelve chars', '            ', 'ä'.repeat(128), '🐎'.repeat(12)])(
    '%j may be one',
    (given) => {
      expect(passwordProblem(given)).toBeUndefined();
      expect(isPossiblePassword(given)).toBe(true);
    },
  );
  it.each([
    ['eleven char', /at least 12/],
    ['🐎'.repeat(11), /at least 12/],
    ['a'.repeat(257), /at most 256 bytes/],
    ['ä'.repeat(129), /at most 256 bytes/],
    ['a long password\0', /NUL/],
  ])('%j is refused', (given, problem) => {
    expect(passwordProblem(given)).toMatch(problem);
  });
  it('are equal however their letters are composed', () => {
    expect(normalisePassword('pa\u0308ssword')).toBe(normalisePassword('p\u00e4ssword'));
  });
});
