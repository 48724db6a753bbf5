/** Apps that register themselves (RFC 7591), with what agents and libraries send by default. */
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAdmin } from '../support/admin.ts';
import { authorizeUrl, exchange, post, refresh } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { register, registered, sendRegistration } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

let server: TestServer;
let closed: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  closed = await startTestServer({ beside: server, env: { DYNAMIC_REGISTRATION: 'closed' } });
});
afterAll(async () => {
  await closed.stop();
  await server.stop();
});

const metadataOf = async (issuer: string) =>
  (await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()) as Record<string, unknown>;

/** A whole authorization: sign-in, consent, tokens, refresh. */
async function authorize(clientId: string, redirect: string): Promise<string> {
  const person = newPerson(server.issuer);
  const asked = await person.visit(authorizeUrl(server, { client_id: clientId, redirect_uri: redirect }));
  const question = await signIn(person, asked, server.person.email);
  const page = await decide(person, question, 'allow');
  const location = page.headers.get('location') ?? '';
  expect(location.startsWith(redirect), `${page.status} ${location} ${page.text.slice(0, 300)}`).toBe(true);
  const code = new URL(location).searchParams.get('code') ?? '';
  const tokens = await exchange(server, code, clientId, { redirect_uri: redirect });
  expect(tokens.status, JSON.stringify(tokens.body)).toBe(200);
  const renewed = await refresh(server, tokens.body.refresh_token as string, clientId);
  expect(renewed.status).toBe(200);
  return tokens.body.scope as string;
}

