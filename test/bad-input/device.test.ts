/** The device flow (RFC 8628): the requests of devices that no device should send, and hostile forms at the page of codes. */
import { afterAll, beforeAll, describe } from 'vitest';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { newDevice, poll, registerDevices, stayInInterval } from '../support/devices.ts';
import { basic } from '../support/oauth.ts';
import { formOf, newPerson } from '../support/person.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { itAnswers, type Row, tooLarge, tooLargePage } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let disabled: { id: string; secret: string };
let code: string;
let userCode: string;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
  disabled = await addDisabledClient(server);
  await updateClient(server.db, 'device', { default_scope: '' }, { id: 'test' });
  const type = { client_name: 'Box', type: 'web', grant_types: [deviceGrantType], client_id: 'box' } as const;
  secrets.box = (await createClient(server.db, type, { id: 'test' })).clientSecret as string;
  const device = await newDevice(server);
  [code, userCode] = [device.device_code, device.user_code];
  await poll(server, code);
});
afterAll(() => server.stop());

type Params = Record<string, string | string[] | undefined>;
const given = (params: Params) =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as Record<string, string>;
const invalid = { status: 400, error: 'invalid_request' };
const refused = { status: 401, error: 'invalid_client' };
const noScope = { status: 400, error: 'invalid_scope' };

describe('asking', () => {
  const path = '/oauth/device_authorization';
  const by =
    (params: Params = {}, headers: Sent['headers'] = {}) =>
    (): Sent => ({ path, body: given({ client_id: 'device', scope: 'projects:read', ...params }), headers });
  itAnswers(() => server, [
    { name: 'a valid one', send: by(), status: 200, writes: 'a valid request' },
    {
      name: 'a valid one with a secret',
      send: () => by({ client_id: undefined }, { Authorization: basic('box', secrets.box as string) })(),
      status: 200,
      writes: 'a valid request',
    },
    { name: 'nothing', send: { path, body: '' }, ...invalid },
    { name: 'no client', send: by({ client_id: undefined }), ...invalid },
    { name: 'an unknown client', send: by({ client_id: 'nobody' }), ...refused },
    { name: 'a client with NUL', send: by({ client_id: 'a\0b' }), ...invalid },
    {
      name: 'a disabled client',
      send: () => by({ client_id: undefined }, { Authorization: basic(disabled.id, disabled.secret) })(),
      ...refused,
    },
    { name: 'a confidential client without secret', send: by({ client_id: 'box' }), ...refused },
    { name: 'a wrong secret', send: by({ client_id: undefined }, { Authorization: basic('box', 'x') }), ...refused },
    {
      name: 'an empty password for a client with a secret',
      send: by({ client_id: undefined }, { Authorization: basic('box', '') }),
      ...refused,
    },
    {
      name: 'a client that is not registered for it',
      send: by({ client_id: 'spa' }),
      status: 400,
      error: 'unauthorized_client',
    },
    { name: 'the client twice', send: by({ client_id: ['device', 'device'] }), ...invalid },
    { name: 'no scope, of a client without defaults', send: by({ scope: undefined }), ...noScope },
    { name: 'scopes that are all unknown', send: by({ scope: 'everything' }), ...noScope },
    { name: 'scopes with commas', send: by({ scope: 'projects:read,projects:write' }), ...noScope },
    { name: 'the scope twice', send: by({ scope: ['projects:read', 'ai:generate'] }), ...invalid },
    { name: 'NUL in the scope', send: by({ scope: 'projects:read\0' }), ...invalid },
    { name: 'scope[x]', send: by({ scope: undefined, 'scope[x]': 'projects:read' }), ...noScope },
    {
      name: 'a foreign resource',
      send: by({ resource: 'https://elsewhere.example' }),
      status: 400,
      error: 'invalid_target',
    },
    { name: 'a resource that is no URI', send: by({ resource: 'api' }), status: 400, error: 'invalid_target' },
    {
      name: 'the admin API',
      send: () => by({ resource: `${server.issuer}/admin/api` })(),
      status: 400,
      error: 'invalid_target',
    },
    { name: 'max_age of text', send: by({ max_age: 'soon' }), ...invalid },
    { name: 'a nonce without openid', send: by({ nonce: 'n' }), ...invalid },
    { name: 'a request object', send: by({ request: 'a.b.c' }), status: 400, error: 'request_not_supported' },
    {
      name: 'a request_uri',
      send: by({ request_uri: 'https://x.example' }),
      status: 400,
      error: 'request_uri_not_supported',
    },
    {
      name: 'DPoP of garbage is not looked at',
      send: by({}, { DPoP: 'garbage' }),
      status: 200,
      writes: 'a valid request',
    },
    {
      name: 'a redirect URI, a state and a prompt are not looked at',
      send: by({ redirect_uri: 'https://evil.example', state: 'x', prompt: 'none' }),
      status: 200,
      writes: 'a valid request',
    },
    { name: 'JSON', send: by({}, { 'Content-Type': 'application/json' }), ...invalid },
    { name: '57 KB', send: by({ scope: 's'.repeat(57 * 1024) }), ...tooLarge },
    { name: 'Java’s Accept', send: by({ client_id: 'nobody' }, { Accept: 'text/html, *; q=.2' }), ...refused },
    { name: 'GET', send: { path: `${path}?client_id=device` }, status: 405, error: 'invalid_request' },
  ] satisfies Row[]);
});

