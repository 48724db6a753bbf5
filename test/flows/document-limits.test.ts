/** How many apps with a document that nobody uses may come from one network. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { register } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let host: DocumentHost;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound, env: { RATE_LIMITS: 'on', TRUST_PROXY: 'true' } });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

/** Clients of documents that nobody has used. */
const fill = (network: string, region: string, rows: number) =>
  server.db.pgPool.query(
    `WITH made AS (INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, registration_type)
      SELECT 'https://filled.example/' || md5($1 || n), 'Filled', '{authorization_code}', 'none', 'projects:read', 'web', 'metadata_document'
      FROM generate_series(1, $3::integer) n RETURNING client_id)
    INSERT INTO client_registrations (client_id, network, region, scope) SELECT client_id, $1, $2, 'projects:read' FROM made`,
    [network, region, rows],
  );

let made = 0;
const newDocument = () => {
  made += 1;
  return host.serve(`app-${made}`);
};
const personAt = (ip: string) => newPerson(server.issuer, { 'X-Forwarded-For': ip });
const visit = (clientId: string, ip: string) => personAt(ip).visit(authorizeUrl(server, { client_id: clientId }));
const isKnown = async (clientId: string) =>
  (await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_id = '${clientId}'`)).length === 1;

it.each([
  ['a network', '192.0.2.0/24', '192.0.0.0/16', 199, ['192.0.2.1', '192.0.2.2'], '192.0.3.1'],
  [
    'a household',
    '2001:db8:1:100::/56',
    '2001:db8::/40',
    199,
    ['2001:db8:1:1ff::9', '2001:db8:1:1fe::9'],
    '2001:db8:1:200::9',
  ],
  ['a provider', '10.7.0.0/24', '10.7.0.0/16', 1_999, ['10.7.1.1', '10.7.2.2'], '10.8.1.1'],
])('%s has a budget, and others are served', async (_, network, region, rows, [first = '', next = ''], other) => {
  await fill(network, region, rows);
  expect((await visit(newDocument(), first)).status).toBe(200);
  const refused = newDocument();
  const page = await visit(refused, next);
  expect(page.status).toBe(400);
  expect(page.text).toContain('Too many apps that nobody uses yet were registered from this network');
  expect(await isKnown(refused)).toBe(false);
  expect((await visit(refused, other)).status).toBe(200);
});

it('Apps that people use do not count, and those that register themselves count too', async () => {
  await fill('198.51.100.0/24', '198.51.0.0/16', 199);
  const ip = '198.51.100.7';
  const used = newDocument();
  const person = personAt(ip);
  const question = await signIn(
    person,
    await person.visit(authorizeUrl(server, { client_id: used })),
    server.person.email,
  );
  const app = { client_name: 'App', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' };
  expect((await register(server, app, { from: ip })).status).toBe(429);
  await decide(person, question, 'allow');
  expect((await register(server, app, { from: ip })).status).toBe(201);
  expect((await visit(newDocument(), ip)).status).toBe(400);
});

it('An app that is known goes on where the budget is used up', async () => {
  const known = newDocument();
  expect((await visit(known, '203.0.113.1')).status).toBe(200);
  await fill('203.0.113.0/24', '203.0.0.0/16', 200);
  await server.db.pgPool.query('UPDATE client_documents SET fresh_until = now() WHERE client_id = $1', [known]);
  host.serve(`app-${made}`, { client_name: 'Changed' });
  expect((await visit(known, '203.0.113.2')).status).toBe(200);
});
