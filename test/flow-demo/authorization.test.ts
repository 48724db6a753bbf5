import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { authorizationUrl, foreignBecause, newAttempt } from '../../src/flow-demo/authorization.ts';

const issuer = 'https://auth.example';
const asking = { clientId: 'notes', redirectUri: 'https://notes.example/callback', scope: 'projects:read ai:generate' };

it('an attempt is new each time, and its challenge is the hash of its verifier', () => {
  const [first, second] = [newAttempt(), newAttempt()];
  expect(new Set([first.state, first.verifier, second.state, second.verifier]).size).toBe(4);
  expect(first.challenge).toBe(createHash('sha256').update(first.verifier).digest('base64url'));
});

it('the address of a request carries the challenge and never the verifier', () => {
  const attempt = newAttempt();
  const url = new URL(authorizationUrl(`${issuer}/oauth/authorize`, attempt, asking));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'notes',
    response_type: 'code',
    redirect_uri: 'https://notes.example/callback',
    scope: 'projects:read ai:generate',
    state: attempt.state,
    code_challenge: attempt.challenge,
    code_challenge_method: 'S256',
  });
  const asksAgain = authorizationUrl(`${issuer}/oauth/authorize`, attempt, { ...asking, prompt: 'consent' });
  expect(asksAgain).toBe(`${url.href}&prompt=consent`);
});

it.each([
  ['its own state and issuer', {}, undefined],
  ['another state', { state: 'x' }, 'state is not the one that was sent'],
  ['no state', { state: undefined }, 'state is not the one that was sent'],
  ['another issuer', { iss: 'https://other.example' }, `iss is not ${issuer}`],
  ['no issuer', { iss: undefined }, `iss is not ${issuer}`],
])('an answer with %s is judged correctly', (_what, change, problem) => {
  const attempt = newAttempt();
  expect(foreignBecause({ state: attempt.state, iss: issuer, code: 'c', ...change }, attempt, issuer)).toBe(problem);
});
