/** `refresh_token_expires_in` and `authorization_expires_in` in token responses. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { obtainTokens, post, refresh } from '../support/oauth.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addAgent, allow, somebody, tokensAt } from '../support/unregistered.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const day = 24 * 3600;
const codeOnly = { grant_types: ['authorization_code'] };

it('a first refresh token says 30 days, and that its family ends after a year', async () => {
  for (const clientId of ['spa', 'web']) {
    expect(await obtainTokens(server, { client_id: clientId })).toMatchObject({
      refresh_token_expires_in: 30 * day,
      authorization_expires_in: 365 * day,
    });
  }
});

it('a token that is kept says what is left of it', async () => {
  const { refresh_token: token = '' } = await obtainTokens(server, { client_id: 'web' });
  await server.db.pgPool.query(
    "UPDATE grants SET issued_at = now() - interval '10 days', refresh_expires_at = now() + interval '20 days' WHERE client_id = 'web'",
  );
  const { body } = await refresh(server, token, 'web');
  expect(body.refresh_token).toBe(token);
  expect((body.refresh_token_expires_in as number) / day).toBeCloseTo(20, 2);
  expect((body.authorization_expires_in as number) / day).toBeCloseTo(355, 2);
});

it('near the end of the year both say the same', async () => {
  const { refresh_token: token = '' } = await obtainTokens(server);
  await server.db.pgPool.query("UPDATE grants SET issued_at = now() - interval '364 days' WHERE client_id = 'spa'");
  const { body } = await refresh(server, token);
  expect((body.authorization_expires_in as number) / day).toBeCloseTo(1, 2);
  expect(body.refresh_token_expires_in).toBeLessThanOrEqual(body.authorization_expires_in as number);
});

it('an answer that is repeated says what is left of the token, not a new life', async () => {
  const { refresh_token: token = '' } = await obtainTokens(server);
  await refresh(server, token);
  await server.db.pgPool.query("UPDATE grants SET refresh_expires_at = now() + interval '7 days' WHERE generation = 1");
  expect(((await refresh(server, token)).body.refresh_token_expires_in as number) / day).toBeCloseTo(7, 2);
});

it('a service that acts for itself is told neither', async () => {
  const { body } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
  expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
});

it('without a refresh token there is no end, unless the person chose one', async () => {
  const client = { client_id: 'once', client_name: 'Once', type: 'web', redirect_uris: [redirectUri], ...codeOnly };
  secrets.once = (await createClient(server.db, client as never, { id: 'test' })).clientSecret as string;
  const tokens = await obtainTokens(server, { client_id: 'once' });
  expect(Object.keys(tokens)).not.toContain('authorization_expires_in');
  expect(Object.keys(tokens)).not.toContain('refresh_token_expires_in');
  const clientId = await addAgent(server.db, codeOnly);
  const request = { client_id: clientId, scope: 'projects:read' };
  const page = await allow(server, await somebody(server), request, { duration: '86400' });
  const chosen = await tokensAt(server, page, clientId);
  expect(chosen).not.toHaveProperty('refresh_token_expires_in');
  expect(chosen.authorization_expires_in).toBeGreaterThan(day - 60);
});
