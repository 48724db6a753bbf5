/**
 * The authorization endpoint (RFC 6749 §4.1.2.1): a page tells the person what is wrong with the client or its redirect
 * URI. Everything else goes to the app as an error, with `state` and `iss`.
 */

import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { authorizeUrl, obtainTokens } from '../support/oauth.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { answerOf, itAnswers, type Row, tooLarge } from './table.ts';
import { type Answer, form, type Sent } from './wire.ts';

let server: TestServer;
let disabled: { id: string };
let narrow: string;
let local: string;
let idToken: string;
let foreignIdToken: string;
beforeAll(async () => {
  server = await startTestServer();
  disabled = await addDisabledClient(server);
  const { client } = await createClient(
    server.db,
    {
      client_name: 'Narrow',
      type: 'spa',
      redirect_uris: [redirectUri],
      scope: 'projects:read',
      client_uri: 'https://bank.example/',
    },
    { id: 'test' },
  );
  narrow = client.client_id;
  local = (
    await createClient(
      server.db,
      { client_name: 'Local', type: 'spa', redirect_uris: ['http://127.0.0.1/callback'] },
      { id: 'test' },
    )
  ).client.client_id;
  idToken = (await obtainTokens(server, { scope: 'openid' })).id_token as string;
  foreignIdToken = (await obtainTokens(server, { scope: 'openid', client_id: 'other' })).id_token as string;
});
afterAll(() => server.stop());

type Params = Record<string, string | undefined>;

const by =
  (params: Params, headers: Sent['headers'] = {}) =>
  (): Sent => {
    const { pathname, search } = new URL(authorizeUrl(server, params));
    return { path: pathname + search, headers };
  };
/** The usual request, with raw text after its query. */
const raw =
  (behind: string, params: Params = {}) =>
  (): Sent => ({ path: `${by(params)().path}${behind}` });

const page = { status: 400, text: /<main/, also: staysHere };
function staysHere({ headers, status }: Answer): void {
  expect(headers.get('location')).toBeNull();
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(status).toBe(400);
}
const told = (error: string) => ({ status: 303, error, also: tellsTheApp });
function tellsTheApp({ headers }: Answer): void {
  const location = new URL(headers.get('location') as string);
  expect(`${location.origin}${location.pathname}`).toBe(redirectUri);
  const answer = answerOf(location.href);
  expect(answer.get('iss')).toBe(server.issuer);
  expect(answer.has('code')).toBe(false);
}
const toInteraction = { status: 303, location: /^\/interaction\/[\w-]+$/, writes: 'a valid request' };

