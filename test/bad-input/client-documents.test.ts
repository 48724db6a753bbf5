/**
 * Client ids that are no usable URLs, and documents that can’t be used: each is refused on a page that says what the app’s author
 * has to do, and leaves nothing behind.
 */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOutbound, type Lookup } from '../../src/outbound/request.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { authorizeUrl, post } from '../support/oauth.ts';
import { newPerson, type Page } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let host: DocumentHost;
let server: TestServer;
let guarded: TestServer;
/** What the resolver of `guarded` answers. */
let addresses: string[] = [];
let asked = 0;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  const lookup = ((_host: string, _options: object, found: (error: null, all: object[]) => void) =>
    found(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as Lookup;
  const network = createOutbound({ lookup });
  guarded = await startTestServer({
    beside: server,
    outbound: (request) => {
      asked += 1;
      return network(request);
    },
  });
});
afterAll(async () => {
  await guarded.stop();
  await server.stop();
  await host.stop();
});

const visit = (clientId: string, at = server): Promise<Page> =>
  newPerson(at.issuer).visit(authorizeUrl(at, { client_id: clientId }));

async function expectRefusal(page: Page, clientId: string, what: string): Promise<void> {
  const text = page.text.replace(/<[^>]*>/g, '').replaceAll('&#39;', "'");
  expect(text).toContain(what);
  expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  const rows = await server.db.pgPool.query('SELECT 1 FROM clients WHERE client_id = $1', [clientId]);
  expect(rows.rows).toEqual([]);
}

it.each([
  ['https://agent.example', 'must be written as https://agent.example/'],
  ['https://agent.example/a/../b.json', 'must be written as https://agent.example/b.json'],
  ['https://agent.example/./b.json', 'must be written as https://agent.example/b.json'],
  ['https://agent.example/a/%2e%2e/b.json', 'must be written as https://agent.example/b.json'],
  ['https://agent.example/b.json#part', 'must not have a fragment'],
  ['https://agent.example/b.json#', 'must not have a fragment'],
  ['https://agent.example/b.json?echo={}', 'must not have a query'],
  ['https://agent.example/b.json?', 'must not have a query'],
  ['https://me@agent.example/b.json', 'must not have a user name'],
  ['https://me:secret@agent.example/b.json', 'must not have a user name'],
  ['https://AGENT.example/b.json', 'must be written as https://agent.example/b.json'],
  ['https://agent.example./b.json', 'must not have a dot at the end of its host'],
  ['https://agent.example.:8443/b.json', 'must not have a dot at the end of its host'],
  ['https://agent.example:443/b.json', 'must be written as https://agent.example/b.json'],
  ['https:///agent.example/b.json', 'must be written as https://agent.example/b.json'],
  ['https://agent.example\\b.json', 'must be written as'],
  ['https://0x7f.1/b.json', 'must be written as https://127.0.0.1/b.json'],
  [`https://agent.example/${'a'.repeat(500)}`, 'at most 500 characters'],
  ['https://', 'must be an https URL'],
  ['https://[::1/b.json', 'must be an https URL'],
])('The client id %s is refused without a request', async (clientId, what) => {
  await expectRefusal(await visit(clientId), clientId, what);
});

it.each(['http://agent.example/b.json', 'ftp://agent.example/b.json', 'HTTPS://agent.example/b.json'])(
  'The client id %s is that of no client',
  async (clientId) => {
    const page = await visit(clientId);
    expect([page.status, page.text.includes('No active client')]).toEqual([400, true]);
  },
);

const json = (body: unknown) => (response: ServerResponse) =>
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
const document = (more: object) => (response: ServerResponse, clientId: string) =>
  json({ client_id: clientId, redirect_uris: [redirectUri], ...more })(response);

