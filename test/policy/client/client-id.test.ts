/** Which ids a client can have: those that Basic credentials and addresses carry unchanged. */
import { expect, it } from 'vitest';
import { clientIdProblem } from '../../../src/policy/client/client-id.ts';

it.each(['notes', 'Notes-2.example_1~', '...', '.well', 'a..b', 'a'.repeat(100)])('%s can be one', (id) => {
  expect(clientIdProblem(id)).toBeUndefined();
  expect(new URL(`https://auth.example/admin/client/${id}/edit`).pathname).toBe(`/admin/client/${id}/edit`);
});

it.each(['', 'a:b', 'a b', 'a/b', 'ä', 'a%', 'a+b', 'a'.repeat(101)])('%j cannot', (id) => {
  expect(clientIdProblem(id)).toMatch(/^must have 1 to 100 letters/);
});

it.each(['.', '..'])('%s cannot: browsers remove it from addresses', (id) => {
  expect(clientIdProblem(id)).toBe('must not be . or .., which browsers remove from addresses');
});
