/** `Idempotency-Key`: one effect, one answer, and nothing readable in the database. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteClient } from '../../../src/operations/client-deletion.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

let keys = 0;
const newKey = () => `key-${++keys}`;
const robot = (name: string, more: object = {}) => ({ client_name: name, type: 'service', ...more });
const send = (path: string, key: string, body: unknown, as = token) =>
  call(server, path, { method: 'POST', body, headers: { 'idempotency-key': key }, token: as });
const countOf = async (name: string) =>
  (await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_name = '${name}'`)).length;

it('a repeated request gets the same answer, including its secret, and does nothing', async () => {
  const key = newKey();
  const first = await send('/clients', key, robot('Twice'));
  const again = await send('/clients', key, robot('Twice'));
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(first.body.data.client_secret).toMatch(/^vcs_cs_/);
  expect(again.body.data).toEqual(first.body.data);
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect(await countOf('Twice')).toBe(1);
  expect(await auditOf(server.db, `client:${first.body.data.client_id}`)).toHaveLength(1);
});

it('ten requests at the same moment have one effect and one answer', async () => {
  const key = newKey();
  const replies = await Promise.all(Array.from({ length: 10 }, () => send('/clients', key, robot('At once'))));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(replies.map(({ body }) => body.data.client_secret)).size).toBe(1);
  expect(await countOf('At once')).toBe(1);
});

it.each([
  ['another body', '/clients', robot('First'), '/clients', robot('Other body')],
  ['another address', '/clients/spa/enable', { reason: 'Sent' }, '/clients/spa/disable', { reason: 'Sent' }],
])('%s under the same key is refused and does nothing', async (_name, first, sent, path, body) => {
  const key = newKey();
  expect((await send(first, key, sent)).status).toBeLessThan(300);
  const reply = await send(path, key, body);
  expect([reply.status, reply.body.error.code]).toEqual([409, 'CONFLICT']);
  expect(await countOf('Other body')).toBe(0);
  expect((await call(server, '/clients/spa', { token })).body.data.status).toBe('active');
});

it('a refused request is not remembered: once corrected, it may be sent under the same key', async () => {
  const key = newKey();
  expect((await send('/clients', key, robot('Put right', { scope: 'nonsense' }))).status).toBe(400);
  expect((await send('/clients', key, robot('Put right'))).status).toBe(201);
});

it('a key belongs to its client', async () => {
  await addAdmin(server, 'second');
  const key = newKey();
  const mine = await send('/clients', key, robot('Mine'));
  const theirs = await send('/clients', key, robot('Theirs'), await adminToken(server, 'second'));
  expect([mine.body.data.client_name, theirs.body.data.client_name]).toEqual(['Mine', 'Theirs']);
  await deleteClient(server.db, 'second', { id: 'test' });
  expect(await rowsOf(server.db, `SELECT 1 FROM idempotent_requests WHERE client_id = 'second'`)).toEqual([]);
});

it('a key is forgotten after 24 hours', async () => {
  const key = newKey();
  await send('/clients', key, robot('Expired'));
  const life = 'SELECT extract(epoch FROM max(expires_at) - now())::integer AS seconds FROM idempotent_requests';
  const seconds = Number((await rowsOf(server.db, life))[0]?.seconds);
  expect(seconds).toBeGreaterThan(24 * 3600 - 60);
  expect(seconds).toBeLessThanOrEqual(24 * 3600);
  await rowsOf(server.db, 'UPDATE idempotent_requests SET expires_at = now()');
  expect((await send('/clients', key, robot('Expired anew'))).status).toBe(201);
  expect(await countOf('Expired anew')).toBe(1);
});

it.each(['', 'a b', 'x'.repeat(256)])('%j is refused as a key', async (key) => {
  const reply = await send('/clients', key, robot('No key'));
  expect([reply.status, Object.keys(reply.body.error?.details ?? {})]).toEqual([400, ['Idempotency-Key']]);
  expect(await countOf('No key')).toBe(0);
});

it('no secret, password or key stands in the database', async () => {
  const key = newKey();
  const { body } = await send('/clients', key, robot('Sealed'));
  const person = { email: 'sealed@example.com', name: 'Sealed', password: 'a password to be looked for' };
  await send('/accounts', newKey(), person);
  const rows = await rowsOf(
    server.db,
    'SELECT client_id, encode(key_hash, $$escape$$) || encode(request_mac, $$escape$$) || encode(answer, $$escape$$) AS text FROM idempotent_requests',
  );
  const kept = rows.map(({ text }) => text).join('\n');
  expect(rows.length).toBeGreaterThan(1);
  for (const secret of [body.data.client_secret, person.password, key, 'Sealed']) expect(kept).not.toContain(secret);
});
