/**
 * Introspection (RFC 7662) as a table: each kind of client, by each of its ways to authenticate, asks about each kind of
 * token. What no client may send at all is in bad-input/presented-tokens.
 */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { mistyped } from '../support/mistyped.ts';
import { basic, obtainTokens, post, refresh, type Tokens } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addSigner, type Signer } from '../support/signer.ts';

let server: TestServer;
let tokens: Record<string, string>;
let signer: Signer;

beforeAll(async () => {
  server = await startTestServer();
  signer = await addSigner(server);
  tokens = await issueTokens();
});
afterAll(() => server.stop());

async function issueTokens(): Promise<Record<string, string>> {
  const [spa, web, rotated, ended] = (await Promise.all(
    ['spa', 'web', 'web', 'web'].map((id) => obtainTokens(server, { client_id: id })),
  )) as [Tokens, Tokens, Tokens, Tokens];
  await refresh(server, rotated.refresh_token as string, 'web');
  const once = await obtainTokens(server, { client_id: 'web' });
  await post(server, '/oauth/revoke', { token: once.access_token }, 'web');
  await post(server, '/oauth/revoke', { token: ended.refresh_token as string }, 'web');
  const forItself = { grant_type: 'client_credentials', scope: 'projects:read' };
  const service = await post(server, '/oauth/token', forItself, 'service');
  const signed = await fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...forItself, ...(await signer.sign()) }),
  });
  return {
    'access token of the public app': spa.access_token,
    'refresh token of the public app': spa.refresh_token as string,
    'access token of the web app': web.access_token,
    'refresh token of the web app': web.refresh_token as string,
    'access token of the service': service.body.access_token as string,
    'access token of the signer': ((await signed.json()) as Tokens).access_token,
    'revoked access token of the web app': once.access_token,
    'access token of an ended family': ended.access_token,
    'refresh token of an ended family': ended.refresh_token as string,
    'access token with another signature': `${web.access_token.slice(0, -6)}AAAAAA`,
    'refresh token with another ending': mistyped(web.refresh_token as string),
    'ID token': (await obtainTokens(server, { client_id: 'web', scope: 'openid' })).id_token as string,
    'header of a JWT alone': web.access_token.split('.')[0] as string,
    'opaque text': 'opaque',
  };
}

type Sent = { headers?: Record<string, string>; form?: Record<string, string> };
const ways: Record<string, () => Sent | Promise<Sent>> = {
  'a gateway': () => ({ headers: { authorization: basic('gateway', secrets.gateway as string) } }),
  'a gateway, with its secret in the form': () => ({
    form: { client_id: 'gateway', client_secret: secrets.gateway as string },
  }),
  'a gateway of another API': () => ({
    headers: { authorization: basic('foreign-gateway', secrets['foreign-gateway'] as string) },
  }),
  'the web app': () => ({ headers: { authorization: basic('web', secrets.web as string) } }),
  'the service': () => ({ headers: { authorization: basic('service', secrets.service as string) } }),
  'the signer': async () => ({ form: await signer.sign() }),
  'the signer, with its id': async () => ({ form: { ...(await signer.sign()), client_id: signer.id } }),
  'the public app': () => ({ form: { client_id: 'spa' } }),
  'the public app, with an empty password': () => ({ headers: { authorization: basic('spa', '') } }),
};

/** The tokens that are active for each caller; every other one is not. */
const accessTokens = ['public app', 'web app', 'service', 'signer'].map((app) => `access token of the ${app}`);
const active: Record<string, readonly string[]> = {
  'a gateway': accessTokens,
  'a gateway, with its secret in the form': accessTokens,
  'the web app': ['access token of the web app', 'refresh token of the web app'],
  'the service': ['access token of the service'],
  'the signer': ['access token of the signer'],
  'the signer, with its id': ['access token of the signer'],
};

