/** What admins have decided about a client that registered itself: on its page, in the admin API, and for its owner. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { updateClient } from '../../../src/operations/clients.ts';
import { updateOwnClient } from '../../../src/operations/own-clients.ts';
import { getClient } from '../../../src/store/clients.ts';
import { valuesOf } from '../../../src/web/admin/clients/form.ts';
import { signedInAdmin } from '../../support/admin.ts';
import type { Person } from '../../support/person.ts';
import { type Registration, registered } from '../../support/registering.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin as addAdminClient, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let admin: Person;
let token: string;
let app: Registration;
const bad = 'https://bad.example/cb';
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdminClient(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());
beforeEach(async () => {
  app = await registered(server, { client_name: 'VibeCaaS Support', redirect_uris: [redirectUri, bad] });
});

const send = (path: string, options: object) => call(server, `/clients/${app.client_id}${path}`, { token, ...options });

it('The page says what holds and what the client says itself, and gives it back', async () => {
  const path = `/admin/client/${app.client_id}`;
  expect((await admin.visit(path)).text).not.toContain('Decided by admins');
  await updateClient(server.db, app.client_id, { redirect_uris: [redirectUri] }, { id: 'test' });
  const page = await admin.visit(path);
  expect(page.text).toContain('Decided by admins');
  expect(page.text).toContain('bad.example');
  const done = await admin.submit(page, '/give-back', {});
  expect([done.status, done.text.includes('The field is given back'), done.text.includes('Decided by admins')]).toEqual(
    [200, true, false],
  );
  expect((await getClient(server.db, app.client_id)).redirect_uris).toEqual([redirectUri, bad]);
});

it('An admin who edits the client by its form decides what changes, and nothing else', async () => {
  const page = await admin.visit(`/admin/client/${app.client_id}/edit`);
  const { texts, scope, optional_scope: optional, default_scope } = valuesOf(await getClient(server.db, app.client_id));
  const scopes = scope.map((one) => [`scope:${one}`, optional.includes(one) ? 'optional' : 'required']);
  const whole = { ...texts, ...Object.fromEntries(scopes), default: default_scope };
  const compared = await admin.submit(page, '/edit', { ...whole, redirect_uris: redirectUri });
  await admin.submit(compared, '/edit', { step: 'save' });
  expect((await getClient(server.db, app.client_id)).admin_decisions).toEqual({
    redirect_uris: { holds: [redirectUri], own: [redirectUri, bad] },
  });
});

it('The admin API lists decisions and ends one, if the caller has seen the latest version', async () => {
  const changed = await send('', { method: 'PATCH', body: { client_name: 'An app' } });
  expect(changed.body.data.admin_decisions).toMatchObject({
    client_name: { holds: 'An app', own: 'VibeCaaS Support' },
  });
  const body = { field: 'client_name' };
  const late = { method: 'POST', body, headers: { 'If-Match': '"other"' } };
  expect((await send('/give-back', late)).status).toBe(412);
  const given = await send('/give-back', { method: 'POST', body });
  expect([given.status, given.body.data.client_name, given.body.data.admin_decisions]).toEqual([
    200,
    'VibeCaaS Support',
    null,
  ]);
  expect((await send('/give-back', { method: 'POST', body })).status).toBe(409);
  for (const wrong of [{}, { field: 'status' }, { field: 'type' }, { field: ['client_name'] }]) {
    expect((await send('/give-back', { method: 'POST', body: wrong })).status).toBe(400);
  }
});

it('The account that owns the client stays within what an admin has decided', async () => {
  const { id: accountId, email } = server.person;
  const { client } = await updateClient(
    server.db,
    app.client_id,
    { owner_email: email, redirect_uris: [redirectUri] },
    { id: 'test' },
  );
  const owned = { accountId, clientId: app.client_id };
  const asOf = client.updated_at;
  const change = (redirect_uris: string[]) =>
    updateOwnClient(server.db, owned, { redirect_uris }, { id: `account:${accountId}` }, { asOf });
  await expect(change([redirectUri, bad])).rejects.toMatchObject({
    kind: 'invalid',
    details: { redirect_uris: 'was decided by an admin' },
  });
  const renamed = await updateOwnClient(
    server.db,
    owned,
    { client_name: 'Renamed' },
    { id: `account:${accountId}` },
    { asOf },
  );
  expect(renamed).toMatchObject({ client_name: 'Renamed', admin_decisions: { redirect_uris: expect.anything() } });
});
