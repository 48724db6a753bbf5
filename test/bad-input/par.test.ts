/**
 * Pushed authorization requests (RFC 9126): refused when pushed, not when used; each is used once, by its own client.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl, basic, callback, post } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { itAnswers, type Row, tooLarge } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let disabled: { id: string; secret: string };
beforeAll(async () => {
  server = await startTestServer();
  disabled = await addDisabledClient(server);
});
afterAll(() => server.stop());

const path = '/oauth/par';
type Params = Record<string, string | undefined>;
const fields = (params: Params = {}) => Object.fromEntries(new URL(authorizeUrl(server, params)).searchParams);
const by =
  (params: Params = {}, headers: Sent['headers'] = {}) =>
  (): Sent => ({ path, body: fields(params), headers });
const invalid = { status: 400, error: 'invalid_request' };
const refused = { status: 401, error: 'invalid_client' };

describe('pushing', () => {
  itAnswers(() => server, [
    { name: 'a valid one', send: by(), status: 201, writes: 'a valid request' },
    { name: 'nothing', send: { path, body: '' }, ...invalid },
    { name: 'no client', send: by({ client_id: undefined }), ...invalid },
    { name: 'an unknown client', send: by({ client_id: 'nobody' }), ...refused },
    {
      name: 'a disabled client',
      send: () => by({ client_id: undefined }, { Authorization: basic(disabled.id, disabled.secret) })(),
      ...refused,
    },
    { name: 'a confidential client without secret', send: by({ client_id: 'web' }), ...refused },
    {
      name: 'a wrong secret',
      send: by({ client_id: undefined }, { Authorization: basic('web', 'wrong') }),
      ...refused,
    },
    {
      name: 'the secret in the query',
      send: () => ({ ...by({ client_id: 'web' })(), path: `${path}?client_secret=${secrets.web}` }),
      ...refused,
    },
    {
      name: 'Basic and the body',
      send: () =>
        by({ client_id: 'web', client_secret: 'x' }, { Authorization: basic('web', secrets.web as string) })(),
      ...invalid,
    },
    {
      name: 'another client’s request',
      send: () => by({ client_id: 'spa' }, { Authorization: basic('web', secrets.web as string) })(),
      ...invalid,
    },
    { name: 'a foreign redirect URI', send: by({ redirect_uri: 'https://evil.example/callback' }), ...invalid },
    { name: 'a longer redirect URI', send: by({ redirect_uri: `${redirectUri}/more` }), ...invalid },
    { name: 'a redirect URI with a query', send: by({ redirect_uri: `${redirectUri}?more` }), ...invalid },
    { name: 'no redirect URI', send: by({ redirect_uri: undefined }), ...invalid },
    { name: 'no challenge', send: by({ code_challenge: undefined }), ...invalid },
    { name: 'plain', send: by({ code_challenge_method: 'plain' }), ...invalid },
    {
      name: 'response type token',
      send: by({ response_type: 'token' }),
      status: 400,
      error: 'unsupported_response_type',
    },
    {
      name: 'an unknown scope',
      send: by({ client_id: 'other', scope: 'everything' }),
      status: 400,
      error: 'invalid_scope',
    },
    {
      name: 'a foreign resource',
      send: by({ resource: 'https://elsewhere.example' }),
      status: 400,
      error: 'invalid_target',
    },
    {
      name: 'a pushed request within',
      send: by({ request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
      status: 400,
      error: 'request_uri_not_supported',
    },
    { name: 'a request object', send: by({ request: 'a.b.c' }), status: 400, error: 'request_not_supported' },
    { name: 'NUL', send: by({ state: 'a\0b' }), ...invalid },
    { name: 'the state twice', send: () => ({ path, body: `${new URLSearchParams(fields())}&state=b` }), ...invalid },
    {
      name: 'scope[x]',
      send: by({ client_id: 'other', scope: undefined, 'scope[x]': 'projects:read' }),
      status: 400,
      error: 'invalid_scope',
    },
    { name: 'JSON', send: by({}, { 'Content-Type': 'application/json' }), ...invalid },
    { name: '57 KB', send: by({ state: 's'.repeat(57 * 1024) }), ...tooLarge },
    { name: 'a state of 40 KB, which no address can carry', send: by({ state: 's'.repeat(40_000) }), ...invalid },
    { name: 'DPoP of garbage', send: by({}, { DPoP: 'garbage' }), status: 400, error: 'invalid_dpop_proof' },
    { name: 'Java’s Accept', send: by({ client_id: 'nobody' }, { Accept: 'text/html, *; q=.2' }), ...refused },
    {
      name: 'GET',
      send: () => ({ path: new URL(authorizeUrl(server)).search.replace(/^/, path) }),
      status: 405,
      error: 'invalid_request',
    },
  ] satisfies Row[]);
});

describe('using', () => {
  const push = async (params: Params = {}, clientId = 'spa') => {
    const { body } = await post(server, path, fields({ client_id: clientId, ...params }), clientId);
    return body.request_uri as string;
  };
  const use = (params: Record<string, string>, person = newPerson(server.issuer)) =>
    person.visit(`/oauth/authorize?${new URLSearchParams(params)}`);

  it('a request is refused to another client, and not used up', async () => {
    const request_uri = await push();
    const stolen = await use({ client_id: 'other', request_uri });
    expect(stolen.status).toBe(400);
    expect((await use({ client_id: 'spa', request_uri })).text).toContain('current-password');
  });

  it('parameters beside a request_uri do not lead elsewhere', async () => {
    const beside = { redirect_uri: 'https://evil.example', response_type: 'token' };
    const page = await use({ client_id: 'spa', request_uri: await push(), ...beside });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    const harmless = await use({ client_id: 'spa', request_uri: await push({ prompt: 'none' }), state: 'evil' });
    expect(callback(harmless).get('state')).toBe('a-state');
  });

  it('a request is gone after a minute', async () => {
    const request_uri = await push();
    await server.db.pgPool.query("UPDATE artifacts SET expires_at = now() WHERE model = 'PushedAuthorizationRequest'");
    const page = await use({ client_id: 'spa', request_uri });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.text).toContain('invalid_request_uri');
  });

  it('a request with prompt=none gives login_required', async () => {
    const request_uri = await push({ prompt: 'none' });
    expect(callback(await use({ client_id: 'spa', request_uri })).get('error')).toBe('login_required');
  });
});
