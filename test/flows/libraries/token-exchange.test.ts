/** Token exchange by the generic requests of oauth4webapi and openid-client, as their documentation shows it. */

import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conformance } from '../../support/conformance.ts';
import { accessTokenType, addExchanger, billing, grantType, resourcesSetting } from '../../support/exchange.ts';
import { obtainTokens } from '../../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
let form: Record<string, string>;
beforeAll(async () => {
  server = await startTestServer({ env: { API_RESOURCES: resourcesSetting } });
  await addExchanger(server, 'edge', { scope: 'projects:read', exchange_resource: billing });
  const { access_token: subject } = await obtainTokens(server, { scope: 'projects:read projects:write' });
  form = { subject_token: subject, subject_token_type: accessTokenType, resource: billing, scope: 'projects:read' };
});
afterAll(() => server.stop());

const expected = { sub: () => server.person.id, act: { sub: 'edge' }, aud: billing, scope: 'projects:read' };
const expectToken = (token: string) => expect(decodeJwt(token)).toMatchObject({ ...expected, sub: expected.sub() });

it('oauth4webapi exchanges a token, and reads a refusal', async () => {
  const issuer = new URL(server.issuer);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  );
  const edge = { client_id: 'edge' };
  const send = (more: Record<string, string> = {}) =>
    oauth.genericTokenEndpointRequest(
      as,
      edge,
      oauth.ClientSecretBasic(secrets.edge as string),
      grantType,
      new URLSearchParams({ ...form, ...more }),
      insecure,
    );
  const answer = await oauth.processGenericTokenEndpointResponse(as, edge, await send());
  expectToken(answer.access_token);
  expect(answer.issued_token_type).toBe(accessTokenType);
  const refused = oauth.processGenericTokenEndpointResponse(as, edge, await send({ scope: 'projects:write' }));
  await expect(refused).rejects.toMatchObject({ error: 'invalid_scope' });
  seen({ scenario: 'Token exchange', specification: 'RFC 8693 §2', client: 'oauth4webapi 3.8' });
});

it('openid-client exchanges a token, also for one that is bound to its key', async () => {
  const options = { execute: [client.allowInsecureRequests] };
  const configuration = await client.discovery(
    new URL(server.issuer),
    'edge',
    undefined,
    client.ClientSecretPost(secrets.edge as string),
    options,
  );
  expectToken((await client.genericGrantRequest(configuration, grantType, form)).access_token);
  const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair('ES256'));
  const bound = await client.genericGrantRequest(configuration, grantType, form, { DPoP });
  expect([bound.token_type, decodeJwt(bound.access_token).cnf]).toEqual(['dpop', { jkt: expect.any(String) }]);
  seen({ scenario: 'Token exchange', specification: 'RFC 8693 §2', client: 'openid-client 6.9' });
});