it.each<[string, string, (response: ServerResponse, clientId: string) => unknown]>([
  ['answers 404', 'status 404', (response) => response.writeHead(404).end()],
  ['answers 204', 'status 204', (response) => response.writeHead(204).end()],
  ['answers 500', 'status 500', (response) => response.writeHead(500).end()],
  ['answers 304 without having been there', 'a redirect (304)', (response) => response.writeHead(304).end()],
  [
    'redirects',
    'redirects are not followed',
    (response) => response.writeHead(302, { location: 'https://agent.example/whole.json' }).end(),
  ],
  ['hangs up', 'can’t be reached', (response) => response.destroy()],
  [
    'is HTML',
    'not sent as application/json',
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}'),
  ],
  ['has no type', 'not sent as application/json', (response) => response.writeHead(200).end('{}')],
  ['is empty', 'is not JSON', json('')],
  ['is not JSON', 'is not JSON', json('{"client_id": ')],
  ['is not UTF-8', 'is not UTF-8', json(Buffer.from([0x7b, 0xff, 0x7d]))],
  ['is a list', 'not a JSON object', json([])],
  ['is null', 'not a JSON object', json('null')],
  ['has 5 MB', 'more than 5 KB', json(' '.repeat(5 * 1024 * 1024))],
  [
    'has a byte more than 5 KB',
    'more than 5 KB',
    (response, id) => json(`{"client_id":"${id}"}`.padEnd(5 * 1024 + 1))(response),
  ],
  ['has no client_id', 'another client_id', json({ redirect_uris: [redirectUri] })],
  ['has another client_id', 'another client_id', document({ client_id: 'https://agent.example/other.json' })],
  [
    'has a client_id in capitals',
    'another client_id',
    (response, id) => document({ client_id: id.toUpperCase() })(response, id),
  ],
  ['has a secret', 'must not have client_secret', document({ client_secret: 'x' })],
  ['has an expiry of a secret', 'must not have client_secret_expires_at', document({ client_secret_expires_at: 0 })],
  ['wants a secret', 'none or private_key_jwt', document({ token_endpoint_auth_method: 'client_secret_post' })],
  ['wants an unknown method', 'none or private_key_jwt', document({ token_endpoint_auth_method: ['none'] })],
  ['has no redirect_uris', 'redirect_uris must have at least one', document({ redirect_uris: undefined })],
  ['has a script as redirect URI', 'redirect_uris', document({ redirect_uris: ['javascript:alert(1)'] })],
  ['has NUL in its name', 'client_name', document({ client_name: 'A\0B' })],
  [
    'has half a surrogate pair in its name',
    'client_name',
    json('{"client_id":"ID","redirect_uris":[],"client_name":"\\ud800"}'),
  ],
  [
    'has private keys',
    'public keys only',
    document({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'x' }] } }),
  ],
  ['has __proto__', 'another client_id', json('{"__proto__":{"client_id":"x"}}')],
])('A document that %s is refused', async (name, what, answer) => {
  const path = `${encodeURIComponent(name)}.json`;
  const clientId = host.answer(path, (_, response) => void answer(response, host.url(path)));
  const expected = name.startsWith('has half') ? 'another client_id' : what;
  await expectRefusal(await visit(clientId), clientId, expected);
});

it('A document that arrives a byte at a time is given up after 2.5 seconds, and others are served meanwhile', async () => {
  let dripping: NodeJS.Timeout | undefined;
  const clientId = host.answer('slow.json', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    dripping = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(dripping));
  });
  host.network.giveUpInTime();
  const began = performance.now();
  let isOver = false;
  const slow = visit(clientId);
  void slow.then(() => (isOver = true));
  const other = await visit('spa');
  expect([other.status, isOver]).toEqual([200, false]);
  await expectRefusal(await slow, clientId, 'did not arrive in time');
  expect(performance.now() - began).toBeLessThan(30_000);
});

it('A failure is told by PAR as well, in the characters that error_description may have', async () => {
  const form = Object.fromEntries(new URL(authorizeUrl(server, { client_id: host.url('gone.json') })).searchParams);
  const { status, body } = await post(server, '/oauth/par', form, host.url('gone.json'));
  expect([status, body.error]).toEqual([400, 'invalid_client']);
  expect(body.error_description).toMatch(/^the client metadata document [\x20-\x21\x23-\x5b\x5d-\x7e]*status 404/);
});

it('A failure is remembered for a moment, so that nobody makes us ask again and again', async () => {
  const clientId = host.url('remembered.json');
  await Promise.all([visit(clientId), visit(clientId), visit(clientId)]);
  await visit(clientId);
  expect(host.requests('remembered.json')).toHaveLength(1);
});

it.each([
  ['10.0.0.1'],
  ['127.0.0.1'],
  ['169.254.169.254'],
  ['168.63.129.16'],
  ['100.64.0.1'],
  ['192.168.1.1'],
  ['0.0.0.0'],
  ['224.0.0.1'],
  ['::1'],
  ['fd00::1'],
  ['fe80::1'],
  ['::ffff:127.0.0.1'],
  ['64:ff9b::a00:1'],
  ['2002:a00:1::'],
  ['93.184.215.14', '10.0.0.1'],
])('A host that resolves to %s gets no connection', async (...resolved) => {
  addresses = resolved.filter((one): one is string => typeof one === 'string');
  const before = host.requests('whole.json').length;
  const clientId = host.url(`${encodeURIComponent(addresses.join('-'))}.json`);
  await expectRefusal(await visit(clientId, guarded), clientId, 'is not at a public address');
  expect(host.requests('whole.json')).toHaveLength(before);
});

it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '[::1]', '[fd00::1]', '[::ffff:7f00:1]'])(
  'The address %s in the URL gets no connection',
  async (address) => {
    const clientId = `https://${address}:${new URL(host.url('')).port}/whole.json`;
    await expectRefusal(await visit(clientId, guarded), clientId, 'must be at a public address');
  },
);

it('A client id at the token endpoint makes nobody read a document', async () => {
  const before = asked;
  for (const path of ['/oauth/token', '/oauth/revoke', '/oauth/introspect']) {
    const form = { grant_type: 'authorization_code', code: 'x', code_verifier: 'x'.repeat(43), token: 'x' };
    const { status, body } = await post(guarded, path, form, host.url('never-asked-for.json'));
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  }
  expect(asked).toBe(before);
});

it('What was refused has left no client', async () => {
  expect(
    await rowsOf(server.db, "SELECT client_id FROM clients WHERE registration_type = 'metadata_document'"),
  ).toEqual([]);
});
