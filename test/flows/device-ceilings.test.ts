/** What an admin takes from a client is also gone from devices that wait, on a node that was told and on one that was not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, disableClient, updateClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { askByDevice, type DeviceAnswer, poll, reachConsent, typeCode, waitInterval } from '../support/devices.ts';
import { decide, formOf, newPerson } from '../support/person.ts';
import { startTestServer, type TestNode } from '../support/server.ts';

let server: TestNode;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const by = { id: 'test' };
const both = 'projects:read ai:generate';
let made = 0;

async function newClient(): Promise<string> {
  made += 1;
  const client_id = `device-${made}`;
  const input = {
    client_id,
    client_name: 'Terminal',
    type: 'native',
    grant_types: [deviceGrantType, 'refresh_token'],
    scope: both,
  };
  await createClient(server.db, input as never, by);
  return client_id;
}

async function waiting(clientId: string): Promise<DeviceAnswer> {
  return (await askByDevice(server, { scope: both }, clientId)).body as unknown as DeviceAnswer;
}

type Change = Record<string, string | string[]>;
const ways: [how: string, change: (clientId: string, to: Change) => Promise<unknown>][] = [
  ['a node that was told', (clientId, to) => updateClient(server.db, clientId, to as never, by)],
  [
    'a node that was not told',
    (clientId, to) =>
      Promise.all(
        Object.entries(to).map(([name, value]) =>
          server.db.pgPool.query(`UPDATE clients SET ${name} = $2 WHERE client_id = $1`, [clientId, value]),
        ),
      ),
  ],
];

const matrix: [what: string, to: Change, afterwards: { status: number; scope?: string; error?: string }][] = [
  ['a scope', { scope: 'projects:read' }, { status: 200, scope: 'projects:read' }],
  ['every scope that was granted', { scope: 'analytics:read' }, { status: 400, error: 'invalid_scope' }],
  [
    'the grant type',
    { grant_types: ['authorization_code'], redirect_uris: ['https://app.example/cb'] },
    { status: 400, error: 'unauthorized_client' },
  ],
];

describe.each(ways)('on %s', (_how, change) => {
  describe.each(matrix)('%s is taken away', (_what, to, afterwards) => {
    it('a code is not confirmed any more', async () => {
      const clientId = await newClient();
      const { user_code: code } = await waiting(clientId);
      await change(clientId, to);
      const page = await typeCode(newPerson(server.issuer), code);
      expect([page.status, page.text]).toEqual([410, expect.stringContaining('This app has changed')]);
    });

    it('an open consent page allows nothing', async () => {
      const clientId = await newClient();
      const { user_code: code, device_code: secret } = await waiting(clientId);
      const person = newPerson(server.issuer);
      const consent = await reachConsent(server, person, code);
      await change(clientId, to);
      const page = await decide(person, consent, 'allow');
      expect([page.status, page.text]).toEqual([410, expect.stringContaining('This app has changed')]);
      expect((await poll(server, secret, clientId)).status).toBe(400);
    });

    it('an answer that is on its way allows nothing', async () => {
      const clientId = await newClient();
      const { user_code: code, device_code: secret } = await waiting(clientId);
      const person = newPerson(server.issuer);
      const { action, hidden } = formOf(await reachConsent(server, person, code), '/consent');
      const fields = [...hidden, ['decision', 'allow'], ['projects', 'all']];
      const answer = await person.request(action, { method: 'POST', body: new URLSearchParams(fields) });
      await change(clientId, to);
      const page = await person.visit(answer.headers.get('location') as string);
      expect(page.status).toBe(400);
      expect((await poll(server, secret, clientId)).status).toBe(400);
    });

    it('a device that was allowed gets what is left', async () => {
      const clientId = await newClient();
      const { user_code: code, device_code: secret } = await waiting(clientId);
      const person = newPerson(server.issuer);
      await decide(person, await reachConsent(server, person, code), 'allow');
      await change(clientId, to);
      const { status, body } = await poll(server, secret, clientId);
      expect({ status, ...body }).toMatchObject(afterwards);
    });
  });
});

describe('a client that is disabled', () => {
  it('gets neither codes nor tokens, and nobody can confirm a code of it', async () => {
    const clientId = await newClient();
    const [open, allowed] = [await waiting(clientId), await waiting(clientId)];
    const person = newPerson(server.issuer);
    await decide(person, await reachConsent(server, person, allowed.user_code), 'allow');
    await disableClient(server.db, clientId, by, 'Tried');
    await server.hasHeard();
    expect((await typeCode(newPerson(server.issuer), open.user_code)).text).toContain('There is no such code');
    for (const { device_code: secret } of [open, allowed]) {
      expect((await poll(server, secret, clientId)).body.error).toMatch(/^invalid_(client|grant)$/);
    }
    await waitInterval(server);
    expect((await askByDevice(server, {}, clientId)).status).toBe(401);
  });
});
