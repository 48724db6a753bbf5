/**
 * The endpoints where tokens are presented: introspection (RFC 7662), revocation (RFC 7009) and UserInfo (RFC 6750).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, introspect, obtainTokens } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { forgedTokens, forgeries } from './forged.ts';
import { expectInnocent, fingerprint, itAnswers, type Row, tooLarge } from './table.ts';
import { type Answer, type Sent, send } from './wire.ts';

let server: TestServer;
let forged: Record<string, string>;
let disabled: { id: string; secret: string };
beforeAll(async () => {
  server = await startTestServer();
  forged = await forgedTokens(server);
  disabled = await addDisabledClient(server);
});
afterAll(() => server.stop());

const as = (clientId: string) => ({ Authorization: basic(clientId, secrets[clientId] as string) });
const invalid = { status: 400, error: 'invalid_request' };
const refused = { status: 401, error: 'invalid_client' };

describe.each(['/oauth/introspect', '/oauth/revoke'])('%s', (path) => {
  const by =
    (body: Sent['body'], headers: Sent['headers'] | (() => Sent['headers']) = () => as('gateway')) =>
    (): Sent => ({
      path,
      body: body as string,
      headers: typeof headers === 'function' ? headers() : headers,
    });
  const token = { token: 'a.b.c' };
  itAnswers(
    () => server,
    [
      { name: 'nothing', send: by('', {}), ...invalid },
      { name: 'no token', send: by(''), ...invalid },
      { name: 'an empty token', send: by({ token: '' }), ...invalid },
      { name: 'the token twice', send: by({ token: ['a', 'b'] }), ...invalid },
      { name: 'token[]', send: by('token[]=a'), ...invalid },
      { name: 'the token in the query', send: () => ({ ...by('')(), path: `${path}?token=a` }), ...invalid },
      { name: 'NUL in the token', send: by('token=%00'), ...invalid },
      { name: 'NUL in the hint', send: by('token=a&token_type_hint=%00'), ...invalid },
      {
        name: 'JSON',
        send: by('{"token":"a"}', () => ({ ...as('gateway'), 'Content-Type': 'application/json' })),
        ...invalid,
      },
      { name: '57 KB', send: by({ token: 'a'.repeat(57 * 1024) }), ...tooLarge },
      { name: 'nobody', send: by(token, {}), ...invalid },
      { name: 'an unknown client', send: by({ ...token, client_id: 'nobody' }, {}), ...refused },
      { name: 'a wrong secret', send: by(token, { Authorization: basic('gateway', 'wrong') }), ...refused },
      {
        name: 'a disabled client',
        send: by(token, () => ({ Authorization: basic(disabled.id, disabled.secret) })),
        ...refused,
      },
      {
        name: 'the secret in the query',
        send: () => ({ path: `${path}?client_secret=${secrets.gateway}`, body: { ...token, client_id: 'gateway' } }),
        ...refused,
      },
      { name: 'Basic and the body', send: by({ ...token, client_secret: 'x' }), ...invalid },
      { name: 'a bearer token', send: () => by(token, { Authorization: `Bearer ${forged.genuine}` })(), ...invalid },
      {
        name: 'Java’s Accept',
        send: by('', () => ({ ...as('gateway'), Accept: 'text/html, *; q=.2, */*; q=.2' })),
        ...invalid,
      },
      {
        name: 'GET',
        send: () => ({ path: `${path}?token=a`, headers: as('gateway') }),
        status: 405,
        error: 'invalid_request',
      },
      { name: 'PUT', send: by('token=a'), status: 405, error: 'invalid_request' },
    ].map((row) => (row.name === 'PUT' ? { ...row, send: () => ({ ...row.send(), method: 'PUT' }) } : row)) as Row[],
  );
});

describe('a token that is not an access token of ours', () => {
  it('that is genuine is active and says whose it is', async () => {
    expect((await introspect(server, forged.genuine as string)).body).toMatchObject({ active: true, client_id: 'spa' });
  });

  it.each(forgeries)('is not active at introspection: %s', async (name) => {
    for (const hint of [
      '',
      '&token_type_hint=access_token',
      '&token_type_hint=refresh_token',
      '&token_type_hint=__proto__',
    ]) {
      const answer = await post(
        '/oauth/introspect',
        `token=${encodeURIComponent(forged[name] as string)}${hint}`,
        'gateway',
      );
      expect([answer.status, answer.text]).toEqual([200, '{"active":false}']);
    }
  });

  it.each(forgeries)('ends nothing and reveals nothing at revocation: %s', async (name) => {
    const before = await fingerprint(server.db);
    // Sent by a client that none of them was issued to; the refresh token and the ID token are genuine for their own
    // clients.
    const answer = await post('/oauth/revoke', `token=${encodeURIComponent(forged[name] as string)}`, 'web');
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    expect(await fingerprint(server.db)).toEqual(before);
  });

  it('of another client is neither active nor revoked', async () => {
    const tokens = await obtainTokens(server, { client_id: 'web' });
    for (const token of [tokens.access_token, tokens.refresh_token as string]) {
      expect((await post('/oauth/introspect', `token=${token}`, 'service')).text).toBe('{"active":false}');
      expect((await post('/oauth/introspect', `token=${token}`, 'foreign-gateway')).text).toBe('{"active":false}');
      const before = await fingerprint(server.db);
      expect((await post('/oauth/revoke', `token=${token}`, 'service')).status).toBe(200);
      expect((await post('/oauth/revoke', `token=${token}`, 'gateway')).status).toBe(200);
      expect(await fingerprint(server.db)).toEqual(before);
    }
  });

  it('of a public client cannot be introspected, not even by that client', async () => {
    const answer = await send(server.issuer, {
      path: '/oauth/introspect',
      body: { client_id: 'spa', token: forged.genuine as string },
    });
    expect([answer.status, answer.text]).toEqual([200, '{"active":false}']);
  });

  async function post(path: string, body: string, clientId: string): Promise<Answer> {
    const answer = await send(server.issuer, { path, body, headers: as(clientId) });
    expectInnocent(answer);
    return answer;
  }
});

