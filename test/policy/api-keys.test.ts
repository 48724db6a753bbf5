import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  canonicalNetworks,
  containsApiKey,
  endOfSuccessor,
  formatApiKey,
  hasFormOfApiKey,
  keyProblems,
  looksLikeApiKey,
  maskedKey,
  scopeOfKey,
} from '../../src/policy/api-keys.ts';
import { apiScopes } from '../../src/policy/scopes.ts';

describe('a key', () => {
  it.each(['live', 'test'] as const)('has its environment, 43 digits in base62 and a checksum: %s', (environment) => {
    for (const random of [new Uint8Array(32), new Uint8Array(32).fill(255), randomBytes(32)]) {
      const key = formatApiKey(environment, random);
      expect(key).toMatch(new RegExp(`^vcs_sk_${environment}_[0-9A-Za-z]{49}$`));
      expect(hasFormOfApiKey(key)).toBe(true);
      expect(looksLikeApiKey(key)).toBe(true);
    }
  });

  it('is another one for other bytes, up to the last bit', () => {
    const all = Array.from({ length: 256 }, (_, bit) => {
      const bytes = new Uint8Array(32);
      bytes[bit >> 3] = 1 << (bit & 7);
      return formatApiKey('live', bytes);
    });
    expect(new Set(all).size).toBe(256);
  });

  it('shows only its environment and its end', () => {
    expect(maskedKey('test', 'Zz41')).toBe('vcs_sk_test_…Zz41');
  });

  const genuine = formatApiKey('live', randomBytes(32));
  it.each([
    ['of another environment', genuine.replace('_live_', '_test_')],
    ['of an unknown environment', genuine.replace('_live_', '_prod_')],
    ['of another kind', genuine.replace('vcs_sk_', 'vcs_cs_')],
    ['with one character changed', genuine.replace(/.(.{8})$/, (_, end) => `_${end}`)],
    ['without its last character', genuine.slice(0, -1)],
    ['with one more', `${genuine}0`],
    ['with a space before it', ` ${genuine}`],
    ['with a line break after it', `${genuine}\n`],
    ['in capitals', genuine.toUpperCase()],
    ['as the seed shortens it', 'vcs_sk_live_50a5...'],
    ['that is empty', ''],
  ])('%s has not the form of one', (_name, text) => {
    expect(hasFormOfApiKey(text)).toBe(false);
  });

  it.each([
    [`/v1/projects?api_key=${genuine}`, true],
    [`/v1/projects/${genuine}`, true],
    [`/v1/projects?a=1&key=${genuine.replaceAll('_', '%5F')}`, true],
    [`/v1/projects?a=1&key=${genuine.replaceAll('_', '%5f')}`, true],
    ['/v1/projects?search=vcs_sk_live_', false],
    ['/v1/projects/p/files/vcs_sk_test_notes.md', false],
  ])('is found in %s: %s', (text, found) => {
    expect(containsApiKey(text)).toBe(found);
  });
});

describe('the rights of a key', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  const valid = {
    name: 'CI',
    environment: 'live',
    scope: ['projects:read'],
    projects: null,
    networks: null,
    expiresAt: null,
  };
  const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
  const texts = (count: number, of: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => of(index));

  it.each([
    ['are enough', {}],
    ['may be all', { scope: apiScopes }],
    ['may be for fifty projects', { projects: texts(50, (index) => `proj_${index}`) }],
    ['may be for twenty networks', { networks: texts(20, (index) => `203.0.113.${index}`) }],
    ['may end in ten years', { expiresAt: days(3_652) }],
  ])('%s', (_name, changes) => {
    expect(keyProblems({ ...valid, ...changes } as never, now)).toEqual({});
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'CI\nand more' }],
    ['environment', { environment: 'production' }],
    ['scope', { scope: [] }],
    ['scope', { scope: ['openid'] }],
    ['scope', { scope: ['projects:read', 'clients:write'] }],
    ['projects', { projects: [] }],
    ['projects', { projects: ['proj 1'] }],
    ['projects', { projects: texts(51, (index) => `proj_${index}`) }],
    ['networks', { networks: [] }],
    ['networks', { networks: ['203.0.113.7/24'] }],
    ['networks', { networks: texts(21, (index) => `203.0.113.${index}`) }],
    ['expires_at', { expiresAt: now }],
    ['expires_at', { expiresAt: days(-1) }],
    ['expires_at', { expiresAt: days(3_654) }],
    ['expires_at', { expiresAt: new Date('never') }],
  ])('have a problem with %s: %o', (field, changes) => {
    expect(Object.keys(keyProblems({ ...valid, ...changes } as never, now))).toEqual([field]);
  });

  it('name each network once', () => {
    expect(canonicalNetworks(['203.0.113.7', '203.0.113.7/32', '2001:DB8::/32'])).toEqual([
      '203.0.113.7/32',
      '2001:db8::/32',
    ]);
  });

  it('last as long for a key that replaces another one', () => {
    expect(endOfSuccessor({ createdAt: days(-80), expiresAt: days(10) }, now)).toEqual(days(90));
    expect(endOfSuccessor({ createdAt: days(-80), expiresAt: null }, now)).toBeNull();
  });

  it.each([
    ['live', false, 'projects:read ai:generate'],
    ['live', true, 'projects:read ai:generate'],
    ['test', false, 'projects:read'],
    ['test', true, 'projects:read ai:generate'],
  ])('in %s, with generation for tests %s, are %s', (environment, aiInTest, scope) => {
    expect(scopeOfKey(['ai:generate', 'projects:read'], environment, aiInTest)).toBe(scope);
  });
});
