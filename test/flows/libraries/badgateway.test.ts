/** @badgateway/oauth2-client in its default configuration. It parses every answer that says it is JSON. */
import { generateCodeVerifier, OAuth2Client } from '@badgateway/oauth2-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide, newPerson, signIn } from '../../support/person.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../../support/server.ts';

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
  },
);

it('the library gets a service’s token', async () => {
  const clientSecret = secrets.service as string;
  const client = new OAuth2Client({ server: server.issuer, clientId: 'service', clientSecret });
  expect(await client.clientCredentials({ scope: ['projects:read'] })).toMatchObject({ refreshToken: null });
});