describe('the admin API without a token', () => {
  const path = '/admin/v1/clients';
  it.each([
    ['nothing', {}],
    ['Basic', { Authorization: 'Basic YTpi' }],
  ])('with %s gets a challenge without an error code', async (_name, headers) => {
    const answer = await send(server.issuer, { path, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer scope="[^"]+", resource_metadata="[^"]+"$/);
  });
});

describe('/oauth/userinfo', () => {
  const path = '/oauth/userinfo';
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const challenge =
    (pattern: RegExp) =>
    ({ headers }: Answer) => {
      expect(headers.get('www-authenticate')).toMatch(pattern);
      expect(headers.get('www-authenticate')).toContain(`Bearer realm="${server.issuer}"`);
    };
  const scheme = challenge(/^Bearer realm="[^"]+", DPoP algs="ES256 EdDSA Ed25519"$/);
  // RFC 6750 §3.1: no error code if the request had no authentication.
  const none = {
    status: 401,
    also: (answer: Answer) => {
      expect(answer.text).toBe('');
      scheme(answer);
    },
  };
  const malformed = { ...invalid, also: challenge(/^(Bearer|DPoP) realm="[^"]+", error="invalid_request"/) };
  const bad = { status: 401, error: 'invalid_token', also: challenge(/error="invalid_token"/) };
  const twice = { status: 400, error: 'invalid_request', also: challenge(/error="invalid_request"/) };
  const genuine = () => forged.genuine as string;
  itAnswers(() => server, [
    { name: 'no token', send: { path }, ...none },
    { name: 'no token, for a browser', send: { path, headers: { Accept: 'text/html' } }, ...none },
    { name: 'the token in the query', send: () => ({ path: `${path}?access_token=${genuine()}` }), ...none },
    { name: 'Basic', send: { path, headers: { Authorization: 'Basic YTpi' } }, ...none },
    { name: 'a token without scheme', send: () => ({ path, headers: { Authorization: genuine() } }), ...none },
    {
      name: 'two tokens in one header',
      send: () => ({ path, headers: bearer(`${genuine()} ${genuine()}`) }),
      ...malformed,
    },
    { name: 'the scheme alone', send: { path, headers: { Authorization: 'Bearer' } }, ...malformed },
    { name: 'a scheme that begins like it', send: { path, headers: { Authorization: 'Bearers a' } }, ...none },
    { name: 'an Origin that is none', send: { path, headers: { Origin: 'https://evil.example"' } }, ...none },
    {
      name: 'DPoP for a bearer token',
      send: () => ({ path, headers: { Authorization: `DPoP ${genuine()}` } }),
      status: 401,
      error: 'invalid_token',
      also: ({ headers }: Answer) => expect(headers.get('www-authenticate')).toMatch(/^DPoP realm=.*not bound/),
    },
    {
      name: 'a body of JSON',
      send: () => ({ path, body: `{"access_token":"${genuine()}"}`, headers: { 'Content-Type': 'application/json' } }),
      ...none,
    },
    {
      name: 'in the header and in the form',
      send: () => ({ path, body: { access_token: genuine() }, headers: bearer(genuine()) }),
      ...twice,
    },
    { name: 'twice in the form', send: () => ({ path, body: { access_token: [genuine(), genuine()] } }), ...twice },
    { name: 'a NUL in the form', send: { path, body: 'access_token=%00' }, ...invalid },
    { name: '57 KB', send: { path, body: { access_token: 'a'.repeat(57 * 1024) } }, ...tooLarge },
    {
      name: 'a token without openid',
      send: async () => ({ path, headers: bearer((await obtainTokens(server)).access_token) }),
      status: 403,
      error: 'insufficient_scope',
    },
    {
      name: 'PUT',
      send: () => ({ path, method: 'PUT', headers: bearer(genuine()) }),
      status: 405,
      error: 'invalid_request',
    },
    {
      name: 'another spelling of the path',
      send: () => ({ path: '/OAuth/UserInfo/', headers: bearer(genuine()) }),
      status: 200,
    },
    ...forgeries.map(
      (name): Row => ({ name, send: () => ({ path, headers: bearer(forged[name] as string) }), ...bad }),
    ),
  ] satisfies Row[]);

  it('answers a genuine token, by GET and by form', async () => {
    for (const request of [
      { path, headers: bearer(genuine()) },
      { path, body: { access_token: genuine() } },
    ]) {
      const answer = await send(server.issuer, request);
      expect(JSON.parse(answer.text)).toEqual({
        sub: server.person.id,
        email: server.person.email,
        email_verified: false,
      });
    }
  });
});
