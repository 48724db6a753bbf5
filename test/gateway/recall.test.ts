/** What a verifier can say at once about tokens that it remembers: never more than `verify` would. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { eventually, standingClocks } from './running-gateway.ts';
import { type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

let server: TestServer;
let forge: Forge;
let verifier: Verifier;
const clocks = standingClocks();
const options = () => ({
  issuer: server.issuer,
  audience: apiResource,
  credentials: gatewayCredentials(),
  clockToleranceSeconds: 0,
});
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  verifier = createVerifier(options(), clocks);
  await verifier.ready();
});
afterAll(async () => {
  await verifier.close();
  await server.stop();
});

const dpop = { proof: 'x', method: 'GET', url: 'https://api.vibecaas.com/v1/projects' };
const thrown = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

it('recall says nothing about a token that was not verified, good or bad', async () => {
  expect(verifier.recall(await forge.token())).toBeUndefined();
  expect(verifier.recall('garbage')).toBeUndefined();
});

it('recall returns the claims of a token that was verified, if its scopes suffice', async () => {
  const token = await forge.token({ scope: 'projects:read analytics:read' });
  const claims = await verifier.verify(token);
  expect(verifier.recall(token, { scope: 'projects:read' })).toBe(claims);
  expect(verifier.recall(token, { scope: 'analytics:read projects:read' })).toBe(claims);
  const lacking = thrown(() => verifier.recall(token, { scope: 'projects:read ai:generate' }));
  expect(lacking).toMatchObject({ status: 403, error: 'insufficient_scope' });
  expect(thrown(() => verifier.recall(token, { dpop }))).toMatchObject({ status: 401, error: 'invalid_token' });
});

it('recall says nothing about a token that is bound to a key, because checking its proof takes time', async () => {
  const token = await forge.token({ cnf: { jkt: 'x' } });
  await expect(verifier.verify(token)).rejects.toMatchObject({ error: 'invalid_token' });
  expect(verifier.recall(token)).toBeUndefined();
});

it('recall says that a token has expired, and then nothing', async () => {
  const token = await forge.token({ exp: Math.floor(Date.now() / 1000) + 600 });
  await verifier.verify(token);
  expect(verifier.recall(token)).toBeDefined();
  clocks.sleepFromNow(660_000);
  expect(await eventually(() => verifier.status.revocations === 'following')).toBe(true);
  expect(thrown(() => verifier.recall(token))).toMatchObject({ description: 'The access token has expired' });
  expect(verifier.recall(token)).toBeUndefined();
});

it('recall says that a token was revoked, soon after it was', async () => {
  const { access_token: token } = await obtainTokens(server);
  await verifier.verify(token);
  expect(verifier.recall(token)).toBeDefined();
  await post(server, '/oauth/revoke', { token });
  const refused = () => (thrown(() => verifier.recall(token)) as Error).message === 'The access token was revoked';
  expect(await eventually(refused)).toBe(true);
});

it('recall says nothing while the feed is cut off', async () => {
  const endpoints = { revocations: 'http://127.0.0.1:9/' };
  const deaf = createVerifier({ ...options(), endpoints });
  // By introspection, which finds the forged token active too, because its grant lives.
  const token = await forge.token();
  await deaf.verify(token);
  expect(deaf.status).toMatchObject({ revocations: 'cut off', cachedTokens: 1 });
  expect(deaf.recall(token)).toBeUndefined();
  await deaf.close();
});
