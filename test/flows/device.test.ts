/** The device authorization grant (RFC 8628), by hand: from the request of a device to its tokens, and each wrong turn. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allowDevice,
  askByDevice,
  confirm,
  expireDevices,
  newDevice,
  poll,
  reachConsent,
  registerDevices,
  typeCode,
  waitInterval,
} from '../support/devices.ts';
import { introspect, refresh } from '../support/oauth.ts';
import { decide, newPerson } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
});
afterAll(() => server.stop());

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] as string, 'base64url').toString());

describe('device authorization', () => {
  it('walks from the codes to tokens that rotate and end like any other', async () => {
    const { status, body, headers } = await askByDevice(server);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${server.issuer}/device`,
      verification_uri_complete: `${server.issuer}/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    const { device_code: code, user_code: userCode } = body as { device_code: string; user_code: string };
    expect((await poll(server, code)).body).toMatchObject({ error: 'authorization_pending' });

    const person = newPerson(server.issuer);
    const question = await typeCode(person, ` ${userCode.toLowerCase().replace('-', ' – ')} `);
    expect(question.text).toContain('Is this the device in front of you?');
    for (const fact of ['Example Terminal', userCode, 'Projects', '127.0.0.1']) expect(question.text).toContain(fact);
    const consent = await reachConsent(server, person, userCode);
    expect(consent.text).toContain('the device that showed you the code');
    const done = await decide(person, consent, 'allow');
    expect([done.url, done.status]).toEqual([`${server.issuer}/device/done`, 200]);

    await waitInterval(server);
    const tokens = await poll(server, code);
    expect([tokens.status, tokens.body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        refresh_token: expect.stringMatching(/^vcs_rt_/),
        expires_in: 3600,
        token_type: 'Bearer',
        scope: 'projects:read',
      },
    ]);
    expect(claimsOf(tokens.body.access_token as string)).toMatchObject({
      sub: server.person.id,
      client_id: 'device',
      acr: 'urn:vibecaas:acr:1',
      amr: ['pwd'],
      auth_time: expect.any(Number),
    });
    const renewed = await refresh(server, tokens.body.refresh_token as string, 'device');
    expect(renewed.status).toBe(200);
    expect((await introspect(server, renewed.body.access_token as string)).body).toMatchObject({ active: true });
    expect((await person.visit('/account/apps')).text).toContain('Example Terminal');
  });
});
