/**
 * Libraries that third-party apps really use complete the flow with nothing but the issuer's address and a client id.
 */
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conformance } from '../support/conformance.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const loose = { [oauth.allowInsecureRequests]: true } as const;

/** The person signs in and allows; returns the address at which the app is called back. */
async function authorize(url: string): Promise<URL> {
  const person = newPerson(server.issuer);
  let page = await person.visit(url);
  if (page.text.includes('current-password')) page = await signIn(person, page, server.person.email);
  if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow');
  return new URL(page.headers.get('location') as string);
}

describe('oauth4webapi', () => {
  it.each([
    ['oauth2', 'projects:read'],
    ['oidc', 'openid profile email projects:read'],
  ] as const)(
    'completes code, token, refresh, introspection and revocation by %s discovery',
    async (algorithm, scope) => {
      const issuer = new URL(server.issuer);
      const as = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { algorithm, ...loose }),
      );
      const app: oauth.Client = { client_id: 'web' };
      const auth = oauth.ClientSecretPost(secrets.web as string);
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const url = new URL(as.authorization_endpoint as string);
      url.search = new URLSearchParams({
        client_id: app.client_id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString();
      const params = oauth.validateAuthResponse(as, app, await authorize(url.href), state);
      const response = await oauth.authorizationCodeGrantRequest(as, app, auth, params, redirectUri, verifier, loose);
      const tokens = await oauth.processAuthorizationCodeResponse(as, app, response);
      expect(tokens.expires_in).toBe(3600);
      if (algorithm === 'oidc') {
        expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(server.person.id);
        const info = await oauth.processUserInfoResponse(
          as,
          app,
          server.person.id,
          await oauth.userInfoRequest(as, app, tokens.access_token, loose),
        );
        const { id: sub, email } = server.person;
        expect(info).toEqual({ sub, name: 'Test Person', email, email_verified: false });
      }
      const refreshed = await oauth.processRefreshTokenResponse(
        as,
        app,
        await oauth.refreshTokenGrantRequest(as, app, auth, tokens.refresh_token as string, loose),
      );
      const introspect = async () =>
        oauth.processIntrospectionResponse(
          as,
          app,
          await oauth.introspectionRequest(as, app, auth, refreshed.access_token, loose),
        );
      expect(await introspect()).toMatchObject({ active: true, client_id: 'web', sub: server.person.id });
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(as, app, auth, tokens.refresh_token as string, loose),
      );
      expect(await introspect()).toEqual({ active: false });
      const client = 'oauth4webapi 3.8';
      seen(
        algorithm === 'oidc'
          ? { scenario: 'UserInfo', specification: 'OpenID Connect Core 1.0 §5.3', client }
          : { scenario: 'Discovery by OAuth metadata', specification: 'RFC 8414 §3', client },
      );
      seen(
        { scenario: 'Authorization code with PKCE', specification: 'RFC 6749 §4.1, RFC 7636 §4', client: client },
        { scenario: 'Refresh', specification: 'RFC 6749 §6', client: client },
        { scenario: 'Introspection', specification: 'RFC 7662 §2', client: client },
        { scenario: 'Revocation', specification: 'RFC 7009 §2', client: client },
      );
    },
  );

  it('completes the flow of a DPoP-bound public client with a pushed request', async () => {
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loose));
    const app: oauth.Client = { client_id: 'spa' };
    const DPoP = oauth.DPoP(app, await oauth.generateKeyPair('ES256'));
    const verifier = oauth.generateRandomCodeVerifier();
    const body = {
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'projects:read',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const push = () => oauth.pushedAuthorizationRequest(as, app, oauth.None(), body, { DPoP, ...loose });
    const pushed = await oauth.processPushedAuthorizationResponse(as, app, await push()).catch(async (error) => {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return oauth.processPushedAuthorizationResponse(as, app, await push());
    });
    const url = new URL(as.authorization_endpoint as string);
    url.search = new URLSearchParams({ client_id: 'spa', request_uri: pushed.request_uri }).toString();
    const params = oauth.validateAuthResponse(as, app, await authorize(url.href), oauth.expectNoState);
    const grant = () =>
      oauth.authorizationCodeGrantRequest(as, app, oauth.None(), params, redirectUri, verifier, { DPoP, ...loose });
    const tokens = await oauth.processAuthorizationCodeResponse(as, app, await grant());
    expect(tokens.token_type).toBe('dpop');
    seen({
      scenario: 'Pushed authorization request with DPoP',
      specification: 'RFC 9126 §2, RFC 9449 §10',
      client: 'oauth4webapi 3.8',
    });
  });
});

describe('openid-client', () => {
  it('completes the flow with the issuer and a client id', async () => {
    const config = await client.discovery(new URL(server.issuer), 'spa', undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    });
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid projects:read',
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const tokens = await client.authorizationCodeGrant(config, await authorize(url.href), {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    expect(tokens.claims()?.sub).toBe(server.person.id);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token as string);
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    await client.tokenRevocation(config, refreshed.refresh_token as string);
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token as string)).rejects.toThrow();
    seen(
      {
        scenario: 'Discovery by OpenID metadata',
        specification: 'OpenID Connect Discovery 1.0 §4',
        client: 'openid-client 6.9',
      },
      {
        scenario: 'Authorization code with PKCE',
        specification: 'RFC 6749 §4.1, RFC 7636 §4',
        client: 'openid-client 6.9',
      },
      { scenario: 'Refresh', specification: 'RFC 6749 §6', client: 'openid-client 6.9' },
      { scenario: 'Revocation', specification: 'RFC 7009 §2', client: 'openid-client 6.9' },
    );
  });

  it('gets a service’s token by client_credentials', async () => {
    const config = await client.discovery(new URL(server.issuer), 'service', secrets.service, undefined, {
      execute: [client.allowInsecureRequests],
    });
    const tokens = await client.clientCredentialsGrant(config, { scope: 'projects:read' });
    expect(tokens).toMatchObject({ expires_in: 3600, scope: 'projects:read' });
    expect(tokens.refresh_token).toBeUndefined();
    seen({ scenario: 'Client credentials', specification: 'RFC 6749 §4.4', client: 'openid-client 6.9' });
  });
});
