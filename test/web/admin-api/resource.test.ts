/** The admin API is a resource of its own (RFC 8707): who gets a token for it, and where that token is accepted. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, disableClient, updateClient } from '../../../src/operations/clients.ts';
import { adminScopes } from '../../../src/policy/scopes.ts';
import { newProofKey } from '../../support/dpop.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, basic, callback, introspect, obtainTokens, post } from '../../support/oauth.ts';
import { newPerson } from '../../support/person.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let resource: string;
beforeAll(async () => {
  server = await startTestServer();
  resource = `${server.issuer}/admin/v1`;
  await addAdmin(server, 'admin');
});
afterAll(() => server.stop());

const ask = (form: Record<string, string>, clientId = 'admin') =>
  post(server, '/oauth/token', { grant_type: 'client_credentials', resource, ...form }, clientId);

describe('a token', () => {
  it('is for the admin API alone, with the scopes that were asked for', async () => {
    for (const indicator of [resource, `${resource}/`]) {
      const { status, body } = await ask({ scope: 'clients:read audit:read', resource: indicator });
      expect([status, body.scope, body.token_type]).toEqual([200, 'clients:read audit:read', 'Bearer']);
      expect(decodeJwt(body.access_token as string)).toMatchObject({ aud: resource, sub: 'admin', client_id: 'admin' });
    }
  });

  it.each([
    ['a service without such scopes', 'service', { scope: 'clients:read' }, 'invalid_target'],
    ['no scope', 'admin', {}, 'invalid_scope'],
    ['a scope beyond the registration', 'reader', { scope: 'clients:write' }, 'invalid_scope'],
  ])('is refused for %s', async (_name, clientId, form, error) => {
    if (clientId === 'reader') await addAdmin(server, 'reader', 'clients:read');
    expect(await ask(form as Record<string, string>, clientId)).toMatchObject({ status: 400, body: { error } });
  });

  it('has no scope of the API, and a token for the API no admin scope, whatever the client may have', async () => {
    await addAdmin(server, 'mixed', 'clients:read projects:read');
    const both = { scope: 'clients:read projects:read' };
    expect((await ask(both, 'mixed')).body.scope).toBe('clients:read');
    expect((await ask({ ...both, resource: apiResource }, 'mixed')).body.scope).toBe('projects:read');
  });

  it('is never for an app that people sign in to', async () => {
    const person = newPerson(server.issuer);
    const answers = await Promise.all(
      [{ resource }, { scope: 'clients:read' }, { scope: 'projects:read clients:read' }].map(async (params) =>
        callback(await person.visit(authorizeUrl(server, params))).get('error'),
      ),
    );
    expect(answers).toEqual(['invalid_target', 'invalid_scope', 'invalid_scope']);
    const { refresh_token: token } = await obtainTokens(server);
    const refreshed = { grant_type: 'refresh_token', refresh_token: token as string, resource };
    expect((await post(server, '/oauth/token', refreshed)).body.error).toBe('invalid_target');
    for (const type of ['web', 'spa', 'native']) {
      const input = { client_name: 'App', type, redirect_uris: ['https://a.example/cb'], scope: 'clients:read' };
      await expect(createClient(server.db, input as never, { id: 'test' })).rejects.toMatchObject({
        details: { scope: expect.stringContaining('type service only') },
      });
    }
  });

  it('has scopes that only the resource’s own metadata names (RFC 9728)', async () => {
    for (const name of ['oauth-authorization-server', 'openid-configuration']) {
      const metadata = await (await fetch(`${server.issuer}/.well-known/${name}`)).json();
      expect(metadata.scopes_supported.filter((scope: string) => adminScopes.includes(scope as never))).toEqual([]);
    }
    const own = await (await fetch(`${server.issuer}/.well-known/oauth-protected-resource/admin/v1`)).json();
    expect(own).toMatchObject({ resource, authorization_servers: [server.issuer], scopes_supported: [...adminScopes] });
  });
});

describe('elsewhere', () => {
  it('an admin token is accepted neither by UserInfo nor by the API’s gateway', async () => {
    const token = await adminToken(server, 'admin');
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${server.issuer}/oauth/userinfo`, { headers })).status).toBe(401);
    expect((await introspect(server, token)).body).toEqual({ active: false });
  });
});

describe('at the admin API', () => {
  it.each([
    ['no token', {}, 401, 'UNAUTHORIZED', /^Bearer scope="clients:read", resource_metadata="/],
    ['a cookie', { cookie: 'vcauth_session=x' }, 401, 'UNAUTHORIZED', /^Bearer scope=/],
    ['another scheme', { authorization: 'Basic YTpi' }, 401, 'UNAUTHORIZED', /^Bearer scope=/],
    ['nonsense', { authorization: 'Bearer a.b.c' }, 401, 'UNAUTHORIZED', /error="invalid_token"/],
    ['two words', { authorization: 'Bearer a b' }, 400, 'VALIDATION_ERROR', /error="invalid_request"/],
  ])('a call with %s is refused with a challenge', async (_name, headers, status, code, challenge) => {
    const reply = await call(server, '/clients', { headers: headers as Record<string, string> });
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(reply.headers.get('www-authenticate')).toMatch(challenge);
    expect(reply.body).toMatchObject({ success: false, meta: { request_id: reply.headers.get('x-request-id') } });
  });

  it('tokens for the API are refused, a person’s and a service’s', async () => {
    const person = (await obtainTokens(server)).access_token;
    const service = (await ask({ resource: apiResource, scope: 'projects:read' }, 'service')).body.access_token;
    for (const token of [person, service as string]) {
      const reply = await call(server, '/clients', { token });
      expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('invalid_token'),
      ]);
    }
  });

  it('a token that is bound to a key is refused, with and without a proof, since only bearer tokens are accepted', async () => {
    const key = await newProofKey();
    const url = `${server.issuer}/oauth/token`;
    const form = { grant_type: 'client_credentials', resource, scope: 'clients:read' };
    const authorization = basic('admin', secrets.admin as string);
    const headers = { authorization, DPoP: await key.proof('POST', url) };
    const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
    const { access_token: token, token_type: type } = await answer.json();
    expect(type).toBe('DPoP');
    const proof = await key.proof('GET', `${resource}/clients`, { token });
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer ${token}`, DPoP: proof },
      { authorization: `DPoP ${token}`, DPoP: proof },
    ];
    for (const sent of ways) expect((await call(server, '/clients', { headers: sent })).status).toBe(401);
  });

  it('each operation needs its own scope', async () => {
    const token = await adminToken(server, 'admin', 'clients:read');
    expect((await call(server, '/clients', { token })).status).toBe(200);
    const reply = await call(server, '/clients', { token, body: { client_name: 'X', type: 'service' } });
    expect([reply.status, reply.body.error.code]).toEqual([403, 'FORBIDDEN']);
    expect(reply.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(reply.headers.get('www-authenticate')).toContain('scope="clients:write"');
  });

  it('a revoked token, a narrower registration and a disabled client end what a token could do', async () => {
    await addAdmin(server, 'fading', 'clients:read audit:read');
    const [first, second] = [
      await adminToken(server, 'fading', 'clients:read'),
      await adminToken(server, 'fading', 'clients:read'),
    ];
    await post(server, '/oauth/revoke', { token: first }, 'fading');
    expect((await call(server, '/clients', { token: first })).status).toBe(401);
    expect((await call(server, '/clients', { token: second })).status).toBe(200);
    await updateClient(server.db, 'fading', { scope: 'audit:read' }, { id: 'test' });
    await eventually(async () => (await call(server, '/clients', { token: second })).status).toBe(403);
    await disableClient(server.db, 'fading', { id: 'test' }, 'Tried');
    expect((await call(server, '/clients', { token: second })).status).toBe(401);
  });

  it('addresses and methods that do not exist are refused', async () => {
    const token = await adminToken(server, 'admin');
    expect((await call(server, '/nothing', { token })).body.error.code).toBe('NOT_FOUND');
    expect((await call(server, '', { token })).status).toBe(404);
    const wrong = await call(server, '/clients', { token, method: 'PUT', body: {} });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    for (const path of ['/clients/%00', '/clients/%zz', `/clients/${'x'.repeat(13_000)}`]) {
      expect((await call(server, path, { token })).body.error).toMatchObject({ code: 'VALIDATION_ERROR' });
    }
  });

  it('answers set no cookie, cannot be read by other origins and are not cached', async () => {
    const token = await adminToken(server, 'admin');
    const { headers } = await call(server, '/clients', { token, headers: { origin: 'https://evil.example' } });
    expect(['set-cookie', 'access-control-allow-origin'].map((name) => headers.get(name))).toEqual([null, null]);
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