describe('An app that registers itself', () => {
  it('is told everything that was registered', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { status, headers, body } = await register(server, {
      client_name: 'Whole',
      redirect_uris: [redirectUri],
      client_uri: 'https://app.example/',
      logo_uri: '',
      scope: 'projects:read projects:write everything',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      client_id: expect.stringMatching(/^vcs_dynamic_[\da-f]{24}$/),
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^vcs_cs_/),
      client_secret_expires_at: 0,
      registration_client_uri: `${server.issuer}/oauth/register/${body.client_id}`,
      registration_access_token: expect.stringMatching(/^vcs_ra_/),
      client_name: 'Whole',
      application_type: 'web',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      scope: 'projects:read projects:write',
      client_uri: 'https://app.example/',
    });
    expect(body.client_id_issued_at).toBeGreaterThanOrEqual(before);
  });

  it('is nothing that people trust, and leaves hashes and an audit event', async () => {
    const { client_id: id, ...answer } = await registered(server, {
      client_name: 'Wants more',
      redirect_uris: [redirectUri],
      first_party: true,
      verified_at: '2026-01-01T00:00:00Z',
      gateway_resource: 'https://api.vibecaas.com',
    });
    const [row] = await rowsOf(
      server.db,
      `SELECT c.*, encode(r.token_hash, 'hex') AS token, (SELECT string_agg(encode(secret_hash, 'hex'), '') FROM client_secrets s
        WHERE s.client_id = c.client_id) AS secret FROM clients c JOIN client_registrations r USING (client_id) WHERE c.client_id = '${id}'`,
    );
    expect(row).toMatchObject({
      registration_type: 'dynamic',
      first_party: false,
      verified_at: null,
      gateway_resource: null,
      default_scope: 'projects:read deployments:read analytics:read',
      optional_scope: 'projects:write deployments:write ai:generate',
      token: expect.stringMatching(/^[\da-f]{64}$/),
      secret: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(JSON.stringify(row)).not.toContain(answer.registration_access_token);
    const [event] = await rowsOf(server.db, `SELECT * FROM audit_events WHERE target = 'client:${id}'`);
    expect(event).toMatchObject({ actor: 'system', action: 'client.created', details: { ip: '127.0.0.1' } });
    expect(JSON.stringify(event)).not.toContain('vcs_cs_');
  });

  it('is marked on the pages of admins', async () => {
    const { client_id: id } = await registered(server, { client_name: 'Marked', redirect_uris: [redirectUri] });
    const admin = await signedInAdmin(server);
    const pages = [await admin.visit(`/admin/clients?q=${id}`), await admin.visit(`/admin/client/${id}`)];
    for (const { status, text } of pages) {
      expect([status, text.split('Registered itself').length]).toEqual([200, 2]);
    }
    expect((await admin.visit('/admin/client/spa')).text).not.toContain('Registered itself');
  });

  it('does so by openid-client', async () => {
    const config = await client.dynamicClientRegistration(
      new URL(server.issuer),
      { redirect_uris: [redirectUri], client_name: 'By openid-client' },
      undefined,
      { execute: [client.allowInsecureRequests], algorithm: 'oauth2' },
    );
    const { client_id: id, client_secret: secret } = config.clientMetadata();
    secrets[id] = secret as string;
    expect(await authorize(id, redirectUri)).toBe('projects:read');
  });

  it('does so by oauth4webapi', async () => {
    const options = { [oauth.allowInsecureRequests]: true } as const;
    const as = (await metadataOf(server.issuer)) as unknown as oauth.AuthorizationServer;
    const response = await oauth.dynamicClientRegistrationRequest(
      as,
      { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', client_name: 'By oauth4webapi' },
      options,
    );
    const { client_id: id } = await oauth.processDynamicClientRegistrationResponse(response);
    expect(await authorize(id, redirectUri)).toBe('projects:read');
  });

  it('may do so from a page of any origin', async () => {
    const url = `${server.issuer}/oauth/register`;
    const headers = {
      Origin: 'https://agent.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    };
    const preflight = await fetch(url, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Type');
    const refused = await fetch(url, { method: 'POST', headers: { Origin: 'https://agent.example' }, body: '{}' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
  });

  it('takes one statement', async () => {
    let made = 0;
    const work = () => {
      made += 1;
      return registered(server, { client_name: `One ${made}`, redirect_uris: [redirectUri] });
    };
    expect(await fewestStatements(server, work)).toBe(1);
  });

  it('is refused where registration is closed, and not told of it in the metadata', async () => {
    const { status, body } = await register(closed, { redirect_uris: [redirectUri] });
    expect([status, body.error]).toEqual([403, 'access_denied']);
    expect(body.error_description).toMatch(/can't register themselves here/);
    expect(await metadataOf(closed.issuer)).not.toHaveProperty('registration_endpoint');
    expect(await metadataOf(server.issuer)).toMatchObject({
      registration_endpoint: `${server.issuer}/oauth/register`,
    });
  });
});

describe('What agents send', () => {
  const cursor = 'cursor://anysphere.cursor-mcp/oauth/callback';
  it.each([
    [
      'Claude Code',
      { redirect_uris: ['http://localhost/callback'], application_type: 'web' },
      'http://localhost:54321/callback',
    ],
    [
      'claude.ai',
      {
        redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
        scope: 'claudeai',
        token_endpoint_auth_method: 'client_secret_post',
      },
      'https://claude.ai/api/mcp/auth_callback',
    ],
    [
      'Cursor',
      {
        redirect_uris: [cursor, 'https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
        logo_uri: '',
        client_uri: '',
      },
      cursor,
    ],
    [
      'Cursor by https',
      { redirect_uris: [cursor, 'https://www.cursor.com/agents/mcp/oauth/callback'] },
      'https://www.cursor.com/agents/mcp/oauth/callback',
    ],
    [
      'VS Code',
      {
        application_type: 'native',
        redirect_uris: [
          'https://insiders.vscode.dev/redirect',
          'https://vscode.dev/redirect',
          'http://127.0.0.1/',
          'http://127.0.0.1:33418/',
        ],
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
          'urn:unknown',
        ],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
      'http://127.0.0.1:33418/',
    ],
    [
      'ChatGPT',
      {
        redirect_uris: ['https://chatgpt.com/connector/oauth/abc'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
      'https://chatgpt.com/connector/oauth/abc',
    ],
    ['mixed response types', { redirect_uris: [redirectUri], response_types: ['code', 'id_token'] }, redirectUri],
  ])('by %s completes an authorization', async (name, sent, redirect) => {
    const body = await registered(server, { client_name: name, ...sent });
    if (body.client_secret) secrets[body.client_id] = body.client_secret;
    expect(await authorize(body.client_id, redirect)).toBe('projects:read');
  });

  it('by a device without a browser starts with a code for people', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const body = await registered(server, {
      client_name: 'Device only',
      application_type: 'native',
      grant_types: [device, 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    });
    expect(body).toMatchObject({ grant_types: ['refresh_token', device], response_types: [] });
    const asked = await post(server, '/oauth/device_authorization', { scope: 'projects:read' }, body.client_id);
    expect(asked.status).toBe(200);
  });

  it('by a client with keys of its own is registered with them', async () => {
    const { publicKey } = await oauth.generateKeyPair('ES256', { extractable: true });
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    const body = await registered(server, {
      client_name: 'Keys',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
    });
    expect(body).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC' }] } });
    expect(body).not.toHaveProperty('client_secret');
  });
});

describe('Two nodes', () => {
  it('both know an app as soon as one has registered it', async () => {
    const { client_id: id } = await registered(server, {
      client_name: 'Both',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    });
    const page = await newPerson(closed.issuer).visit(authorizeUrl(closed, { client_id: id }));
    expect([page.status, page.text.includes('current-password')]).toEqual([200, true]);
  });

  it('both forget an app as soon as it has deleted itself at one', async () => {
    const app = await registered(server, {
      client_name: 'Gone',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    });
    const visit = () => newPerson(closed.issuer).visit(authorizeUrl(closed, { client_id: app.client_id }));
    expect((await visit()).status).toBe(200);
    const { status } = await sendRegistration(app.registration_client_uri as string, undefined, {
      method: 'DELETE',
      token: app.registration_access_token,
    });
    expect(status).toBe(204);
    await expect.poll(async () => (await visit()).status).toBe(400);
  });
});
