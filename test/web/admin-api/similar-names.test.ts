/** A name that people could mistake for that of a verified client: it is registered, with a warning. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
  await call(server, '/clients/spa/verify', { token, body: { reason: 'Looked' } });
});
afterAll(() => server.stop());

it('the warning is shown where the name is set, and nowhere else', async () => {
  const body = { client_id: 'imitation', client_name: 'N0tеs', type: 'spa', redirect_uris: ['https://a.example/'] };
  const made = await call(server, '/clients', { token, body });
  expect([made.status, made.body.data.looks_like]).toEqual([201, ['spa']]);
  const change = (changes: object) => call(server, '/clients/imitation', { token, method: 'PATCH', body: changes });
  expect((await change({ owner_name: 'Somebody' })).body.data).not.toHaveProperty('looks_like');
  expect((await change({ client_name: 'Nοtes' })).body.data.looks_like).toEqual(['spa']);
  expect((await change({ client_name: 'Memo', 'client_name#ja': 'Notes' })).body.data.looks_like).toEqual(['spa']);
  expect((await change({ 'client_name#ja': null })).body.data).not.toHaveProperty('looks_like');
  expect((await change({ client_name: 'Something else' })).body.data).not.toHaveProperty('looks_like');
  expect((await call(server, '/clients/imitation', { token })).body.data).not.toHaveProperty('looks_like');
});
