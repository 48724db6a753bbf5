/** Whatever is wrong with a request, the answer names the field, and nothing is written. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { obtainTokens } from '../../support/oauth.ts';
import { rowsOf } from '../../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call, type Send } from './support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

const events = async () => (await rowsOf(server.db, 'SELECT count(*) AS n FROM audit_events'))[0]?.n;
let before: unknown;
beforeEach(async () => {
  before = await events();
});
afterEach(async () => {
  expect(await events()).toBe(before);
  expect(server.logged()).not.toContain('unexpected error');
});

async function problems(path: string, send: Send): Promise<object> {
  const reply = await call(server, path, { token, ...send });
  expect([reply.status, reply.body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
  return reply.body.error.details;
}

const good = { client_name: 'Notes', type: 'web', redirect_uris: ['https://notes.example/callback'] };
const override = '\u202e';
const long = 'x'.repeat(3000);

describe('a client’s field', () => {
  it.each<[string, unknown, RegExp]>([
    ['client_name', undefined, /is missing/],
    ['client_name', 7, /must be a string/],
    ['client_name', null, /must be a string/],
    ['client_name', '', /must have 1 to 100/],
    ['client_name', long, /at most 400 characters/],
    ['client_name', 'x'.repeat(101), /must have 1 to 100/],
    ['client_name', 'No\0tes', /NUL/],
    ['client_name', `${override}setoN`, /invisible/],
    ['client_name', '\ud800', /well-formed/],
    ['client_id', 'a b', /form/],
    ['client_id', '../admin', /form/],
    ['client_id', `${override}a`, /form/],
    ['type', 'robot', /must be web, spa, native or service/],
    ['type', 1, /must be web/],
    ['redirect_uris', 'https://notes.example/callback', /must be a list/],
    ['redirect_uris', [], /at least one/],
    ['redirect_uris', Array.from({ length: 21 }, (_, n) => `https://notes.example/${n}`), /at most 20/],
    ['redirect_uris', ['https://notes.example/#x'], /fragment/],
    ['redirect_uris', ['https://*.example/'], /wildcard/],
    ['redirect_uris', ['javascript:alert(1)'], /scheme/],
    ['redirect_uris', ['http://notes.example/'], /https/],
    ['redirect_uris', [`https://notes.example/${override}`], /characters/],
    ['redirect_uris.0', [7], /must be a string/],
    ['redirect_uris.0', ['https://notes.example/\0'], /NUL/],
    ['redirect_uris.0', [`https://notes.example/${long}`], /at most 2000/],
    ['client_uri', 'javascript:alert(1)', /https/],
    ['policy_uri', '<script>alert(1)</script>', /URL/],
    ['tos_uri', 'https://user:pw@a.example', /user name/],
    ['contacts', ['nobody'], /email/],
    ['contacts', 'a@b.example', /must be a list/],
    ['grant_types', ['implicit'], /among/],
    ['token_endpoint_auth_method', 'tls', /must be none, /],
    ['scope', 'projects:everything', /scopes of the API/],
    ['scope', 'clients:read', /type service only/],
    ['scope', ['projects:read'], /must be a string/],
    ['default_scope', 'ai:generate nothing', /scopes of the API/],
    ['optional_scope', 7, /must be a string/],
    ['jwks', { keys: [{ kty: 'oct', k: 'x' }] }, /public keys/],
    ['jwks.keys', {}, /is missing/],
    ['jwks.keys.0.x', { keys: [{ kty: 'EC', x: '\0' }] }, /NUL/],
    ['jwks.more', { keys: [], more: 1 }, /not a field/],
    ['jwks_uri', 'http://a.example', /https/],
    ['owner_name', `Example${override}`, /invisible/],
    ['description', `Example${override}`, /invisible/],
    ['owner_email', `a${override}@b.example`, /email address/],
    ['owner_email', 'nobody-here@example.com', /address of an account here/],
    ['owner_email', ['person@example.com'], /must be a string/],
    ['contacts.0', [`${'x'.repeat(300)}@b.example`], /at most 254/],
    ['first_party', 'yes', /true or false/],
    ['gateway_resource', 'https://api.example', /type service/],
    ['verified_at', '2026-01-01', /not a field/],
    ['status', 'active', /not a field/],
    ['__proto__', {}, /not a field/],
  ])('%s: %j', async (field, value, says) => {
    const [name = ''] = field.split('.');
    const body = JSON.stringify({ ...good, [name]: undefined }).replace(
      /\}$/,
      `,${JSON.stringify(name)}:${JSON.stringify(value)}}`,
    );
    const details = await problems('/clients', { body: value === undefined ? { ...good, [name]: value } : body });
    expect(details).toHaveProperty([field], expect.stringMatching(says));
    if (['client_id', 'type', 'verified_at', 'status', '__proto__', 'client_name'].includes(name)) return;
    await problems('/clients/web', { method: 'PATCH', body: { [name]: value } });
  });

  it('all problems are reported at once', async () => {
    const details = await problems('/clients', { body: { client_name: 7, more: 1, redirect_uris: [1] } });
    expect(Object.keys(details).toSorted()).toEqual(['client_name', 'more', 'redirect_uris.0']);
  });

  it('markup in a name comes back unchanged, in JSON that no browser shows as a page', async () => {
    const reply = await call(server, '/clients?search=<script>', { token });
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('a taken client_id is a conflict; a change can name neither id nor type, and must name something', async () => {
    const taken = await call(server, '/clients', { token, body: { ...good, client_id: 'spa' } });
    expect([taken.status, taken.body.error.code]).toEqual([409, 'CONFLICT']);
    const path = '/clients/spa';
    expect(await problems(path, { method: 'PATCH', body: { client_id: 'x', type: 'web' } })).toEqual({
      client_id: 'is not a field that we know',
      type: 'is not a field that we know',
    });
    expect(await problems(path, { method: 'PATCH', body: {} })).toEqual({ body: 'must name at least one field' });
  });
});

describe('other fields', () => {
  const person = { email: 'new@example.com', name: 'New', password: 'correct horse battery staple' };
  it.each<[string, string, object]>([
    ['email', '/accounts', { ...person, email: 'nobody' }],
    ['email', '/accounts', { ...person, email: 'аda@example.com' }],
    ['email', '/accounts', { ...person, email: ['a@example.com'] }],
    ['name', '/accounts', { ...person, name: `New${override}` }],
    ['name', '/accounts', { ...person, name: 'N\0w' }],
    ['password', '/accounts', { ...person, password: 'short' }],
    ['password', '/accounts', { ...person, password: long }],
    ['role', '/accounts', { ...person, role: 'root' }],
    ['tier', '/accounts', { ...person, tier: 'gold' }],
    ['password_hash', '/accounts', { ...person, password_hash: 'x' }],
    ['password', '/accounts/PERSON/password', {}],
    ['password', '/accounts/PERSON/password', { password: 'short', reason: 'Lost' }],
    ['end_grants', '/accounts/PERSON/sign-out-everywhere', { end_grants: 'yes' }],
    ['body', '/accounts/PERSON/suspend', []],
    ['reason', '/accounts/PERSON/restore', { reason: 'x' }],
    ['reason', '/clients/spa/send-back', {}],
    ['reason', '/clients/spa/send-back', { reason: '' }],
    ['reason', '/clients/spa/send-back', { reason: ' ' }],
    ['reason', '/clients/spa/verify', {}],
    ['reason', '/clients/spa/verify', { reason: '' }],
    ['reason', '/clients/spa/verify', { reason: '\n ' }],
    ['reason', '/clients/spa/disable', {}],
    ['reason', '/clients/spa/disable', { reason: ' ' }],
    ['reason', '/clients/spa/verify', { reason: '\u202egood' }],
    ['reason', '/clients/spa/verify', { reason: 7 }],
    ['reason', '/clients/spa/disable', { reason: 'x'.repeat(501) }],
    ['reason', '/clients/spa/submit', { reason: 'a\0b' }],
    ['state', '/clients/spa/submit', { state: 'verified' }],
    ['keep_old_days', '/clients/web/secrets', { keep_old_days: 91 }],
    ['keep_old_days', '/clients/web/secrets', { keep_old_days: -1 }],
    ['keep_old_days', '/clients/web/secrets', { keep_old_days: 1.5 }],
    ['keep_old_days', '/clients/web/secrets', { keep_old_days: '7' }],
    ['account_id', '/grants/disconnect', { client_id: 'spa' }],
    ['client_id', '/grants/disconnect', { account_id: 'PERSON', client_id: '<script>' }],
    ['account_id', '/grants/disconnect', { account_id: 'person@example.com', client_id: 'spa' }],
  ])('%s at %s: %j', async (field, path, body) => {
    const details = await problems(path.replace('PERSON', server.person.id), { method: 'POST', body });
    expect(Object.keys(details)).toContain(field);
  });

  it.each([
    ['page=0', 'page'],
    ['page=x', 'page'],
    ['page=1.5', 'page'],
    ['page=1000001', 'page'],
    ['page=', 'page'],
    ['page=1&page=2', 'page'],
    ['per_page=101', 'per_page'],
    ['per_page=-1', 'per_page'],
    ['type=robot', 'type'],
    ['status=gone', 'status'],
    ['search=', 'search'],
    [`search=${'x'.repeat(201)}`, 'search'],
    ['access_token=x', 'access_token'],
    ['__proto__=x', '__proto__'],
  ])('?%s', async (query, field) => {
    expect(Object.keys(await problems(`/clients?${query}`, {}))).toEqual([field]);
  });

  it.each([
    ['since=yesterday', 'since'],
    ['until=2026-13-01T00:00:00Z', 'until'],
    ['since=2026-01-01', 'since'],
  ])('audit ?%s', async (query, field) => {
    expect(Object.keys(await problems(`/audit?${query}`, {}))).toEqual([field]);
  });

  it.each([
    ['/clients/a%20b', 'client_id'],
    ['/accounts/person@example.com', 'account_id'],
    ['/clients/web/secrets/abc', 'secret_id'],
    ['/clients/web/secrets/99999999999999999999', 'secret_id'],
    ['/grants/a.b', 'grant_id'],
  ])('%s', async (path, field) => {
    const method = path.includes('secrets') || path.includes('grants') ? 'DELETE' : 'GET';
    expect(Object.keys(await problems(path, { method }))).toEqual([field]);
  });
});

describe('a body', () => {
  it.each<[string, Send, RegExp]>([
    ['broken JSON', { body: '{"client_name": "x"' }, /must be JSON/],
    ['no object', { body: '"text"' }, /must be an object/],
    ['a list', { body: '[{}]' }, /must be an object/],
    ['null', { body: 'null' }, /must be an object/],
    [
      'a form',
      { body: 'client_name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      /Content-Type/,
    ],
    ['plain text', { body: JSON.stringify(good), headers: { 'content-type': 'text/plain' } }, /Content-Type/],
    ['too large', { body: JSON.stringify({ client_name: 'x'.repeat(70_000) }) }, /at most 65536 bytes/],
  ])('%s', async (_name, send, says) => {
    expect(await problems('/clients', send)).toEqual({ body: expect.stringMatching(says) });
  });

  it.each([
    ['{"client_name":"a","client_name":"b"}', ['client_name']],
    ['{"client_name":"a","client\\u005fname":"b","x":{"y":[{"z":1}],"y" : 2}}', ['client_name', 'y']],
  ])('%s is refused for a repeated name', async (body, names) => {
    const details = await problems('/clients', { body });
    expect(details).toEqual(Object.fromEntries(names.map((name) => [name, 'must be given once'])));
  });

  it('text that only looks like a repeated name is accepted', async () => {
    const body = '{"client_name":"\\"client_name\\":","contacts":[{"a":1},{"a":2}],"jwks":{"keys":[]}}';
    expect(Object.values(await problems('/clients', { body }))).not.toContain('must be given once');
  });

  it('a body that is too deep is refused, not parsed', async () => {
    const body = `{"jwks":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const details = Object.values(await problems('/clients', { body }));
    expect(details).toContain('is nested too deeply');
  });

  it('a body with broken UTF-8 is refused', async () => {
    const bytes = Buffer.concat([Buffer.from('{"client_name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const { port } = new URL(server.issuer);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /admin/v1/clients HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), bytes]));
    const chunks = await Array.fromAsync(socket as AsyncIterable<Buffer>);
    const text = Buffer.concat(chunks).toString();
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toContain('must be UTF-8');
  });
});

describe('an id of somebody else or of nothing', () => {
  it.each([
    ['GET', '/clients/nobody'],
    ['GET', '/clients/nobody/secrets'],
    ['POST', '/clients/nobody/enable'],
    ['POST', '/clients/nobody/secrets'],
    ['DELETE', '/clients/nobody?reason=Old'],
    ['DELETE', '/clients/web/secrets/999999?reason=Old'],
    ['GET', '/accounts/acc_nobody'],
    ['GET', '/accounts/acc_nobody/sessions'],
    ['POST', '/accounts/acc_nobody/restore'],
    ['DELETE', '/grants/nobody?reason=Old'],
  ])('%s %s is not found', async (method, path) => {
    const reply = await call(server, path, { method, token });
    expect([reply.status, reply.body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('a secret of another client and a session of another account are not found', async () => {
    const [secret] = (await call(server, '/clients/service/secrets', { token })).body.data;
    expect(
      (await call(server, `/clients/web/secrets/${secret.id}?reason=Old`, { method: 'DELETE', token })).status,
    ).toBe(404);
    expect((await call(server, '/clients/service/secrets', { token })).body.data).toHaveLength(1);
    await obtainTokens(server);
    const other = await addPerson(server.db, 'other@example.com');
    const [session] = (await call(server, `/accounts/${server.person.id}/sessions`, { token })).body.data;
    before = await events();
    const reply = await call(server, `/accounts/${other.id}/sessions/${session.id}?reason=Old`, {
      method: 'DELETE',
      token,
    });
    expect(reply.status).toBe(404);
    expect((await call(server, `/accounts/${server.person.id}/sessions`, { token })).body.data).toHaveLength(1);
  });
});
