/** Registrations that no app should send (RFC 7591 §3.2.2, RFC 7592): each is refused with its error, and leaves nothing. */
import { afterAll, beforeAll, describe } from 'vitest';
import { type Registration, registered } from '../support/registering.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let app: Registration;
beforeAll(async () => {
  server = await startTestServer();
  app = await registered(server, { client_name: 'App', redirect_uris: [redirectUri] });
});
afterAll(() => server.stop());

const raw = (body: string, headers: Sent['headers'] = {}): Sent => ({
  path: '/oauth/register',
  body,
  headers: {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body, 'latin1')),
    ...headers,
  },
});
const by = (values: object, headers?: Sent['headers']) =>
  raw(JSON.stringify({ client_name: 'Bad', redirect_uris: [redirectUri], ...values }), headers);
const uris = (...redirect_uris: unknown[]) => by({ redirect_uris });
const badUri = { status: 400, error: 'invalid_redirect_uri' };
const bad = { status: 400, error: 'invalid_client_metadata' };
const device = 'urn:ietf:params:oauth:grant-type:device_code';

describe('a body that is no registration', () => {
  itAnswers(() => server, [
    { name: 'nothing', send: raw(''), ...bad },
    { name: 'a form', send: { path: '/oauth/register', body: { redirect_uris: redirectUri } }, ...bad },
    { name: 'JSON as text', send: by({}, { 'Content-Type': 'text/plain' }), ...bad },
    { name: 'half of JSON', send: raw('{"redirect_uris": ['), ...bad },
    { name: 'a list', send: raw('[]'), ...bad },
    { name: 'null', send: raw('null'), ...bad },
    { name: 'deep nesting', send: raw(`{"jwks":${'['.repeat(30_000)}${']'.repeat(30_000)}}`), ...bad },
    { name: 'broken UTF-8', send: raw('{"client_name":"\xff"}'), ...bad },
    { name: '65 KB', send: by({ client_name: 'n'.repeat(65 * 1024) }), status: 413, error: 'invalid_request' },
    {
      name: 'GET',
      send: { path: '/oauth/register' },
      status: 405,
      error: 'invalid_request',
    },
    {
      name: 'Java’s Accept',
      send: by({ redirect_uris: [] }, { Accept: 'text/html, *; q=.2' }),
      ...badUri,
    },
  ] satisfies Row[]);
});

describe('redirect URIs', () => {
  itAnswers(() => server, [
    { name: 'none', send: by({ redirect_uris: undefined }), ...badUri },
    { name: 'an empty list', send: uris(), ...badUri },
    { name: 'only empty texts', send: uris('', ''), ...badUri },
    { name: 'a text', send: by({ redirect_uris: redirectUri }), ...badUri },
    { name: 'an object', send: by({ redirect_uris: {} }), ...badUri },
    { name: 'a number among them', send: uris(redirectUri, 7), ...badUri },
    { name: 'null among them', send: uris(redirectUri, null), ...badUri },
    { name: '21 of them', send: uris(...Array.from({ length: 21 }, (_, n) => `https://a.example/${n}`)), ...badUri },
    { name: 'http elsewhere', send: uris('http://app.example/cb'), ...badUri },
    { name: 'a fragment', send: uris('https://app.example/cb#x'), ...badUri },
    { name: 'a wildcard', send: uris('https://*.example/cb'), ...badUri },
    { name: 'a password', send: uris('https://a:b@app.example/cb'), ...badUri },
    { name: 'javascript:', send: uris('javascript:alert(1)'), ...badUri },
    { name: 'data:', send: uris('data:text/html,x'), ...badUri },
    { name: 'mailto:', send: uris('mailto:a@b.example'), ...badUri },
    { name: 'out of band', send: uris('urn:ietf:wg:oauth:2.0:oob'), ...badUri },
    { name: 'a code in it', send: uris('https://app.example/cb?code=1'), ...badUri },
    { name: 'NUL', send: uris('https://app.example/\0'), ...badUri },
    {
      name: 'a bad one for after signing out',
      send: by({ post_logout_redirect_uris: ['http://x.example/'] }),
      ...badUri,
    },
  ] satisfies Row[]);
});

