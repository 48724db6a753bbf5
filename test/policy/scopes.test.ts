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
  // Only the space separates (RFC 6749 §3.3).
  ['a\tb', ['a\tb']],
])('parses %j', (scope, scopes) => {
  expect(parseScope(scope)).toEqual(scopes);
});

it('formats what it parsed', () => {
  expect(formatScope(parseScope(' b  a b'))).toBe('b a');
  expect(formatScope([])).toBe('');
});

it('tells the API’s scopes from others', () => {
  expect([...apiScopes, ...identityScopes, 'toString', 'Projects:read', ''].filter(isApiScope)).toEqual([...apiScopes]);
});

it('knows which change something or spend', () => {
  expect(apiScopes.filter(isSensitive)).toEqual(['projects:write', 'deployments:write', 'ai:generate']);
});
