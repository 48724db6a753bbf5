/** A client whose id is the URL of a document asks by a device, as an agent does on a machine without a browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { askByDevice, poll, reachConsent } from '../support/devices.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { introspect, refresh } from '../support/oauth.ts';
import { decide, newPerson } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let host: DocumentHost;
let server: TestServer;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const grantTypes = ['authorization_code', 'refresh_token', deviceGrantType];
const codes = async () => (await server.db.pgPool.query('SELECT count(*) FROM device_codes')).rows[0].count;

describe('a device whose client id is a URL', () => {
  it('gets tokens that refresh, after a person saw whose document it is and allowed it', async () => {
    const clientId = host.serve('terminal.json', { client_name: 'Agent Terminal', grant_types: grantTypes });
    const { status, body } = await askByDevice(server, { scope: 'projects:read' }, clientId);
    expect([status, body.interval]).toEqual([200, 5]);
    const { device_code: code, user_code: userCode } = body as { device_code: string; user_code: string };
    expect((await poll(server, code, clientId)).body.error).toBe('authorization_pending');

    const person = newPerson(server.issuer);
    const consent = await reachConsent(server, person, userCode);
    for (const fact of ['Agent Terminal', 'agent.example', 'the device that showed you the code'])
      expect(consent.text).toContain(fact);
    expect((await decide(person, consent, 'allow', ['projects:read'])).url).toBe(`${server.issuer}/device/done`);

    await server.db.pgPool.query("UPDATE device_codes SET answered_at = answered_at - interval '5 minutes'");
    const tokens = (await poll(server, code, clientId)).body as { access_token: string; refresh_token: string };
    expect((await introspect(server, tokens.access_token)).body).toMatchObject({ active: true, client_id: clientId });
    expect((await refresh(server, tokens.refresh_token, clientId)).status).toBe(200);
    expect(host.requests('terminal.json')).toHaveLength(1);
  });

  it('is refused if its document does not list the grant type', async () => {
    const clientId = host.serve('browser-only.json', { grant_types: ['authorization_code'] });
    const { status, body } = await askByDevice(server, {}, clientId);
    expect([status, body.error]).toEqual([400, 'unauthorized_client']);
  });

  it.each<[string, () => string, RegExp]>([
    ['cannot be found', () => host.url('missing.json'), /status 404/],
    [
      'is not sent as JSON',
      () => host.answer('text.json', (_, response) => response.end('hello')),
      /not sent as application\/json/,
    ],
    [
      'is of another client',
      () => host.serve('foreign.json', { client_id: host.url('terminal.json'), grant_types: grantTypes }),
      /client_id/,
    ],
  ])('is refused with the reason if its document %s', async (_what, serve, reason) => {
    const [before, clientId] = [await codes(), serve()];
    const { status, body } = await askByDevice(server, {}, clientId);
    expect([status, body.error]).toEqual([400, 'invalid_client']);
    expect(body.error_description).toMatch(reason);
    expect(await codes()).toBe(before);
  });
});
