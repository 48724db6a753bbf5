/**
 * openid-client 5 in its default configuration, by itself and as next-auth 4 uses it. Both expect ID tokens signed by
 * RS256, the default of OpenID Connect Dynamic Registration §2, so the client is registered for RS256.
 */
import { type Client, generators, Issuer, type TokenSet } from 'openid-client-v5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { conformance } from '../../support/conformance.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../../support/person.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
let secret: string;
const afterwards = 'https://app.example/bye';
beforeAll(async () => {
  server = await startTestServer();
  const { clientSecret } = await createClient(
    server.db,
    {
      client_id: 'classic',
      client_name: 'Classic',
      type: 'web',
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [afterwards],
      id_token_signed_response_alg: 'RS256',
    },
    { id: 'test' },
  );
  secret = clientSecret as string;
});
afterAll(() => server.stop());

const discovered = async (more: object = {}): Promise<Client> => {
  const issuer = await Issuer.discover(server.issuer);
  return new issuer.Client({ client_id: 'classic', client_secret: secret, redirect_uris: [redirectUri], ...more });
};

async function allow(person: Person, url: string): Promise<string> {
  let page: Page = await person.visit(url);
  if (page.text.includes('current-password')) page = await signIn(person, page, server.person.email);
  if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow');
  return page.headers.get('location') as string;
}

async function connect(client: Client, person: Person, scope = 'openid email projects:read'): Promise<TokenSet> {
  const [codeVerifier, state, nonce] = [generators.codeVerifier(), generators.state(), generators.nonce()];
  const url = client.authorizationUrl({
    scope,
    state,
    nonce,
    code_challenge: generators.codeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  const params = client.callbackParams(await allow(person, url));
  return client.callback(redirectUri, params, { code_verifier: codeVerifier, state, nonce });
}

describe('openid-client 5', () => {
  it('completes discovery, code, UserInfo, refresh, introspection, revocation and sign-out', async () => {
    const [client, person] = [await discovered(), newPerson(server.issuer)];
    const tokens = await connect(client, person);
    expect(tokens.claims()).toMatchObject({ sub: server.person.id, email: server.person.email });
    expect(await client.userinfo(tokens)).toMatchObject({ sub: server.person.id });
    const refreshed = await client.refresh(tokens);
    expect(refreshed.claims().sub).toBe(server.person.id);
    expect((await client.introspect(refreshed.access_token as string)).active).toBe(true);
    await client.revoke(refreshed.access_token as string);
    expect((await client.introspect(refreshed.access_token as string)).active).toBe(false);
    await client.revoke(refreshed.refresh_token as string);
    await expect(client.refresh(refreshed.refresh_token as string)).rejects.toThrow('invalid_grant');

    const page = await person.visit(
      client.endSessionUrl({ id_token_hint: tokens, post_logout_redirect_uri: afterwards, state: 'bye' }),
    );
    const back = await person.submit(page, '/logout/confirm', { logout: 'yes' });
    expect(back.headers.get('location')).toBe(`${afterwards}?state=bye`);
    seen(
      {
        scenario: 'Discovery by OpenID metadata',
        specification: 'OpenID Connect Discovery 1.0 §4',
        client: 'openid-client 5.7',
      },
      {
        scenario: 'Authorization code with PKCE',
        specification: 'RFC 6749 §4.1, RFC 7636 §4',
        client: 'openid-client 5.7',
      },
      { scenario: 'UserInfo', specification: 'OpenID Connect Core 1.0 §5.3', client: 'openid-client 5.7' },
      { scenario: 'Refresh', specification: 'RFC 6749 §6', client: 'openid-client 5.7' },
      { scenario: 'Introspection', specification: 'RFC 7662 §2', client: 'openid-client 5.7' },
      { scenario: 'Revocation', specification: 'RFC 7009 §2', client: 'openid-client 5.7' },
      { scenario: 'Sign-out', specification: 'OpenID Connect RP-Initiated Logout 1.0 §2', client: 'openid-client 5.7' },
    );
  });

  it('completes the flow for a client that authenticates in the body, and for a public one', async () => {
    const inBody = await discovered({ token_endpoint_auth_method: 'client_secret_post' });
    expect((await connect(inBody, newPerson(server.issuer))).claims().sub).toBe(server.person.id);
    const issuer = await Issuer.discover(server.issuer);
    const open = new issuer.Client({
      client_id: 'spa',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    });
    expect((await connect(open, newPerson(server.issuer))).claims().sub).toBe(server.person.id);
  });

  it('finds the server by its OAuth metadata too, and works without openid', async () => {
    const issuer = await Issuer.discover(`${server.issuer}/.well-known/oauth-authorization-server`);
    const client = new issuer.Client({ client_id: 'classic', client_secret: secret, redirect_uris: [redirectUri] });
    const codeVerifier = generators.codeVerifier();
    const challenge = { code_challenge: generators.codeChallenge(codeVerifier), code_challenge_method: 'S256' };
    const back = await allow(
      newPerson(server.issuer),
      client.authorizationUrl({ scope: 'projects:read', ...challenge }),
    );
    const tokens = await client.oauthCallback(redirectUri, client.callbackParams(back), {
      code_verifier: codeVerifier,
    });
    expect([tokens.scope, tokens.id_token]).toEqual(['projects:read', undefined]);
    seen({ scenario: 'Discovery by OAuth metadata', specification: 'RFC 8414 §3', client: 'openid-client 5.7' });
  });
});

describe('next-auth 4', () => {
  // As its core does with a provider `{ wellKnown, idToken: true, checks: ['pkce', 'state'] }`.
  it('signs people in', async () => {
    const issuer = await Issuer.discover(`${server.issuer}/.well-known/openid-configuration`);
    const client = new issuer.Client({ client_id: 'classic', client_secret: secret, redirect_uris: [redirectUri] });
    const checks = { code_verifier: generators.codeVerifier(), state: generators.state() };
    const url = client.authorizationUrl({
      scope: 'openid profile email',
      state: checks.state,
      code_challenge: generators.codeChallenge(checks.code_verifier),
      code_challenge_method: 'S256',
    });
    const back = new URL(await allow(newPerson(server.issuer), url));
    const request = { method: 'GET', url: `http://n?${back.searchParams}`, headers: {} };
    const tokens = await client.callback(redirectUri, client.callbackParams(request as never), checks);
    expect(tokens.claims()).toMatchObject({ sub: server.person.id, name: 'Test Person', email: server.person.email });
  });
});
