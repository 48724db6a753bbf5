import { expect, it } from 'vitest';
import {
  apiScopes,
  formatScope,
  identityScopes,
  isApiScope,
  isSensitive,
  parseScope,
} from '../../src/policy/scopes.ts';

it.each([
  [undefined, []],
  ['', []],
  ['   ', []],
  ['projects:read', ['projects:read']],
  ['  b a  b ', ['b', 'a']],
  // Only spaces separate scopes (RFC 6749 §3.3).
  ['a\tb', ['a\tb']],
])('a scope string is parsed: %j', (scope, scopes) => {
  expect(parseScope(scope)).toEqual(scopes);
});

it('parsed scopes are formatted as before', () => {
  expect(formatScope(parseScope(' b  a b'))).toBe('b a');
  expect(formatScope([])).toBe('');
});

it('the API’s scopes are told from others', () => {
  expect([...apiScopes, ...identityScopes, 'toString', 'Projects:read', ''].filter(isApiScope)).toEqual([...apiScopes]);
});

it('scopes that change something or spend money are known', () => {
  expect(apiScopes.filter(isSensitive)).toEqual(['projects:write', 'deployments:write', 'ai:generate']);
});