describe('client and redirect URI', () => {
  itAnswers(() => server, [
    { name: 'nothing', send: { path: '/oauth/authorize' }, ...page },
    {
      name: 'an app that nobody checked: its name is a claim, its homepage no way on',
      send: () => by({ client_id: narrow, redirect_uri: 'https://other.example/' })(),
      ...page,
      text: /<h1>“Narrow” sent a request.*Go back to “Narrow” and try/s,
      also: (answer) => {
        staysHere(answer);
        expect(answer.text).not.toContain('bank.example');
      },
    },
    { name: 'no client', send: by({ client_id: undefined }), ...page },
    { name: 'an empty client', send: by({ client_id: '' }), ...page },
    { name: 'an unknown client', send: by({ client_id: 'nobody' }), ...page },
    {
      name: 'an unknown client, JSON accepted',
      send: by({ client_id: 'nobody' }, { Accept: 'application/json' }),
      ...page,
    },
    { name: 'a disabled client', send: () => by({ client_id: disabled.id })(), ...page },
    { name: 'a client without people', send: by({ client_id: 'service' }), ...page },
    { name: 'client __proto__', send: by({ client_id: '__proto__' }), ...page },
    { name: 'client constructor', send: by({ client_id: 'constructor' }), ...page },
    { name: 'a client of 3 KB', send: by({ client_id: 'a'.repeat(3000) }), ...page },
    {
      name: 'a client that is markup',
      send: by({ client_id: '<script>alert(1)</script>' }),
      ...page,
      also: (answer) => {
        staysHere(answer);
        expect(answer.text).not.toContain('<script>');
      },
    },
    { name: 'the client twice', send: raw('&client_id=spa'), ...page },
    { name: 'client_id[]', send: by({ client_id: undefined, 'client_id[]': 'spa' }), ...page },
    { name: 'no redirect URI', send: by({ redirect_uri: undefined }), ...page },
    { name: 'the redirect URI twice', send: raw(`&redirect_uri=${encodeURIComponent(redirectUri)}`), ...page },
    ...[
      'https://evil.example/callback',
      'https://app.example/Callback',
      'https://APP.example/callback',
      'HTTPS://app.example/callback',
      'https://app.example/callback/',
      'https://app.example/callback?',
      'https://app.example/callback?a=b',
      'https://app.example/callback#fragment',
      'https://app.example/x/../callback',
      'https://app.example//callback',
      'https://app.example/callback/../../evil',
      'https://app.example/%63allback',
      'https://app.example:443/callback',
      'https://app.example:8443/callback',
      'https://user@app.example/callback',
      'https://app.example@evil.example/callback',
      'https://app.example.evil.example/callback',
      'https://app.example\\@evil.example/callback',
      'https://app.example%2eevil.example/callback',
      'https://app.example./callback',
      'http://app.example/callback',
      '//app.example/callback',
      '/callback',
      'javascript:alert(1)//https://app.example/callback',
      'data:text/html,x',
      'urn:ietf:wg:oauth:2.0:oob',
      ' https://app.example/callback',
      'https://app.example/callback\r\nSet-Cookie: a=b',
      'https://app.example/callback\t',
      `https://app.example/callback${'/a'.repeat(1000)}`,
      '__proto__',
    ].map(
      (uri): Row => ({
        name: `redirect to ${JSON.stringify(uri.slice(0, 60))}`,
        send: by({ redirect_uri: uri }),
        ...page,
      }),
    ),
    {
      name: 'the loopback address of a native app on another port',
      send: by({ client_id: 'native', redirect_uri: 'http://127.0.0.1:49152/callback' }),
      ...toInteraction,
    },
    {
      name: 'the loopback address of a browser app',
      send: () => by({ client_id: local, redirect_uri: 'http://127.0.0.1/callback' })(),
      ...toInteraction,
    },
    {
      name: 'the loopback address of a browser app on another port',
      send: () => by({ client_id: local, redirect_uri: 'http://127.0.0.1:49152/callback' })(),
      ...page,
    },
    {
      name: 'another path on loopback',
      send: by({ client_id: 'native', redirect_uri: 'http://127.0.0.1:49152/other' }),
      ...page,
    },
    {
      name: 'localhost for 127.0.0.1',
      send: by({ client_id: 'native', redirect_uri: 'http://localhost:49152/callback' }),
      ...page,
    },
    {
      name: 'loopback with user name',
      send: by({ client_id: 'native', redirect_uri: 'http://a@127.0.0.1:1/callback' }),
      ...page,
    },
    {
      name: 'https on loopback',
      send: by({ client_id: 'native', redirect_uri: 'https://127.0.0.1/callback' }),
      ...page,
    },
    {
      name: 'a number for loopback',
      send: by({ client_id: 'native', redirect_uri: 'http://2130706433/callback' }),
      ...page,
    },
  ] satisfies Row[]);
});

