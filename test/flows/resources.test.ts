/** Several resources of the API (RFC 8707): each has its scopes, and a token of one is refused at the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { authorizeUrl, callback, exchange, introspect, obtainCode, obtainTokens, post } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { apiResource, redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';

const mcp = `${apiResource}/mcp`;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { API_RESOURCES: `${mcp}=projects:read deployments:read` } });
  const input = { client_id: 'mcp-gateway', client_name: 'MCP', type: 'service', gateway_resource: mcp } as const;
  secrets['mcp-gateway'] = (await createClient(server.db, input, { id: 'test' })).clientSecret as string;
});
afterAll(() => server.stop());

function claimsOf(token: string): { aud: string; scope?: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
}

/** Both resources in one authorization request. */
function forBoth(scope: string): string {
  const url = new URL(authorizeUrl(server, { scope, resource: apiResource }));
  url.searchParams.append('resource', mcp);
  return url.href;
}

it('the metadata lists them', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
  expect(metadata.protected_resources).toEqual([apiResource, mcp]);
});

describe('a token of one resource', () => {
  it('has its audience and its scopes alone', async () => {
    const scope = 'projects:read projects:write openid';
    const tokens = await obtainTokens(server, { resource: `${mcp}/`, scope });
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: mcp, scope: 'projects:read openid' });
    expect(tokens.scope).toBe('projects:read openid');
  });

  it('is active for the gateway of that resource, and for no other', async () => {
    const [forMcp, forApi] = [await obtainTokens(server, { resource: mcp }), await obtainTokens(server)];
    const seen = async (token: string, gateway: string) => (await introspect(server, token, gateway)).body.active;
    expect([await seen(forMcp.access_token, 'mcp-gateway'), await seen(forMcp.access_token, 'gateway')]).toEqual([
      true,
      false,
    ]);
    expect([await seen(forApi.access_token, 'mcp-gateway'), await seen(forApi.access_token, 'gateway')]).toEqual([
      false,
      true,
    ]);
  });

  it('is taken at UserInfo, whichever it is', async () => {
    const { access_token: token } = await obtainTokens(server, { resource: mcp, scope: 'openid projects:read' });
    const answer = await fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, (await answer.json()).sub]).toEqual([200, server.person.id]);
  });

  it('gives a service the scopes of that resource', async () => {
    const asked = { grant_type: 'client_credentials', resource: mcp, scope: 'projects:read projects:write' };
    const { body } = await post(server, '/oauth/token', asked, 'service');
    expect(claimsOf(body.access_token as string)).toMatchObject({ aud: mcp, scope: 'projects:read' });
  });
});

describe('an authorization of both', () => {
  it('has a token for each, with what the resource has of the granted scopes', async () => {
    const person = newPerson(server.issuer);
    await obtainTokens(server, { scope: 'projects:read ai:generate' }, person);
    const code = callback(await person.visit(forBoth('projects:read ai:generate'))).get('code') as string;
    const first = (await exchange(server, code)).body;
    expect(claimsOf(first.access_token as string)).toMatchObject({
      aud: apiResource,
      scope: 'projects:read ai:generate',
    });
    const refreshed = async (resource: string) => {
      const form = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: first.refresh_token as string };
      return (await post(server, '/oauth/token', { ...form, resource }, 'spa')).body;
    };
    expect(claimsOf((await refreshed(mcp)).access_token as string)).toMatchObject({ aud: mcp, scope: 'projects:read' });
  });

  it('does not reach a resource that the person was not asked about', async () => {
    const code = await obtainCode(server, { resource: mcp });
    const { status, body } = await exchange(server, code, 'spa', { resource: apiResource });
    expect([status, body.error]).toEqual([400, 'invalid_target']);
    expect((await exchange(server, code, 'spa', { resource: mcp })).status).toBe(200);
  });
});

describe('scopes that the resource does not have', () => {
  it('are dropped beside others, and refused alone', async () => {
    const refused = await newPerson(server.issuer).request(
      authorizeUrl(server, { resource: mcp, scope: 'ai:generate' }),
    );
    expect(callback(refused).get('error')).toBe('invalid_scope');
    expect(callback(refused).get('error_description')).toBe('the resource has none of the requested scopes');
    const asked = { grant_type: 'client_credentials', resource: mcp, scope: 'projects:write' };
    const { status, body } = await post(server, '/oauth/token', asked, 'service');
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
  });

  it('are no default scopes there', async () => {
    const scope = 'projects:read analytics:read';
    const input = {
      client_id: 'defaults',
      client_name: 'Defaults',
      type: 'spa',
      redirect_uris: [redirectUri],
    } as const;
    await createClient(server.db, { ...input, scope, default_scope: scope }, { id: 'test' });
    const asked = { client_id: 'defaults', scope: undefined };
    expect((await obtainTokens(server, { ...asked, resource: mcp })).scope).toBe('projects:read');
    expect((await obtainTokens(server, asked)).scope).toBe(scope);
  });
});
