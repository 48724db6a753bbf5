/** The token endpoint, for each grant: requests that no client should send (RFC 6749 §5.2, §2.3). */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { basic, obtainCode, obtainTokens, verifier } from '../support/oauth.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient, addSigningClient, assertionType, type SigningClient } from './clients.ts';
import { itAnswers, type Row, tooLarge } from './table.ts';
import type { Answer, Sent } from './wire.ts';

let server: TestServer;
let code: string;
let idToken: string;
let refreshToken: string;
let accessToken: string;
let disabled: { id: string; secret: string };
let signer: SigningClient;
beforeAll(async () => {
  server = await startTestServer();
  code = await obtainCode(server);
  // However long the tests take, the code does not end meanwhile.
  await server.db.pgPool.query(`UPDATE authorization_codes SET expires_at = expires_at + interval '1 hour'`);
  const tokens = await obtainTokens(server, { scope: 'openid projects:read' });
  idToken = tokens.id_token as string;
  refreshToken = tokens.refresh_token as string;
  accessToken = tokens.access_token;
  disabled = await addDisabledClient(server);
  signer = await addSigningClient(server);
});
afterAll(() => server.stop());

type Fields = Record<string, string | string[] | undefined>;

const path = '/oauth/token';
const service = () => basic('service', secrets.service as string);
const rawBasic = (credentials: string) => `Basic ${Buffer.from(credentials, 'latin1').toString('base64')}`;

/** A form request; fields that are undefined are left out. */
function request(fields: Fields | string, headers: Sent['headers'] = {}): Sent {
  if (typeof fields === 'string') return { path, body: fields, headers };
  const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { path, body: body as Record<string, string | string[]>, headers };
}

const unauthorized = { status: 400, error: 'unauthorized_client' };
const postOnly = {
  status: 405,
  error: 'invalid_request',
  also: ({ headers }: Answer) => expect(headers.get('allow')).toBe('POST, OPTIONS'),
};