describe('what is asked for', () => {
  itAnswers(() => server, [
    { name: 'no response type', send: by({ response_type: undefined }), ...told('invalid_request') },
    ...['token', 'id_token', 'none', 'code token', 'code id_token', 'id_token token', 'CODE', '__proto__'].map(
      (type): Row => ({
        name: `response type ${type}`,
        send: by({ response_type: type, nonce: 'n', scope: 'openid' }),
        ...told('unsupported_response_type'),
      }),
    ),
    { name: 'the response type twice', send: raw('&response_type=code'), ...told('invalid_request') },
    {
      name: 'no challenge',
      send: by({ code_challenge: undefined, code_challenge_method: undefined }),
      ...told('invalid_request'),
    },
    {
      name: 'no challenge from a confidential client',
      send: by({ client_id: 'web', code_challenge: undefined, code_challenge_method: undefined }),
      ...told('invalid_request'),
    },
    { name: 'a method without challenge', send: by({ code_challenge: undefined }), ...told('invalid_request') },
    { name: 'plain', send: by({ code_challenge_method: 'plain' }), ...told('invalid_request') },
    {
      name: 'no method, which means plain',
      send: by({ code_challenge_method: undefined }),
      ...told('invalid_request'),
    },
    { name: 's256', send: by({ code_challenge_method: 's256' }), ...told('invalid_request') },
    { name: 'a short challenge', send: by({ code_challenge: 'abc' }), ...told('invalid_request') },
    { name: 'a long challenge', send: by({ code_challenge: 'a'.repeat(200) }), ...told('invalid_request') },
    {
      name: 'a challenge with odd characters',
      send: by({ code_challenge: `${'a'.repeat(42)}=` }),
      ...told('invalid_request'),
    },
    { name: 'the challenge twice', send: raw('&code_challenge=a'), ...told('invalid_request') },
    { name: 'an unknown scope', send: by({ client_id: 'other', scope: 'everything' }), ...told('invalid_scope') },
    { name: 'a scope with quotes', send: by({ scope: '"projects:read"' }), ...told('invalid_scope') },
    { name: 'a scope with markup', send: by({ client_id: 'other', scope: '<script>' }), ...told('invalid_scope') },
    { name: 'a scope in capitals', send: by({ client_id: 'other', scope: 'PROJECTS:READ' }), ...told('invalid_scope') },
    {
      name: 'scope __proto__',
      send: by({ client_id: 'other', scope: '__proto__ constructor' }),
      ...told('invalid_scope'),
    },
    {
      name: 'scope[x]',
      send: by({ client_id: 'other', scope: undefined, 'scope[x]': 'projects:read' }),
      ...told('invalid_scope'),
    },
    { name: 'the scope twice', send: raw('&scope=openid'), ...told('invalid_request') },
    { name: 'an unknown scope, where there is a default', send: by({ scope: 'everything' }), ...told('invalid_scope') },
    {
      name: 'a scope that the client has not',
      send: () => by({ client_id: narrow, scope: 'projects:read ai:generate' })(),
      ...told('invalid_scope'),
    },
    { name: 'a foreign resource', send: by({ resource: 'https://elsewhere.example' }), ...told('invalid_target') },
    {
      name: 'a resource with fragment',
      send: by({ resource: 'https://api.vibecaas.com#a' }),
      ...told('invalid_target'),
    },
    { name: 'a resource that is no URI', send: by({ resource: '::' }), ...told('invalid_target') },
    {
      name: 'an unknown response mode',
      send: by({ response_mode: 'web_message' }),
      ...told('unsupported_response_mode'),
    },
    { name: 'response mode __proto__', send: by({ response_mode: '__proto__' }), ...told('unsupported_response_mode') },
    { name: 'prompt none without session', send: by({ prompt: 'none' }), ...told('login_required') },
    { name: 'prompt none and login', send: by({ prompt: 'none login' }), ...told('invalid_request') },
    { name: 'prompt none and consent', send: by({ prompt: 'none consent' }), ...told('invalid_request') },
    { name: 'an unknown prompt', send: by({ prompt: 'dance' }), ...told('invalid_request') },
    { name: 'prompt __proto__', send: by({ prompt: '__proto__' }), ...told('invalid_request') },
    { name: 'prompt create', send: by({ prompt: 'create' }), ...told('invalid_request') },
    ...['-1', 'abc', '1.5', '99999999999999999999', 'NaN'].map(
      (age): Row => ({
        name: `max_age ${age}`,
        send: by({ scope: 'openid', max_age: age }),
        ...told('invalid_request'),
      }),
    ),
    { name: 'a nonce without openid', send: by({ nonce: 'n' }), ...told('invalid_request') },
    { name: 'claims', send: by({ scope: 'openid', claims: '{"id_token":{"email":null}}' }), ...toInteraction },
    {
      name: 'id_token_hint of garbage',
      send: by({ scope: 'openid', id_token_hint: 'garbage' }),
      ...told('invalid_request'),
    },
    {
      name: 'id_token_hint without signature',
      send: by({ scope: 'openid', id_token_hint: new UnsecuredJWT({ sub: 'a', aud: 'spa' }).encode() }),
      ...told('invalid_request'),
    },
    {
      name: 'id_token_hint of another client',
      send: () => by({ scope: 'openid', id_token_hint: foreignIdToken })(),
      ...told('invalid_request'),
    },
    {
      name: 'id_token_hint of an object',
      send: by({ scope: 'openid', id_token_hint: '{}' }),
      ...told('invalid_request'),
    },
    {
      name: 'id_token_hint of another person than is here',
      send: () => by({ scope: 'openid', id_token_hint: idToken, prompt: 'none' })(),
      ...told('login_required'),
    },
    { name: 'a request object', send: by({ request: 'a.b.c' }), ...told('request_not_supported') },
    {
      name: 'a request object by reference',
      send: by({ request_uri: 'https://evil.example/request' }),
      ...told('request_uri_not_supported'),
    },
    {
      name: 'a request object in this network',
      send: by({ request_uri: 'http://169.254.169.254/latest/meta-data' }),
      ...told('request_uri_not_supported'),
    },
    {
      name: 'an unknown pushed request',
      send: by({ request_uri: 'urn:ietf:params:oauth:request_uri:unknown' }),
      ...told('invalid_request_uri'),
    },
    { name: 'registration', send: by({ registration: '{}' }), ...told('registration_not_supported') },
  ] satisfies Row[]);
});

