/** The address for logout tokens: admins set it and see what was sent there, and apps cannot set it themselves. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { deleteWebhook } from '../../src/operations/webhooks.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { signedInAdmin } from '../support/admin.ts';
import { allowDevice, askByDevice, type DeviceAnswer, poll, waitInterval } from '../support/devices.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { registered, sendRegistration } from '../support/registering.ts';
import { type RelyingParty, startRelyingParty } from '../support/relying-party.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { testSecret } from '../support/standard.ts';
import { actor, addWebhook, deliveriesOf, rules, sendDue } from '../support/webhooks.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let host: DocumentHost;
let server: TestServer;
let token: string;
let admin: Person;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound, env: { WEBHOOK_DELIVERY: 'off' } });
  await addAdmin(server, 'robot');
  token = await adminToken(server, 'robot');
  admin = await signedInAdmin(server);
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const uri = 'https://rp.example/logout';
const vcauth = (env: Record<string, string> = {}) =>
  vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret, ISSUER: server.issuer, ...env });
const stored = async (clientId: string) =>
  (
    await rowsOf(
      server.db,
      `SELECT backchannel_logout_uri AS uri, backchannel_logout_session_required AS required FROM clients WHERE client_id = '${clientId}'`,
    )
  )[0];
let people = 0;
const newAccount = () => {
  people += 1;
  return addPerson(server.db, `rp-${people}@example.com`);
};

describe('an admin sets the address', () => {
  it('by REST, and is told what is wrong with it', async () => {
    const body = { client_name: 'Rest', client_id: 'by-rest', type: 'web', redirect_uris: [redirectUri] };
    const made = await call(server, '/clients', { token, body: { ...body, backchannel_logout_uri: uri } });
    expect(made.body.data).toMatchObject({
      backchannel_logout_uri: uri,
      backchannel_logout_session_required: false,
    });
    for (const [wrong, problem] of [
      ['http://rp.example/logout', /begin with https/],
      ['https://rp.example/#a', /after #/],
      ['https://10.1.2.3/', /public address/],
      ['https://rp.example:22/', /must use port/],
      ['https://rp.example/\u0000', /NUL/],
      ['https://rp.example/\u0007', /whole address/],
      [7, /must be a string/],
    ] as const) {
      const change = { method: 'PATCH', token, body: { backchannel_logout_uri: wrong } };
      const { status, body: answer } = await call(server, '/clients/by-rest', change);
      expect([wrong, status, answer.error.details.backchannel_logout_uri]).toEqual([
        wrong,
        400,
        expect.stringMatching(problem),
      ]);
    }
    const body2 = { backchannel_logout_session_required: 'yes' };
    expect((await call(server, '/clients/by-rest', { method: 'PATCH', token, body: body2 })).status).toBe(400);
    expect(await stored('by-rest')).toEqual({ uri, required: false });
    const local = { backchannel_logout_uri: 'http://localhost:4290/logout', backchannel_logout_session_required: true };
    expect((await call(server, '/clients/by-rest', { method: 'PATCH', token, body: local })).status).toBe(200);
    expect(await stored('by-rest')).toEqual({ uri: 'http://localhost:4290/logout', required: true });
    // The address that is stored stays valid when another field changes.
    const renamed = await call(server, '/clients/by-rest', { method: 'PATCH', token, body: { client_name: 'Other' } });
    expect(renamed.status).toBe(200);
  });

  it('at the terminal, where the issuer decides whether it may be on this machine', async () => {
    const made = ['clients', 'create', '--name', 'Cli', '--client-id', 'by-cli', '--redirect-uri', redirectUri];
    await vcauth().json([...made, '--backchannel-logout-uri', uri, '--backchannel-logout-session-required']);
    expect(await stored('by-cli')).toEqual({ uri, required: true });
    const local = ['clients', 'update', 'by-cli', '--backchannel-logout-uri', 'http://localhost:4290/logout'];
    const refused = await vcauth({ ISSUER: 'https://auth.example' })(local);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('must not be on this machine') });
    await vcauth().json([...local, '--no-backchannel-logout-session-required']);
    expect(await stored('by-cli')).toEqual({ uri: 'http://localhost:4290/logout', required: false });
    await vcauth().json(['clients', 'update', 'by-cli', '--backchannel-logout-uri', '']);
    expect(await stored('by-cli')).toEqual({ uri: null, required: false });
  });

  it('by the form, with its checkbox, and sees the comparison before it is saved', async () => {
    await createClient(
      server.db,
      { client_id: 'by-form', client_name: 'Form', type: 'web', redirect_uris: [redirectUri] },
      actor,
    );
    const form = await admin.visit('/admin/client/by-form/edit');
    const texts = {
      client_name: 'Form',
      redirect_uris: redirectUri,
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const choices = { id_token_signed_response_alg: 'ES256', assertion_audience: 'issuer', profile: 'standard' };
    const fields = { ...texts, ...choices, 'scope:projects:read': 'required' };
    const wrong = await admin.submit(form, '/by-form/edit', {
      ...fields,
      backchannel_logout_uri: 'http://rp.example/',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('begin with https://');
    const mine = { backchannel_logout_uri: uri, backchannel_logout_session_required: 'yes' };
    const compared = await admin.submit(form, '/by-form/edit', { ...fields, ...mine });
    expect(compared.text).toContain('Where it learns of sign-outs');
    expect(compared.text).toContain('It needs the session’s id');
    await admin.submit(compared, '/by-form/edit', { step: 'save' });
    expect(await stored('by-form')).toEqual({ uri, required: true });
    expect((await admin.visit('/admin/client/by-form/edit')).text).toMatch(
      /name="backchannel_logout_session_required" value="yes" checked/,
    );
  });
});

describe('an app that speaks for itself', () => {
  const wishes = { backchannel_logout_uri: 'https://victim.example/', backchannel_logout_session_required: true };

  it('cannot register an address, and does not lose the one that an admin has set', async () => {
    const app = await registered(server, { client_name: 'Agent', redirect_uris: [redirectUri], ...wishes });
    expect(Object.keys(app).filter((name) => name.startsWith('backchannel'))).toEqual([]);
    expect(await stored(app.client_id)).toEqual({ uri: null, required: false });
    await updateClient(server.db, app.client_id, { backchannel_logout_uri: uri }, actor);
    const { client_id, client_name, redirect_uris, token_endpoint_auth_method } = app;
    const whole = { client_id, client_name, redirect_uris, token_endpoint_auth_method };
    const manage = (method: string, body?: object) =>
      sendRegistration(`${server.issuer}/oauth/register/${client_id}`, body, {
        method,
        token: app.registration_access_token,
      });
    for (const change of [{}, wishes, { backchannel_logout_uri: '' }]) {
      const { status, body } = await manage('PUT', { ...whole, ...change });
      expect([status, body.backchannel_logout_uri]).toEqual([200, uri]);
    }
    expect((await manage('GET')).body.backchannel_logout_uri).toBe(uri);
    expect(await stored(client_id)).toEqual({ uri, required: false });
  });

  it('cannot name one in its document, and does not lose the one that an admin has set', async () => {
    const clientId = host.serve('logout.json', wishes);
    const visit = () => newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    await visit();
    expect(await stored(clientId)).toEqual({ uri: null, required: false });
    await updateClient(server.db, clientId, { backchannel_logout_uri: uri }, actor);
    host.serve('logout.json', { ...wishes, client_name: 'Renamed' });
    await server.db.script(
      `UPDATE client_documents SET fetched_at = fetched_at - interval '1 day', fresh_until = now()`,
    );
    await server.db.notify('clients', clientId);
    await eventually(async () => {
      await visit();
      const [row] = await rowsOf(server.db, `SELECT client_name FROM clients WHERE client_id = '${clientId}'`);
      return row?.client_name;
    }).toBe('Renamed');
    expect(await stored(clientId)).toEqual({ uri, required: false });
  });
});

it('a device gets no sid, and is told nothing when the browser that confirmed it signs out', async () => {
  const device = { client_name: 'Terminal', type: 'native', grant_types: [deviceGrantType, 'refresh_token'] } as const;
  await createClient(server.db, { client_id: 'device', ...device, backchannel_logout_uri: uri }, actor);
  const person = newPerson(server.issuer);
  const { body } = await askByDevice(server, { scope: 'openid projects:read' });
  const { device_code, user_code } = body as unknown as DeviceAnswer;
  await allowDevice(server, person, user_code);
  await waitInterval(server);
  await person.submit(await person.visit('/oauth/logout'), '/logout/confirm', { logout: 'yes' });
  const tokens = await poll(server, device_code);
  expect(tokens.status).toBe(200);
  expect(decodeJwt(tokens.body.id_token as string)).not.toHaveProperty('sid');
  expect(await deliveriesOf(server, 'device')).toEqual([]);
});

describe('a client without a webhook', () => {
  let app: RelyingParty;
  let id: string;
  beforeAll(async () => {
    app = await startRelyingParty(server, 'rp');
    const account = await newAccount();
    const person = newPerson(server.issuer);
    await app.signIn(person, account.email);
    app.answer((response) => void response.writeHead(500).end('the sessions are read-only'));
    await person.submit(await person.visit('/oauth/logout'), '/logout/confirm', { logout: 'yes' });
    await sendDue(server);
    app.answer(undefined);
    id = String((await deliveriesOf(server, 'rp'))[0]?.id);
    await server.db.script(`UPDATE webhook_deliveries SET status = 'failed', due_at = NULL WHERE client_id = 'rp'`);
  });
  afterAll(() => app.stop());
  const again = async () => {
    const before = app.requests.length;
    await sendDue(server);
    return app.requests.slice(before).map(({ problem }) => problem);
  };

  it('has its logout tokens in the list of deliveries, by REST, at the terminal and on its page', async () => {
    const { status, body } = await call(server, '/clients/rp/webhook/deliveries', { token });
    expect([status, body.data]).toEqual([
      200,
      [expect.objectContaining({ id, type: 'backchannel_logout', status: 'failed', last_status: 500 })],
    ]);
    const one = await call(server, `/clients/rp/webhook/deliveries/${id}`, { token });
    expect(one.body.data).toMatchObject({
      body: { sub: expect.any(String), sid: expect.any(String) },
      attempts: [{ status: 500, response: 'the sessions are read-only' }],
    });
    expect(JSON.stringify(one.body)).not.toMatch(/eyJ[\w-]+\./);
    expect(await vcauth().json(['webhooks', 'deliveries', 'rp'])).toMatchObject([{ id, type: 'backchannel_logout' }]);
    const page = await admin.visit('/admin/client/rp/webhooks');
    expect(page.text).toContain('backchannel_logout');
    expect(page.text).toContain(app.url);
    const detail = await admin.visit(`/admin/client/rp/webhooks/deliveries/${id}`);
    expect([detail.status, detail.text]).toEqual([200, expect.stringContaining('the sessions are read-only')]);
  });

  it('is sent one again, or all that failed, by REST, at the terminal and from the page', async () => {
    const path = `/clients/rp/webhook/deliveries/${id}/replay`;
    expect((await call(server, path, { token, method: 'POST' })).body.data).toEqual({ queued: 1 });
    expect(await again()).toEqual([undefined]);
    await vcauth().json(['webhooks', 'replay', 'rp', '--id', id]);
    expect(await again()).toEqual([undefined]);
    const page = await admin.visit(`/admin/client/rp/webhooks/deliveries/${id}`);
    await admin.submit(page, '/replay', {});
    expect(await again()).toEqual([undefined]);
    await server.db.script(`UPDATE webhook_deliveries SET status = 'failed' WHERE client_id = 'rp'`);
    const body = { failed_since: '2026-01-01T00:00:00Z' };
    expect((await call(server, '/clients/rp/webhook/replay', { token, body })).body.data).toEqual({ queued: 1 });
    expect(await again()).toEqual([undefined]);
    const [event] = await rowsOf(
      server.db,
      `SELECT count(*)::integer AS n FROM audit_events WHERE action = 'webhook.replayed' AND target = 'client:rp'`,
    );
    expect(event?.n).toBe(4);
  });

  it('is not sent again while it has no address, and its webhook does not decide that', async () => {
    await addWebhook(server, 'rp', { url: 'https://rp.example/webhooks' });
    await updateClient(server.db, 'rp', { backchannel_logout_uri: null }, actor, { outbound: rules });
    const path = `/clients/rp/webhook/deliveries/${id}/replay`;
    const refused = await call(server, path, { token, method: 'POST' });
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringContaining('backchannel_logout_uri'),
    ]);
    expect((await admin.visit(`/admin/client/rp/webhooks/deliveries/${id}`)).text).not.toContain('/replay"');
    await updateClient(server.db, 'rp', { backchannel_logout_uri: app.url }, actor, { outbound: rules });
    await deleteWebhook(server.db, 'rp', actor);
    expect(await deliveriesOf(server, 'rp')).toHaveLength(1);
  });

  it('takes what was sent to it along when it is deleted', async () => {
    await deleteClient(server.db, 'rp', actor);
    expect(await deliveriesOf(server, 'rp')).toEqual([]);
  });
});

it('a client that is sent nothing has no deliveries to list', async () => {
  const { status, body } = await call(server, '/clients/native/webhook/deliveries', { token });
  expect([status, body.error.message]).toEqual([404, 'native has no webhook']);
  expect((await admin.visit('/admin/client/native/webhooks')).text).not.toContain('id="log"');
});