async function ask(token: string, { headers = {}, form = {} }: Sent) {
  const body = new URLSearchParams({ ...form, token });
  const response = await fetch(`${server.issuer}/oauth/introspect`, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe.each(Object.keys(ways))('introspection by %s', (caller) => {
  const way = ways[caller] as () => Sent | Promise<Sent>;

  it.each(['', 'access_token', 'refresh_token', 'unknown'])(
    'with the hint “%s” shows what it may see',
    async (hint) => {
      const seen: string[] = [];
      for (const [name, token] of Object.entries(tokens)) {
        const { headers = {}, form = {} } = await way();
        const answer = await ask(token, { headers, form: { ...form, ...(hint && { token_type_hint: hint }) } });
        expect([name, answer.status, answer.headers.get('content-type')]).toEqual([
          name,
          200,
          'application/json; charset=utf-8',
        ]);
        expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual(['no-store', 'Origin']);
        expect(answer.headers.get('www-authenticate')).toBeNull();
        const body = JSON.parse(answer.text);
        if (body.active) seen.push(name);
        else expect(body).toEqual({ active: false });
      }
      expect(seen.sort()).toEqual([...(active[caller] ?? [])].sort());
    },
  );

  it('refuses a script of a strange origin, and every answer may be read by programs', async () => {
    const { headers = {}, form = {} } = await way();
    const token = tokens['access token of the web app'] as string;
    const plain = await ask(token, { headers, form });
    expect(plain.headers.get('access-control-allow-origin')).toBe('*');
    const again = await way();
    const strange = { ...again, headers: { ...again.headers, origin: 'https://strange.example' } };
    const answer = await ask(token, strange);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'invalid_request']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an active token', () => {
  it('is described by its claims, without the ones that are only for this server', async () => {
    const token = tokens['access token of the public app'] as string;
    const { rot: _, ...claims } = decodeJwt(token);
    const { text } = await ask(token, await (ways['a gateway'] as () => Sent)());
    expect(JSON.parse(text)).toEqual({ active: true, token_type: 'Bearer', ...claims });
  });

  it('that is a refresh token is described by its grant, without the token itself', async () => {
    const { text } = await ask(
      tokens['refresh token of the web app'] as string,
      await (ways['the web app'] as () => Sent)(),
    );
    const { exp, iat, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      active: true,
      sub: server.person.id,
      client_id: 'web',
      iss: server.issuer,
      scope: 'projects:read',
    });
    expect(exp - iat).toBeGreaterThan(29 * 24 * 3600);
  });
});

describe('a caller that cannot authenticate', () => {
  const refused: [string, () => Sent | Promise<Sent>, number, string, string | null][] = [
    [
      'with a wrong secret',
      () => ({ headers: { authorization: basic('gateway', 'wrong') } }),
      401,
      'invalid_client',
      'Basic realm=',
    ],
    [
      'with a wrong secret in the form',
      () => ({ form: { client_id: 'gateway', client_secret: 'wrong' } }),
      401,
      'invalid_client',
      null,
    ],
    [
      'with an assertion for another server',
      async () => ({
        form: await signer.sign('https://other.example'),
      }),
      401,
      'invalid_client',
      null,
    ],
    ['with its id alone', () => ({ form: { client_id: 'gateway' } }), 401, 'invalid_client', null],
    ['with nothing', () => ({}), 400, 'invalid_request', null],
  ];

  it.each(refused)('%s is refused, whatever the token is', async (_how, way, status, error, challenge) => {
    for (const token of Object.values(tokens)) {
      const answer = await ask(token, await way());
      expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, error]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      if (challenge === null) expect(answer.headers.get('www-authenticate')).toBeNull();
      else expect(answer.headers.get('www-authenticate')).toContain(challenge);
    }
  });

  it('because its assertion was used before is refused', async () => {
    const form = await signer.sign();
    const token = tokens['access token of the signer'] as string;
    expect((await ask(token, { form })).status).toBe(200);
    expect((await ask(token, { form })).status).toBe(401);
  });

  it('because its registration has changed, which this node was not told, gets no answer about a token', async () => {
    const input = { client_name: 'Brief', type: 'service', gateway_resource: apiResource } as const;
    const { client, clientSecret } = await createClient(server.db, input, { id: 'test' });
    const way = { headers: { authorization: basic(client.client_id, clientSecret as string) } };
    const token = tokens['access token of the public app'] as string;
    expect(JSON.parse((await ask(token, way)).text).active).toBe(true);
    await server.db.pgPool.query(
      `UPDATE clients SET token_endpoint_auth_method = 'private_key_jwt', jwks = '{"keys":[]}' WHERE client_id = $1`,
      [client.client_id],
    );
    const answer = await ask(token, way);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([401, 'invalid_client']);
    expect(answer.headers.get('www-authenticate')).toContain('Basic realm=');
  });
});
