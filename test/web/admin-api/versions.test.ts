/** Two admins change one client, or decide on it: the second is told, and nothing is lost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockClient } from '../../../src/store/clients.ts';
import { eventually } from '../../support/eventually.ts';
import { rowsOf } from '../../support/rows.ts';
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

interface Told {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string }[];
}

const read = () => call(server, '/clients/spa', { token });
const change = (body: object, ifMatch?: string) =>
  call(server, '/clients/spa', { method: 'PATCH', body, token, headers: ifMatch ? { 'if-match': ifMatch } : {} });

it('a change based on an older state is refused, and the answer has the new tag', async () => {
  const etag = (await read()).headers.get('etag') as string;
  const first = await change({ owner_name: 'First' }, etag);
  const second = await change({ owner_name: 'Second', client_uri: 'https://second.example' }, etag);
  expect([first.status, second.status, second.body.error.code]).toEqual([200, 412, 'CONFLICT']);
  const now = await read();
  expect([now.body.data.owner_name, now.body.data.client_uri]).toEqual(['First', 'https://app.example']);
  expect(first.headers.get('etag')).toBe(now.headers.get('etag'));
  expect(second.headers.get('etag')).toBe(now.headers.get('etag'));
  expect((await change({ owner_name: 'Second' }, `"other", ${second.headers.get('etag')}`)).status).toBe(200);
});

it('one of two changes that meet at the client’s row wins', async () => {
  const etag = (await read()).headers.get('etag') as string;
  const waiting = `SELECT count(*)::integer AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const both = await server.db.transaction(async (trx) => {
    await lockClient(trx, 'spa');
    const sent = [change({ owner_name: 'One' }, etag), change({ owner_name: 'Other' }, etag)];
    await eventually(async () => (await rowsOf(server.db, waiting))[0]?.n).toBe(2);
    return { sent };
  });
  expect((await Promise.all(both.sent)).map(({ status }) => status).toSorted()).toEqual([200, 412]);
});

it('a change without a tag, or with *, sets only the named fields', async () => {
  await change({ owner_name: 'Kept' });
  expect((await change({ tos_uri: 'https://a.example/terms' }, '*')).status).toBe(200);
  const { data } = (await read()).body;
  expect([data.owner_name, data.tos_uri]).toEqual(['Kept', 'https://a.example/terms']);
});

it.each([
  ['submit', {}],
  ['verify', { reason: 'Register checked' }],
  ['send-back', { reason: 'Sold' }],
  ['disable', { reason: 'Fraud' }],
  ['enable', {}],
])('the verb %s is refused for an older state, and accepted for the current one', async (verb, body) => {
  const act = (ifMatch: string) =>
    call(server, `/clients/native/${verb}`, { body, token, headers: { 'if-match': ifMatch } });
  const seen = await call(server, '/clients/native', { token });
  const update = { contacts: [`${verb}@native.example`] };
  await call(server, '/clients/native', { method: 'PATCH', body: update, token });
  const late = await act(seen.headers.get('etag') as string);
  const now = await call(server, '/clients/native', { token });
  expect([late.status, late.body.error?.code, late.headers.get('etag')]).toEqual([
    412,
    'CONFLICT',
    now.headers.get('etag'),
  ]);
  expect(now.body.data.state).toBe(seen.body.data.state);
  const done = await act(now.headers.get('etag') as string);
  expect([done.status, done.body.data.state === now.body.data.state]).toEqual([200, false]);
});

it('an account is not suspended, restored or asked for a new password based on an older state', async () => {
  const path = `/accounts/${server.person.id}`;
  const seen = (await call(server, path, { token })).headers.get('etag') as string;
  await call(server, path, { method: 'PATCH', body: { name: 'Other' }, token });
  for (const verb of ['suspend', 'restore', 'require-password-change']) {
    const body = verb === 'restore' ? {} : { reason: 'Asked for.' };
    const late = await call(server, `${path}/${verb}`, { body, token, headers: { 'if-match': seen } });
    expect([late.status, late.body.error?.code], verb).toEqual([412, 'CONFLICT']);
  }
  const now = await call(server, path, { token });
  expect(now.body.data).toMatchObject({ status: 'active', password_change_required: false });
  const tag = { 'if-match': now.headers.get('etag') as string };
  expect((await call(server, `${path}/suspend`, { body: { reason: 'Asked for.' }, token, headers: tag })).status).toBe(
    200,
  );
});

it('the document says which operations support If-Match', async () => {
  const { paths } = (await call(server, '/openapi.json', {})).body as { paths: Record<string, Record<string, Told>> };
  const told = Object.values(paths).flatMap((methods) => Object.values(methods));
  const heard = told.filter(({ parameters }) => parameters.some(({ name }) => name === 'If-Match'));
  expect(heard.map(({ operationId }) => operationId).toSorted()).toEqual([
    'accounts.require_password_change',
    'accounts.reset_second_step',
    'accounts.restore',
    'accounts.suspend',
    'accounts.update',
    'clients.disable',
    'clients.enable',
    'clients.give_back',
    'clients.read_document',
    'clients.send_back',
    'clients.submit',
    'clients.update',
    'clients.verify',
  ]);
});

it('null sets a field to its default', async () => {
  await change({ owner_name: 'Somebody' });
  expect((await change({ owner_name: null })).body.data.owner_name).toBe(null);
});

it('a client that newly needs a secret gets it in the answer', async () => {
  const made = await call(server, '/clients', {
    token,
    body: {
      client_name: 'Public',
      redirect_uris: ['https://p.example/cb'],
      token_endpoint_auth_method: 'none',
    },
  });
  expect(made.body.data.client_secret).toBeUndefined();
  const path = `/clients/${made.body.data.client_id}`;
  const body = { token_endpoint_auth_method: 'client_secret_basic' };
  const changed = await call(server, path, { method: 'PATCH', token, body });
  expect(changed.body.data.client_secret).toMatch(/^vcs_cs_/);
  expect((await call(server, path, { token })).body.data.client_secret).toBeUndefined();
});
