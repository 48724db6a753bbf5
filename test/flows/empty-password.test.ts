/**
 * A public client that authenticates by Basic with an empty password (curl -u id:, requests_oauthlib) counts as one
 * that uses `none`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { type Answer, send } from '../bad-input/wire.ts';
import { obtainCode, obtainTokens, verifier } from '../support/oauth.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const odd = { client_id: 'a.b~c', client_name: 'Odd', type: 'spa', redirect_uris: [redirectUri] } as const;
  await createClient(server.db, odd, { id: 'test' });
  const keyed = {
    client_id: 'keyed',
    client_name: 'Keyed',
    type: 'service',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://keys.example/jwks',
  } as const;
  await createClient(server.db, keyed as never, { id: 'test' });
});
afterAll(() => server.stop());

const by = (credentials: string) => ({ Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });
const ask = (path: string, credentials: string, body: Record<string, string>): Promise<Answer> =>
  send(server.issuer, { path, body, headers: by(credentials) });
const errorOf = ({ status, text }: Answer) => [status, JSON.parse(text).error];

it('a public client gets its tokens by code, refreshes and revokes them', async () => {
  const grant = {
    grant_type: 'authorization_code',
    code: await obtainCode(server),
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  const exchanged = await ask('/oauth/token', 'spa:', grant);
  expect(exchanged.status, exchanged.text).toBe(200);
  const refreshing = { grant_type: 'refresh_token', refresh_token: JSON.parse(exchanged.text).refresh_token };
  const refreshed = await ask('/oauth/token', 'spa:', refreshing);
  expect(refreshed.status, refreshed.text).toBe(200);
  const token = JSON.parse(refreshed.text).refresh_token as string;
  expect((await ask('/oauth/revoke', 'spa:', { token })).status).toBe(200);
  const over = await ask('/oauth/token', 'spa:', { grant_type: 'refresh_token', refresh_token: token });
  expect(errorOf(over)).toEqual([400, 'invalid_grant']);
});

it('a public client pushes its requests', async () => {
  const { status, text } = await ask('/oauth/par', 'spa:', {
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  expect(status, text).toBe(201);
});

describe('the name', () => {
  const refreshing = { grant_type: 'refresh_token', refresh_token: 'unknown' };
  // The token is refused, so the client was accepted.
  const accepted = [400, 'invalid_grant'];

  it.each(['spa:', 's%70a:', 'a.b~c:', 'a.b%7Ec:'])('may be written as %s', async (credentials) => {
    expect(errorOf(await ask('/oauth/token', credentials, refreshing))).toEqual(accepted);
  });

  it('may be in the body too, if it is the same', async () => {
    expect(errorOf(await ask('/oauth/token', 'spa:', { ...refreshing, client_id: 'spa' }))).toEqual(accepted);
    const other = await ask('/oauth/token', 'spa:', { ...refreshing, client_id: 'other' });
    expect(errorOf(other)).toEqual([400, 'invalid_request']);
  });

  it.each([':', 'web'])('is required, or the header counts as malformed: %s', async (credentials) => {
    expect(errorOf(await ask('/oauth/token', credentials, refreshing))).toEqual([400, 'invalid_request']);
  });
});

/** RFC 6749 §5.2: a client that used the header and could not be authenticated gets 401 and a challenge of that scheme. */
describe('an empty secret of a client that has one is a wrong secret', () => {
  const endpoints = ['/oauth/token', '/oauth/par', '/oauth/introspect', '/oauth/revoke'];
  const all = { grant_type: 'refresh_token', refresh_token: 'unknown', token: 'unknown', response_type: 'code' };

  describe.each(endpoints)('%s', (path) => {
    it.each(['web:', 's%65rvice:', 'keyed:', 'nobody:'])('is refused by Basic: %s', async (credentials) => {
      const answer = await ask(path, credentials, all);
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    });

    it.each(['web', 'service', 'keyed', 'nobody'])('is refused in the body: %s', async (client_id) => {
      const answer = await send(server.issuer, { path, body: { ...all, client_id, client_secret: '' } });
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
    });
  });

  it('is refused at the revocation feed too', async () => {
    const { status, headers } = await send(server.issuer, { path: '/oauth/revocations', headers: by('gateway:') });
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
  });

  it('is one mechanism too many beside a right secret', async () => {
    const answer = await ask('/oauth/token', 'web:', {
      ...all,
      client_id: 'web',
      client_secret: secrets.web as string,
    });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
  });
});

it('a public client with a password is refused', async () => {
  const refreshing = { grant_type: 'refresh_token', refresh_token: 'unknown' };
  expect(errorOf(await ask('/oauth/token', 'spa:x', refreshing))).toEqual([401, 'invalid_client']);
  expect(errorOf(await ask('/oauth/token', 'spa:', { ...refreshing, client_secret: 'x' }))).toEqual([
    401,
    'invalid_client',
  ]);
});

it('a public client may not introspect in this way either', async () => {
  const { access_token: token } = await obtainTokens(server);
  const answer = await ask('/oauth/introspect', 'spa:', { token });
  const plain = await send(server.issuer, { path: '/oauth/introspect', body: { token, client_id: 'spa' } });
  expect([answer.status, answer.text]).toEqual([plain.status, plain.text]);
});