describe('metadata', () => {
  itAnswers(() => server, [
    { name: 'response type token alone', send: by({ response_types: ['token'] }), ...bad, text: /must have code/ },
    { name: 'no response type', send: by({ response_types: [] }), ...bad },
    { name: 'a response type that is no list', send: by({ response_types: 'code' }), ...bad },
    { name: 'client_credentials alone', send: by({ grant_types: ['client_credentials'] }), ...bad },
    { name: 'implicit alone', send: by({ grant_types: ['implicit'] }), ...bad },
    { name: 'grant types that are no list', send: by({ grant_types: 'authorization_code' }), ...bad },
    { name: 'client_secret_jwt', send: by({ token_endpoint_auth_method: 'client_secret_jwt' }), ...bad },
    { name: 'workload_identity', send: by({ token_endpoint_auth_method: 'workload_identity' }), ...bad },
    {
      name: 'an auth method of numbers',
      send: by({ token_endpoint_auth_method: 7 }),
      status: 201,
      writes: 'it is left out',
    },
    { name: 'private_key_jwt without keys', send: by({ token_endpoint_auth_method: 'private_key_jwt' }), ...bad },
    ...['10.0.0.1', '127.0.0.1:8443', '[::1]', '[fd00::1]', '169.254.169.254', 'localhost'].map((host) => ({
      name: `keys at ${host}`,
      send: by({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: `https://${host}/keys` }),
      ...bad,
      text: /jwks_uri must be at a public address/,
    })),
    {
      name: 'a private key',
      send: by({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'x' }] } }),
      ...bad,
    },
    {
      name: 'NUL in a key',
      send: by({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', x: 'a\0' }] } }),
      ...bad,
    },
    {
      name: 'half of a surrogate pair in a key',
      send: by({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', x: '\ud800' }] } }),
      ...bad,
    },
    {
      name: 'a set of keys 20 000 levels deep',
      send: raw(
        `{"redirect_uris":["${redirectUri}"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[{"kty":"EC","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}}`,
      ),
      ...bad,
    },
    { name: 'NUL in the name', send: by({ client_name: 'a\0b' }), ...bad },
    { name: 'half of a surrogate pair in the name', send: by({ client_name: 'a\ud800' }), ...bad },
    { name: 'a name of 5 000 letters', send: by({ client_name: 'n'.repeat(5_000) }), ...bad },
    {
      name: 'a device without redirect URIs and with response type token',
      send: by({ grant_types: [device], redirect_uris: [], response_types: ['token'] }),
      ...bad,
    },
  ] satisfies Row[]);
});

describe('management', () => {
  const manage =
    (sent: Partial<Sent>, headers: Sent['headers'] = {}) =>
    (): Sent => ({
      path: `/oauth/register/${app.client_id}`,
      headers: { Authorization: `Bearer ${app.registration_access_token}`, ...headers },
      ...sent,
    });
  const put = (values: object) => () => {
    const { body, headers } = raw(JSON.stringify({ ...app, ...values }));
    return manage({ method: 'PUT', body: body as string }, headers)();
  };
  const unknown = { status: 401, error: 'invalid_token' };
  itAnswers(() => server, [
    { name: 'no token', send: manage({}, { Authorization: undefined }), ...unknown },
    { name: 'Basic', send: manage({}, { Authorization: 'Basic eDp5' }), ...unknown },
    {
      name: 'a token with a letter changed',
      send: () => manage({}, { Authorization: `Bearer ${app.registration_access_token?.slice(0, -1)}_` })(),
      ...unknown,
    },
    { name: 'the token at another client', send: manage({ path: '/oauth/register/spa' }), ...unknown },
    { name: 'the token at an id of 5 KB', send: manage({ path: `/oauth/register/${'a'.repeat(5_000)}` }), ...unknown },
    { name: 'POST', send: manage({ method: 'POST' }), status: 405, error: 'invalid_request' },
    { name: 'PUT of a form', send: manage({ method: 'PUT', body: { client_name: 'x' } }), ...bad },
    { name: 'PUT without redirect URIs', send: put({ redirect_uris: undefined }), ...badUri },
    { name: 'PUT of another client', send: put({ client_id: 'spa' }), ...bad },
    { name: 'PUT with another secret', send: put({ client_secret: 'x' }), ...bad },
  ] satisfies Row[]);
});