describe('the form', () => {
  const by =
    (fields: Fields | string, headers: Sent['headers'] = {}) =>
    () =>
      request(fields, { Authorization: service(), ...headers });
  const body = { grant_type: 'client_credentials' };
  const invalid = { status: 400, error: 'invalid_request' };
  const unsupported = { status: 400, error: 'unsupported_grant_type' };
  itAnswers(() => server, [
    { name: 'nothing', send: request(''), ...invalid },
    { name: 'no body at all', send: { path, method: 'POST' }, ...invalid },
    { name: 'a body of JSON', send: by(JSON.stringify(body), { 'Content-Type': 'application/json' }), ...invalid },
    { name: 'JSON that says it is a form', send: by(JSON.stringify(body)), ...invalid },
    { name: 'multipart', send: by('--x--', { 'Content-Type': 'multipart/form-data; boundary=x' }), ...invalid },
    { name: 'no content type', send: by('grant_type=password', { 'Content-Type': undefined }), ...invalid },
    { name: '57 KB', send: by({ ...body, scope: 'a'.repeat(57 * 1024) }), ...tooLarge },
    {
      name: '57 KB in chunks',
      send: by(`e400\r\n${'a'.repeat(0xe400)}\r\n0\r\n\r\n`, {
        'Content-Length': undefined,
        'Transfer-Encoding': 'chunked',
      }),
      ...tooLarge,
    },
    ...['ISO-8859-1', 'utf-16', '"UTF-8"', 'nothing-known', ''].map((charset) => ({
      name: `a form that says it is in “${charset}”, and is what forms are`,
      send: by('grant_type=password', { 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` }),
      ...unsupported,
    })),
    {
      name: 'a form that is in UTF-16',
      send: by(Buffer.from('grant_type=client_credentials', 'utf16le').toString('latin1'), {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-16',
      }),
      ...invalid,
    },
    { name: '5000 parameters', send: by(`${'a=1&'.repeat(5000)}grant_type=client_credentials`), ...invalid },
    { name: 'no grant type', send: by({ scope: 'projects:read' }), ...invalid },
    {
      name: 'the grant type twice',
      send: by({ grant_type: ['client_credentials', 'client_credentials'] }),
      ...invalid,
    },
    { name: 'the scope twice', send: by({ ...body, scope: ['projects:read', 'projects:write'] }), ...invalid },
    { name: 'grant_type[]', send: by('grant_type[]=client_credentials'), ...invalid },
    { name: 'grant_type[x]', send: by('grant_type[x]=client_credentials'), ...invalid },
    {
      name: 'in the query only',
      send: () => ({ ...request('', { Authorization: service() }), path: `${path}?grant_type=client_credentials` }),
      ...invalid,
    },
    { name: 'NUL in the scope', send: by('grant_type=client_credentials&scope=%00'), ...invalid },
    { name: 'a raw NUL', send: by('grant_type=client_credentials&scope=\0'), ...invalid },
    { name: 'NUL in the grant type', send: by('grant_type=client_credentials%00'), ...invalid },
    { name: 'invalid UTF-8 in the grant type', send: by('grant_type=%ff%fe'), ...unsupported },
    { name: 'a broken escape in the grant type', send: by('grant_type=%zz'), ...unsupported },
    { name: 'grant type __proto__', send: by({ grant_type: '__proto__' }), ...unsupported },
    { name: 'grant type constructor', send: by({ grant_type: 'constructor' }), ...unsupported },
    { name: 'parameter __proto__', send: by('__proto__=x&__proto__[grant_type]=client_credentials'), ...invalid },
    { name: 'the password grant', send: by({ grant_type: 'password', username: 'a', password: 'b' }), ...unsupported },
    { name: 'a grant type of 10 KB', send: by({ grant_type: 'a'.repeat(10_000) }), ...unsupported },
    {
      name: 'Java’s Accept, which prefers HTML',
      send: by({ grant_type: 'password' }, { Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' }),
      ...unsupported,
    },
    { name: 'a broken Accept', send: by({ grant_type: 'password' }, { Accept: ';;;,/' }), ...unsupported },
    { name: 'GET', send: { path: `${path}?grant_type=client_credentials` }, ...postOnly },
    { name: 'GET by a browser', send: { path, headers: { Accept: 'text/html' } }, ...postOnly },
    { name: 'PUT', send: { path, method: 'PUT', body }, ...postOnly },
    { name: 'DELETE', send: { path, method: 'DELETE' }, ...postOnly },
  ] satisfies Row[]);
});

describe('client authentication', () => {
  const grant = { grant_type: 'client_credentials' };
  const as =
    (authorization: string | (() => string), fields: Fields = {}) =>
    () =>
      request(
        { ...grant, ...fields },
        { Authorization: typeof authorization === 'string' ? authorization : authorization() },
      );
  /** What a thief of the database has. */
  const storedSecret = async (): Promise<Buffer> => {
    const { rows } = await server.db.pgPool.query("SELECT secret_hash FROM client_secrets WHERE client_id = 'service'");
    return rows[0].secret_hash;
  };
  const invalid = { status: 400, error: 'invalid_request' };
  const refused = { status: 401, error: 'invalid_client' };
  const challenged = {
    ...refused,
    also: ({ headers }: { headers: Headers }) => {
      if (!/^Basic realm="http:\/\/localhost/.test(headers.get('www-authenticate') ?? ''))
        throw new Error('no challenge');
    },
  };
  itAnswers(() => server, [
    { name: 'none', send: request(grant), ...invalid },
    { name: 'an unknown client by Basic', send: as(basic('nobody', 'x')), ...challenged },
    { name: 'an unknown client in the body', send: request({ ...grant, client_id: 'nobody' }), ...refused },
    {
      name: 'a disabled client with its right secret',
      send: as(() => basic(disabled.id, disabled.secret)),
      ...challenged,
    },
    { name: 'a disabled client without secret', send: () => request({ ...grant, client_id: disabled.id }), ...refused },
    { name: 'a wrong secret by Basic', send: as(basic('service', 'wrong')), ...challenged },
    {
      name: 'a wrong secret in the body',
      send: request({ ...grant, client_id: 'service', client_secret: 'wrong' }),
      ...refused,
    },
    { name: 'another client’s secret', send: as(() => basic('service', secrets.web as string)), ...challenged },
    { name: 'no secret', send: request({ ...grant, client_id: 'service' }), ...refused },
    { name: 'an empty secret by Basic', send: as(rawBasic('service:')), ...refused },
    {
      name: 'an empty secret in the body',
      send: request({ ...grant, client_id: 'service', client_secret: '' }),
      ...refused,
    },
    ...(['hex', 'base64', 'base64url'] as const).map((spelling) => ({
      name: `the stored form of the secret, as ${spelling}`,
      send: async () => as(basic('service', (await storedSecret()).toString(spelling)))(),
      ...challenged,
    })),
    {
      name: 'the stored form of the secret, as the engine keeps it',
      send: async () => as(basic('service', JSON.stringify([{ hash: (await storedSecret()).toString('hex') }])))(),
      ...challenged,
    },
    {
      name: 'the secret in the query',
      send: () => ({
        ...request({ ...grant, client_id: 'service' }),
        path: `${path}?client_secret=${secrets.service}`,
      }),
      ...refused,
    },
    { name: 'both, and the same', send: as(service, { client_id: 'service', client_secret: 'x' }), ...invalid },
    {
      name: 'the secret twice',
      send: request({ ...grant, client_id: 'service', client_secret: ['x', 'y'] }),
      ...invalid,
    },
    {
      name: 'client_secret[]',
      send: request('grant_type=client_credentials&client_id=service&client_secret[]=x'),
      ...refused,
    },
    { name: 'two clients', send: as(service, { client_id: 'web' }), ...invalid },
    {
      name: 'the client twice',
      send: request({ ...grant, client_id: ['service', 'web'], client_secret: 'x' }),
      ...invalid,
    },
    { name: 'bad base64', send: as('Basic !!!'), ...invalid },
    { name: 'no base64', send: as('Basic '), ...invalid },
    { name: 'no colon', send: as(rawBasic('service')), ...invalid },
    { name: 'a broken escape', send: as(rawBasic('service:%zz')), ...invalid },
    { name: 'invalid UTF-8', send: as(rawBasic('service:\xff\xfe')), ...invalid },
    { name: 'NUL in the secret', send: as(rawBasic('service:a\0b')), ...invalid },
    { name: 'NUL in the client', send: as(rawBasic('serv\0ice:a')), ...invalid },
    { name: 'an escaped NUL in the client', send: as(rawBasic('serv%00ice:a')), ...invalid },
    { name: 'Bearer', send: as('Bearer abc'), ...invalid },
    { name: 'client __proto__', send: as(basic('__proto__', 'x')), ...challenged },
    { name: 'client constructor', send: request({ ...grant, client_id: 'constructor' }), ...refused },
    { name: 'a client of 3 KB', send: request({ ...grant, client_id: 'a'.repeat(3000) }), ...refused },
    { name: 'a client with quotes', send: request({ ...grant, client_id: `' OR 1=1 --` }), ...refused },
    { name: 'a client of invalid UTF-8', send: request('grant_type=client_credentials&client_id=%ff'), ...refused },
    { name: 'a public client for itself', send: request({ ...grant, client_id: 'spa' }), ...unauthorized },
    {
      name: 'a public client with a secret',
      send: request({ ...grant, client_id: 'spa', client_secret: 'x' }),
      ...refused,
    },
    { name: 'a scope it has not', send: as(service, { scope: 'openid' }), status: 400, error: 'invalid_scope' },
    {
      name: 'a foreign resource',
      send: as(service, { resource: 'https://elsewhere.example' }),
      status: 400,
      error: 'invalid_target',
    },
    {
      name: 'a resource that is no URI',
      send: as(service, { resource: 'not a uri' }),
      status: 400,
      error: 'invalid_target',
    },
  ] satisfies Row[]);
});

describe('private_key_jwt', () => {
  const sign =
    (claims: object = {}, header: object = {}, fields: Fields = {}) =>
    async () =>
      request({
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: await signer.assertion(claims, header),
        ...fields,
      });
  const now = Math.floor(Date.now() / 1000);
  const refused = { status: 401, error: 'invalid_client' };
  const tooLong = /must be at most 600 seconds ahead/;
  itAnswers(() => server, [
    { name: 'garbage', send: sign({}, {}, { client_assertion: 'a.b.c' }), status: 400, error: 'invalid_request' },
    {
      name: 'no type',
      send: sign({}, {}, { client_assertion_type: undefined }),
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'another type',
      send: sign({}, {}, { client_assertion_type: 'urn:x' }),
      status: 400,
      error: 'invalid_request',
    },
    { name: 'beside a secret', send: sign({}, {}, { client_secret: 'x' }), status: 400, error: 'invalid_request' },
    { name: 'the subject is another client', send: sign({ sub: 'service' }), ...refused },
    { name: 'the subject is an object', send: sign({ sub: { a: 1 } }), ...refused },
    { name: 'the subject has a NUL', send: sign({ sub: 'a\0b' }), ...refused },
    { name: 'the issuer is another client', send: sign({ iss: 'service' }), ...refused },
    { name: 'another audience', send: sign({ aud: 'https://elsewhere.example' }), ...refused },
    { name: 'expired', send: sign({ exp: now - 60 }), ...refused },
    { name: 'no expiry', send: sign({ exp: undefined }), ...refused },
    { name: 'an expiry that is a text', send: sign({ exp: 'soon' }), ...refused },
    { name: 'no jti', send: sign({ jti: undefined }), ...refused },
    { name: 'an expiry beyond all time', send: sign({ exp: 1e15 }), ...refused, text: tooLong },
    { name: 'an expiry in an hour', send: sign({ exp: now + 3600 }), ...refused, text: tooLong },
    {
      name: 'an expiry in ten minutes',
      send: sign({ exp: now + 600 }),
      status: 200,
      writes: 'the mark that it was used',
    },
    { name: 'not valid yet', send: sign({ nbf: now + 600 }), ...refused },
    { name: 'another key id', send: sign({}, { kid: 'two' }), ...refused },
    {
      name: 'a subject that is not its own',
      send: sign({}, {}, { client_id: 'service' }),
      status: 400,
      error: 'invalid_request',
    },
  ] satisfies Row[]);
});

describe('authorization_code', () => {
  const by =
    (fields: Fields, headers: Sent['headers'] = {}) =>
    () =>
      request(
        {
          grant_type: 'authorization_code',
          client_id: 'spa',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          ...fields,
        },
        headers,
      );
  const invalid = { status: 400, error: 'invalid_request' };
  const grant = { status: 400, error: 'invalid_grant' };
  itAnswers(() => server, [
    { name: 'no code', send: by({ code: undefined }), ...invalid },
    { name: 'an empty code', send: by({ code: '' }), ...invalid },
    {
      name: 'the code twice',
      send: () =>
        request({
          grant_type: 'authorization_code',
          client_id: 'spa',
          code: [code, code],
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }),
      ...invalid,
    },
    { name: 'an unknown code', send: by({ code: 'A'.repeat(43) }), ...grant },
    { name: 'a code of 10 KB', send: by({ code: 'A'.repeat(10_000) }), ...grant },
    { name: 'a code with quotes', send: by({ code: `' OR 1=1 --` }), ...grant },
    { name: 'a code with NUL', send: by({ code: 'a\0b' }), ...invalid },
    { name: 'a code __proto__', send: by({ code: '__proto__' }), ...grant },
    { name: 'an access token as code', send: () => by({ code: accessToken })(), ...grant },
    { name: 'a refresh token as code', send: () => by({ code: refreshToken })(), ...grant },
    { name: 'no redirect URI', send: by({ redirect_uri: undefined }), ...invalid },
    { name: 'another redirect URI', send: by({ redirect_uri: `${redirectUri}/` }), ...grant },
    { name: 'no verifier', send: by({ code_verifier: undefined }), ...grant },
    { name: 'a short verifier', send: by({ code_verifier: 'abc' }), ...invalid },
    { name: 'another verifier', send: by({ code_verifier: 'A'.repeat(43) }), ...grant },
    { name: 'a verifier of 10 KB', send: by({ code_verifier: 'A'.repeat(10_000) }), ...invalid },
    { name: 'another client', send: by({ client_id: 'other' }), ...grant },
    {
      name: 'a client without this grant',
      send: () => by({ client_id: undefined }, { Authorization: service() })(),
      ...unauthorized,
    },
    { name: 'DPoP of garbage', send: by({}, { DPoP: 'garbage' }), status: 400, error: 'invalid_dpop_proof' },
    {
      name: 'a foreign resource',
      send: by({ resource: 'https://elsewhere.example' }),
      status: 400,
      error: 'invalid_target',
    },
  ] satisfies Row[]);
});

describe('refresh_token', () => {
  const by =
    (fields: Fields, headers: Sent['headers'] = {}) =>
    () =>
      request({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: refreshToken, ...fields }, headers);
  const invalid = { status: 400, error: 'invalid_request' };
  const grant = { status: 400, error: 'invalid_grant' };
  itAnswers(() => server, [
    { name: 'no token', send: by({ refresh_token: undefined }), ...invalid },
    { name: 'the token twice', send: () => by({ refresh_token: [refreshToken, refreshToken] })(), ...invalid },
    { name: 'garbage', send: by({ refresh_token: 'garbage' }), ...grant },
    { name: 'our prefix and garbage', send: by({ refresh_token: `vcs_rt_${'A'.repeat(62)}` }), ...grant },
    { name: 'one character more', send: () => by({ refresh_token: `${refreshToken}A` })(), ...grant },
    { name: 'one character less', send: () => by({ refresh_token: refreshToken.slice(0, -1) })(), ...grant },
    { name: 'another case', send: () => by({ refresh_token: refreshToken.toUpperCase() })(), ...grant },
    { name: 'NUL behind it', send: () => by({ refresh_token: `${refreshToken}\0` })(), ...invalid },
    { name: 'a space behind it', send: () => by({ refresh_token: `${refreshToken} ` })(), ...grant },
    { name: '10 KB', send: by({ refresh_token: `vcs_rt_${'A'.repeat(10_000)}` }), ...grant },
    { name: 'an access token', send: () => by({ refresh_token: accessToken })(), ...grant },
    { name: 'an ID token', send: () => by({ refresh_token: idToken })(), ...grant },
    { name: 'another client', send: by({ client_id: 'other' }), ...grant },
    { name: 'another scope', send: by({ scope: 'projects:write' }), status: 400, error: 'invalid_scope' },
    {
      name: 'a foreign resource',
      send: by({ resource: 'https://elsewhere.example' }),
      status: 400,
      error: 'invalid_target',
    },
  ] satisfies Row[]);
});
