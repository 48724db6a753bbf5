/** @badgateway/oauth2-client in its default configuration. It parses every answer that says it is JSON. */
import { generateCodeVerifier, OAuth2Client } from '@badgateway/oauth2-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conformance } from '../../support/conformance.ts';
import { decide, newPerson, signIn } from '../../support/person.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it.each(['spa', 'web'])(
  'the library completes discovery, code, refresh, introspection and revocation as %s',
  async (clientId) => {
    const secret = secrets[clientId];
    const client = new OAuth2Client({ server: server.issuer, clientId, ...(secret && { clientSecret: secret }) });
    const [codeVerifier, state] = [await generateCodeVerifier(), 'a state'];
    const url = await client.authorizationCode.getAuthorizeUri({
      redirectUri,
      state,
      codeVerifier,
      scope: ['projects:read'],
    });
    const person = newPerson(server.issuer);
    const page = await signIn(person, await person.visit(url), server.person.email);
    const back = (await decide(person, page, 'allow')).headers.get('location') as string;
    const token = await client.authorizationCode.getTokenFromCodeRedirect(back, { redirectUri, state, codeVerifier });
    const refreshed = await client.refreshToken(token);
    expect(refreshed.accessToken).not.toBe(token.accessToken);
    if (secret) expect(await client.introspect(refreshed)).toMatchObject({ active: true, client_id: clientId });
    await client.revoke(refreshed);
    if (secret) expect(await client.introspect(refreshed)).toEqual({ active: false });
    await client.revoke(refreshed, 'refresh_token');
    await expect(client.refreshToken(refreshed)).rejects.toThrow('invalid_grant');
    seen(
      {
        scenario: 'Discovery by OAuth metadata',
        specification: 'RFC 8414 §3',
        client: '@badgateway/oauth2-client 3.3',
      },
      {
        scenario: 'Authorization code with PKCE',
        specification: 'RFC 6749 §4.1, RFC 7636 §4',
        client: '@badgateway/oauth2-client 3.3',
      },
      { scenario: 'Refresh', specification: 'RFC 6749 §6', client: '@badgateway/oauth2-client 3.3' },
      { scenario: 'Revocation', specification: 'RFC 7009 §2', client: '@badgateway/oauth2-client 3.3' },
    );
    if (secret)
      seen({ scenario: 'Introspection', specification: 'RFC 7662 §2', client: '@badgateway/oauth2-client 3.3' });
  },
);

it('the library gets a service’s token', async () => {
  const clientSecret = secrets.service as string;
  const client = new OAuth2Client({ server: server.issuer, clientId: 'service', clientSecret });
  expect(await client.clientCredentials({ scope: ['projects:read'] })).toMatchObject({ refreshToken: null });
  seen({ scenario: 'Client credentials', specification: 'RFC 6749 §4.4', client: '@badgateway/oauth2-client 3.3' });
});
