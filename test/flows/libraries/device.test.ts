/** Libraries that devices and command lines use complete the device flow in their default configuration. */
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { Issuer } from 'openid-client-v5';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { conformance } from '../../support/conformance.ts';
import { allowDevice, confirm, expireDevices, registerDevices, typeCode } from '../../support/devices.ts';
import { newPerson } from '../../support/person.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
});
afterAll(() => server.stop());

const loose = { [oauth.allowInsecureRequests]: true } as const;
const allow = (code: string) => allowDevice(server, newPerson(server.issuer), code);
/** Libraries wait for the interval before they ask. The tests have no time for that, and the server does not mind a first poll. */
const atOnce = <T extends object>(response: T): T => ({ ...response, interval: 0.01 });

describe('openid-client', () => {
  const discover = () =>
    client.discovery(new URL(server.issuer), 'device', undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    });

  it('gets tokens for a code that a person has allowed, and refreshes them', async () => {
    const config = await discover();
    const response = await client.initiateDeviceAuthorization(config, { scope: 'openid projects:read' });
    expect(response).toMatchObject({ interval: 5, expires_in: 600 });
    await allow(response.user_code);
    const tokens = await client.pollDeviceAuthorizationGrant(config, atOnce(response));
    expect(tokens.claims()?.sub).toBe(server.person.id);
    expect((await client.refreshTokenGrant(config, tokens.refresh_token as string)).scope).toBe('openid projects:read');
    seen({ scenario: 'Device authorization', specification: 'RFC 8628 §3', client: 'openid-client 6.9' });
  });

  it('with DPoP gets tokens that are bound to its key', async () => {
    const config = await discover();
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const response = await client.initiateDeviceAuthorization(config, { scope: 'projects:read' });
    await allow(response.user_code);
    const tokens = await client.pollDeviceAuthorizationGrant(config, atOnce(response), undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const refresh = (handle?: client.DPoPHandle) =>
      client.refreshTokenGrant(config, tokens.refresh_token as string, undefined, handle ? { DPoP: handle } : {});
    await expect(refresh()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(DPoP)).token_type).toBe('dpop');
    seen({
      scenario: 'Device authorization with DPoP',
      specification: 'RFC 8628 §3.4, RFC 9449 §5',
      client: 'openid-client 6.9',
    });
  });

  it('says that the person said no', async () => {
    const config = await discover();
    const response = await client.initiateDeviceAuthorization(config, { scope: 'projects:read' });
    const person = newPerson(server.issuer);
    await confirm(person, await typeCode(person, response.user_code), 'deny');
    await expect(client.pollDeviceAuthorizationGrant(config, atOnce(response))).rejects.toMatchObject({
      error: 'access_denied',
    });
  });

  it('says that the code has expired', async () => {
    const config = await discover();
    const response = await client.initiateDeviceAuthorization(config, { scope: 'projects:read' });
    await expireDevices(server);
    await expect(client.pollDeviceAuthorizationGrant(config, atOnce(response))).rejects.toMatchObject({
      error: 'expired_token',
    });
  });
});

describe('oauth4webapi', () => {
  it('completes codes, pending, tokens', async () => {
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, loose));
    const app: oauth.Client = { client_id: 'device' };
    const params = new URLSearchParams({ scope: 'openid projects:read' });
    const codes = await oauth.processDeviceAuthorizationResponse(
      as,
      app,
      await oauth.deviceAuthorizationRequest(as, app, oauth.None(), params, loose),
    );
    const poll = async () =>
      oauth.processDeviceCodeResponse(
        as,
        app,
        await oauth.deviceCodeGrantRequest(as, app, oauth.None(), codes.device_code, loose),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' });
    await allow(codes.user_code);
    await server.db.pgPool.query('UPDATE device_codes SET answered_at = NULL');
    expect(oauth.getValidatedIdTokenClaims(await poll())?.sub).toBe(server.person.id);
    seen({ scenario: 'Device authorization', specification: 'RFC 8628 §3', client: 'oauth4webapi 3.8' });
  });
});

describe('openid-client 5', () => {
  it('gets tokens for a code that a person has allowed', async () => {
    const issuer = await Issuer.discover(server.issuer);
    const device = new issuer.Client({
      client_id: 'device',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    });
    const handle = await device.deviceAuthorization({ scope: 'openid projects:read' });
    expect([handle.verification_uri, handle.expires_in]).toEqual([`${server.issuer}/device`, 600]);
    await allow(handle.user_code);
    // It sets one timer for the interval, and nothing else runs while that passes.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const polled = handle.poll();
    vi.runAllTimers();
    vi.useRealTimers();
    const tokens = await polled;
    expect(tokens.claims().sub).toBe(server.person.id);
    seen({ scenario: 'Device authorization', specification: 'RFC 8628 §3', client: 'openid-client 5.7' });
  });
});
