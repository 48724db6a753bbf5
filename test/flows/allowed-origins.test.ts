/**
 * A page of a native app, or in an app's own web view, gets its tokens by script from an origin that has no redirect
 * URI.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { signedInAdmin } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { obtainCode, verifier } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** What a script at this origin may read of the exchange of a genuine code; null if the browser shows it nothing. */
async function exchangeAt(origin: string, clientId: string, redirect: string): Promise<[number, string | null]> {
  const code = await obtainCode(server, { client_id: clientId, redirect_uri: redirect }, newPerson(server.issuer));
  const response = await fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
    }),
  });
  await response.text();
  return [response.status, response.headers.get('access-control-allow-origin')];
}

it('a loopback page reads the answer on any port that its app found free', async () => {
  const redirect = 'http://127.0.0.1:51234/callback';
  expect(await exchangeAt('http://127.0.0.1:51234', 'native', redirect)).toEqual([200, 'http://127.0.0.1:51234']);
  expect(await exchangeAt('http://localhost:51234', 'native', redirect)).toEqual([400, null]);
  expect(await exchangeAt('null', 'native', redirect)).toEqual([400, null]);
});

it('a further origin reads the answer while it is registered, whether by REST, a page or the command line', async () => {
  const redirect = 'com.example.app:/callback';
  const input = { client_id: 'phone', client_name: 'Phone', type: 'native', redirect_uris: [redirect] };
  await createClient(server.db, input as never, { id: 'test' });
  const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: 'a test secret that is long enough to be one' });
  await addAdmin(server, 'robot');
  const token = await adminToken(server, 'robot');
  const rest = (origins: string[]) =>
    call(server, '/clients/phone', { method: 'PATCH', token, body: { allowed_origins: origins } });
  const taken = () => exchangeAt('capacitor://localhost', 'phone', redirect);
  const [refused, allowed] = [[400, null] as const, [200, 'capacitor://localhost'] as const];

  expect(await taken()).toEqual(refused);
  expect((await rest(['capacitor://localhost'])).body.data.allowed_origins).toEqual(['capacitor://localhost']);
  await eventually(taken).toEqual(allowed);
  expect((await rest(['null'])).body.error.details.allowed_origins).toMatch(/must not be null/);
  await rest([]);
  await eventually(taken).toEqual(refused);

  const shown = await vcauth.json(['clients', 'update', 'phone', '--allowed-origin', 'capacitor://localhost']);
  expect(shown.allowed_origins).toEqual(['capacitor://localhost']);
  await eventually(taken).toEqual(allowed);
  expect(await vcauth(['clients', 'update', 'phone', '--allowed-origin', '*'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/wildcard/),
  });
  await vcauth.json(['clients', 'update', 'phone', '--allowed-origin', '']);
  await eventually(taken).toEqual(refused);

  const admin = await signedInAdmin(server);
  const form = await admin.visit('/admin/client/phone/edit');
  const fields = {
    client_name: 'Phone',
    redirect_uris: redirect,
    'scope:projects:read': 'required',
    token_endpoint_auth_method: 'none',
  };
  const bad = await admin.submit(form, '/edit', { ...fields, allowed_origins: 'https://app.example/cb' });
  expect([bad.status, bad.text.includes('must be an origin alone')]).toEqual([422, true]);
  await admin.submit(form, '/edit', { ...fields, allowed_origins: 'capacitor://localhost', step: 'save' });
  await eventually(taken).toEqual(allowed);
});

it('a client with a secret has no further origins', async () => {
  const input = {
    client_name: 'Web',
    redirect_uris: ['https://web.example/'],
    allowed_origins: ['https://web.example'],
  };
  await expect(createClient(server.db, input as never, { id: 'test' })).rejects.toThrow(/without a secret/);
});
