/** A client whose id is a URL, on the pages of admins and in the admin API: its id is a part of their addresses. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { signedInAdmin } from '../../support/admin.ts';
import { type DocumentHost, startDocumentHost } from '../../support/document-host.ts';
import { authorizeUrl, obtainTokens, refresh } from '../../support/oauth.ts';
import { newPerson, type Person } from '../../support/person.ts';
import { auditOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin as addAdminClient, adminToken, call } from '../admin-api/support.ts';

let host: DocumentHost;
let server: TestServer;
let admin: Person;
let token: string;
let documents = 0;
let name: string;
let clientId: string;
let page: string;
let path: string;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  admin = await signedInAdmin(server);
  await addAdminClient(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});
beforeEach(async () => {
  documents += 1;
  name = `admin-${documents}.json`;
  clientId = host.serve(name);
  page = `/admin/client/${encodeURIComponent(clientId)}`;
  path = `/clients/${encodeURIComponent(clientId)}`;
  await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
});

const get = (at: string, options: object = {}) => call(server, at, { token, ...options });

it('Every page of the client is found by the encoded id', async () => {
  for (const tab of [
    '',
    '/people',
    '/errors',
    '/history',
    '/insight',
    '/stop',
    '/edit',
    '/webhooks',
    '/logo',
    '/review',
  ]) {
    const { status } = await admin.visit(`${page}${tab}`);
    expect([tab, status]).toEqual([tab, 200]);
  }
  expect((await admin.visit('/admin/clients')).text).toContain(page);
});

it('Its page says where the document is, its digest, and when it was read', async () => {
  const { text } = await admin.visit(page);
  const { rows } = await server.db.pgPool.query(
    "SELECT encode(digest, 'hex') AS hex FROM client_documents WHERE client_id = $1",
    [clientId],
  );
  expect(text).toContain(rows[0].hex);
  expect(text).toContain('Read again now');
  expect(text).not.toContain('no new authorization begins');
});

it('“Read again now” reads a fresh document, and shows what is wrong with it', async () => {
  host.serve(name, { client_name: 'Agent Jones' });
  const read = await admin.submit(await admin.visit(page), '/document', {});
  expect([read.status, read.text.includes('Agent Jones'), read.text.includes('The document was read')]).toEqual([
    200,
    true,
    true,
  ]);
  host.answer(name, (_, response) => response.writeHead(404).end());
  const gone = await admin.submit(await admin.visit(page), '/document', {});
  expect(gone.text).toContain('was answered with status 404');
  const { text } = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
  expect(text).toContain('status 404');
});

it('The admin API reads, lists, re-reads, suspends and deletes it by the encoded id', async () => {
  const { status, body } = await get(path);
  expect([status, body.data]).toMatchObject([
    200,
    {
      client_id: clientId,
      registration_type: 'metadata_document',
      metadata_document: { digest: expect.stringMatching(/^[\da-f]{64}$/), error: null, failed_at: null },
    },
  ]);
  host.serve(name, { client_name: 'Agent Jones' });
  const read = await get(`${path}/read-document`, { method: 'POST', body: {} });
  expect([read.status, read.body.data]).toMatchObject([200, { client_name: 'Agent Jones' }]);
  const tokens = await obtainTokens(server, { client_id: clientId });
  expect((await get(`${path}/disable`, { method: 'POST', body: { reason: 'Fraud' } })).status).toBe(200);
  expect((await refresh(server, tokens.refresh_token as string, clientId)).status).toBe(401);
  expect((await get(`${path}/enable`, { method: 'POST', body: {} })).status).toBe(200);
  expect((await get(`${path}?reason=Gone`, { method: 'DELETE' })).status).toBe(200);
  expect((await get(path)).status).toBe(404);
});

it('An admin adds nothing to what the document says, and its scopes are the admin’s for as long as the admin wants', async () => {
  for (const change of [
    { jwks_uri: 'https://a.example/' },
    { redirect_uris: ['https://a.example/'] },
    { first_party: true },
  ]) {
    const { status, body } = await get(path, { method: 'PATCH', body: change });
    expect([status, Object.keys(body.error.fields ?? body.error.details ?? {})]).toMatchObject([
      400,
      Object.keys(change),
    ]);
  }
  const scope = { scope: 'projects:read', default_scope: 'projects:read', optional_scope: '' };
  expect((await get(path, { method: 'PATCH', body: scope })).status).toBe(200);
  host.serve(name, { client_name: 'Agent Jones', scope: 'projects:read projects:write' });
  expect((await get(`${path}/read-document`, { method: 'POST', body: {} })).body.data).toMatchObject({
    client_name: 'Agent Jones',
    ...scope,
  });
});

it('A client that a person registered has no document to read', async () => {
  expect((await get('/clients/spa/read-document', { method: 'POST', body: {} })).status).toBe(400);
  expect((await get('/clients/spa')).body.data).toMatchObject({ registration_type: 'manual', metadata_document: null });
});

it('A change that an admin’s read brings is recorded as the admin’s', async () => {
  host.serve(name, { client_name: 'Agent Jones' });
  await get(`${path}/read-document`, { method: 'POST', body: {} });
  const events = await auditOf(server.db, `client:${clientId}`);
  expect(events.map(({ actor, action }) => [actor, action])).toEqual([
    ['system', 'client.created'],
    ['client:admin', 'client.document_changed'],
  ]);
});

it('says before its deletion that it comes back, or that a rule will block it', async () => {
  expect((await admin.visit(`${page}/stop`)).text).toContain('Its document registers it again when somebody uses it.');
  await call(server, `${path}/disable`, { token, body: { reason: 'Reported as fraud.' } });
  const stopped = (await admin.visit(`${page}/stop`)).text;
  expect(stopped).toContain('so a rule blocks it from then on.');
  expect(stopped).not.toContain('registers it again');
});