describe('polling', () => {
  const by =
    (params: Params = {}, headers: Sent['headers'] = {}) =>
    (): Sent => ({
      path: '/oauth/token',
      body: given({ grant_type: deviceGrantType, client_id: 'device', device_code: code, ...params }),
      headers,
    });
  const noGrant = { status: 400, error: 'invalid_grant' };
  itAnswers(() => server, [
    { name: 'no code', send: by({ device_code: undefined }), ...invalid },
    { name: 'an empty code', send: by({ device_code: '' }), ...invalid },
    { name: 'the code twice', send: () => by({ device_code: [code, code] })(), ...invalid },
    { name: 'the code for people', send: () => by({ device_code: userCode })(), ...noGrant },
    { name: 'a made-up code', send: by({ device_code: 'A'.repeat(43) }), ...noGrant },
    { name: 'a code of 50 KB', send: by({ device_code: 'A'.repeat(50_000) }), ...noGrant },
    { name: 'NUL in the code', send: by({ device_code: `${'A'.repeat(42)}\0` }), ...invalid },
    {
      name: 'an id of the server’s own',
      send: by({ device_code: `stored.${'A'.repeat(43)}` }),
      ...noGrant,
    },
    { name: 'the code of another client', send: by({ client_id: 'other-device' }), ...noGrant },
    { name: 'no client', send: by({ client_id: undefined }), ...invalid },
    { name: 'an unknown client', send: by({ client_id: 'nobody' }), ...refused },
    {
      name: 'a client that is not registered for it',
      send: by({ client_id: 'spa' }),
      status: 400,
      error: 'unauthorized_client',
    },
    {
      name: 'the name of the grant in short',
      send: by({ grant_type: 'device_code' }),
      status: 400,
      error: 'unsupported_grant_type',
    },
    { name: 'DPoP of garbage', send: by({}, { DPoP: 'garbage' }), status: 400, error: 'invalid_dpop_proof' },
    {
      name: 'too early',
      async send() {
        await stayInInterval(server);
        return by()();
      },
      status: 400,
      error: 'slow_down',
      writes: 'the interval, which grows',
    },
  ] satisfies Row[]);
});

describe('the page', () => {
  const html = { Accept: 'text/html' };
  const forbidden = { status: 403, text: /This form was not accepted/ };
  const page = (query: string): Sent => ({ path: `/device${query}`, headers: html });
  /** What this person's browser would send. */
  const typed =
    (fields: (csrf: string) => Params, headers: Sent['headers'] = {}) =>
    async (): Promise<Sent> => {
      const person = newPerson(server.issuer);
      const { hidden } = formOf(await person.visit('/device'), '/device');
      const cookie = await person.jar.getCookieString(`${server.issuer}/device`);
      const csrf = hidden.find(([name]) => name === 'csrf')?.[1] as string;
      return { path: '/device', body: given(fields(csrf)), headers: { ...html, Cookie: cookie, ...headers } };
    };
  const notACode = { status: 422, text: /That is not a code/ };
  itAnswers(() => server, [
    {
      name: 'a link with a code of markup',
      send: page('?user_code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E'),
      ...notACode,
    },
    { name: 'a link with two codes', send: page('?user_code=BCDF-GHJK&user_code=BCDF-GHJK'), ...notACode },
    { name: 'a link with an empty code', send: page('?user_code='), ...notACode },
    { name: 'a link with 5 KB', send: page(`?user_code=${'B'.repeat(5000)}`), ...notACode },
    {
      name: 'a link with a code in other letters',
      send: page(`?user_code=${encodeURIComponent('ＢＣＤＦＧＨＪＫ')}`),
      ...notACode,
    },
    { name: 'a link with NUL', send: page('?user_code=BCDF%00GHJK'), status: 400 },
    { name: 'a form without anti-forgery value', send: typed(() => ({ user_code: userCode })), ...forbidden },
    {
      name: 'a form with another one',
      send: typed(() => ({ csrf: 'A'.repeat(43), user_code: userCode })),
      ...forbidden,
    },
    {
      name: 'a decision with the value of the first form',
      send: typed((csrf) => ({ csrf, user_code: userCode, decision: 'confirm' })),
      ...forbidden,
    },
    {
      name: 'a form without cookies',
      send: typed((csrf) => ({ csrf, user_code: userCode }), { Cookie: undefined }),
      status: 403,
    },
    { name: 'no code', send: typed((csrf) => ({ csrf })), ...notACode },
    { name: '57 KB', send: typed((csrf) => ({ csrf, user_code: 'B'.repeat(57 * 1024) })), ...tooLargePage },
    {
      name: 'JSON',
      send: typed((csrf) => ({ csrf }), { 'Content-Type': 'application/json' }),
      status: 400,
      text: /can’t be read/,
    },
    { name: 'PUT', send: { ...page(''), method: 'PUT' }, status: 405 },
    { name: 'a way back that nobody was sent on', send: page('/AAAAAAAAAAAAAAAAAAAAA'), status: 400, text: /expired/ },
    { name: 'a page below that', send: page('/done/more'), status: 404 },
  ] satisfies Row[]);
});