describe('state and the address itself', () => {
  const stateOf = (expected: string | null) => (answer: Answer) => {
    tellsTheApp(answer);
    expect(new URL(answer.headers.get('location') as string).searchParams.get('state')).toBe(expected);
  };
  const plain = { code_challenge_method: 'plain' };
  const refused = { status: 303, error: 'invalid_request' };
  itAnswers(() => server, [
    {
      name: 'state with a line break',
      send: by({ ...plain, state: 'a\r\nSet-Cookie: x=y' }),
      ...refused,
      also: (answer) => {
        stateOf('a\r\nSet-Cookie: x=y')(answer);
        expect(answer.headers.get('set-cookie') ?? '').not.toContain('x=y');
      },
    },
    { name: 'state of markup', send: by({ ...plain, state: '"><script>' }), ...refused, also: stateOf('"><script>') },
    {
      name: 'state of 8 KB',
      send: by({ ...plain, state: 's'.repeat(8000) }),
      ...refused,
      also: stateOf('s'.repeat(8000)),
    },
    { name: 'the state twice', send: raw('&state=b', plain), ...refused, also: stateOf(null) },
    {
      name: 'state in other scripts',
      send: by({ ...plain, state: 'zażółć 🙂' }),
      ...refused,
      also: stateOf('zażółć 🙂'),
    },
    { name: 'invalid UTF-8', send: raw('&login_hint=%ff%fe', plain), ...refused, also: stateOf('a-state') },
    { name: 'a broken escape', send: raw('&login_hint=%zz', plain), ...refused, also: stateOf('a-state') },
    {
      name: 'names of the prototype',
      send: raw('&__proto__=a&constructor=b&toString=c&hasOwnProperty=d', plain),
      ...refused,
      also: stateOf('a-state'),
    },
    { name: 'NUL in the state', send: raw('%00', { state: undefined }), status: 400, error: 'invalid_request' },
    {
      name: 'NUL, for a browser',
      send: () => ({ ...raw('&state=%00')(), headers: { Accept: 'text/html' } }),
      status: 400,
      text: /<main/,
    },
    { name: 'a URL of 13 KB', send: by({ state: 's'.repeat(13_000) }), status: 400, error: 'invalid_request' },
    { name: 'PUT', send: () => ({ ...by({})(), method: 'PUT' }), status: 405, error: 'invalid_request' },
    {
      name: 'DELETE, for a browser',
      send: () => ({ ...by({}, { Accept: 'text/html' })(), method: 'DELETE' }),
      status: 405,
      text: /<main/,
    },
    {
      name: 'an unknown resumption',
      send: { path: '/oauth/authorize/unknown', headers: { Accept: 'text/html' } },
      status: 400,
      text: /has expired/,
    },
    {
      name: 'a resumption of odd characters',
      send: { path: '/oauth/authorize/%ff', headers: { Accept: 'text/html' } },
      status: 400,
      text: /can’t be read/,
    },
  ] satisfies Row[]);
});

describe('by POST (OpenID Connect Core §3.1.2.1)', () => {
  const query = (params: Params = {}) => Object.fromEntries(new URL(authorizeUrl(server, params)).searchParams);
  const post =
    (params: Params = {}, headers: Sent['headers'] = {}) =>
    (): Sent => ({ path: '/oauth/authorize', body: query(params), headers });
  const asGet = { status: 303, location: /^\/oauth\/authorize\?/ };
  itAnswers(() => server, [
    {
      name: 'a valid request',
      send: post(),
      ...asGet,
      also: ({ headers }) => {
        expect(headers.get('location')).toBe(by({})().path);
      },
    },
    { name: 'a wrong one is judged by GET', send: post({ client_id: 'nobody' }), ...asGet },
    {
      name: 'the query does not count',
      send: () => ({ ...post({})(), path: '/oauth/authorize?client_id=other' }),
      ...asGet,
    },
    {
      name: 'duplicates stay',
      send: () => ({ path: '/oauth/authorize', body: `${form(query())}&state=b` }),
      status: 303,
      location: /state=a-state&.*state=b$/,
    },
    { name: 'nothing', send: { path: '/oauth/authorize', body: '' }, ...asGet },
    {
      name: 'JSON',
      send: { path: '/oauth/authorize', body: '{}', headers: { 'Content-Type': 'application/json' } },
      status: 400,
      error: 'invalid_request',
    },
    { name: '57 KB', send: post({ state: 's'.repeat(57 * 1024) }), ...tooLarge },
    {
      name: 'more than an address can be',
      send: post({ state: 's'.repeat(13_000) }, { Accept: 'text/html' }),
      status: 400,
      text: /can’t be read/,
    },
    { name: 'NUL', send: post({ state: 'a\0b' }), status: 400, error: 'invalid_request' },
    {
      name: 'a host in front of the path',
      send: () => ({ ...post({})(), path: '//evil.example/oauth/authorize' }),
      status: 404,
      error: 'not_found',
    },
  ] satisfies Row[]);
});
