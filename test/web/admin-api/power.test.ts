/** Nobody can hand on, or take over, more power than they have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../src/operations/accounts.ts';
import { createPasswords } from '../../../src/operations/passwords.ts';
import { auditOf } from '../../support/rows.ts';
import { password, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
let all: string;
let adminId: string;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'admin');
  await addAdmin(server, 'limited', 'clients:read clients:write accounts:read accounts:write');
  token = await adminToken(server, 'limited', 'clients:read clients:write accounts:read accounts:write');
  all = await adminToken(server, 'admin');
  const input = { email: 'root@example.com', name: 'Root', password, role: 'admin' } as const;
  adminId = (await createAccount(server.db, createPasswords({ maxWaitMs: 600_000 }), input, { id: 'test' })).id;
});
afterAll(() => server.stop());

describe('a caller without every scope', () => {
  const service = (scope: string) => ({ client_name: 'Robot', type: 'service', scope });

  it('can give a client what it has itself', async () => {
    expect((await call(server, '/clients', { token, body: service('clients:read projects:read') })).status).toBe(201);
  });

  it.each<[string, string, () => { method?: string; body?: unknown }]>([
    ['more can’t be given', '/clients', () => ({ body: service('clients:read keys:write') })],
    ['nor by a change', '/clients/service', () => ({ method: 'PATCH', body: { scope: 'audit:read' } })],
    ['nor a stronger one’s secret taken', '/clients/admin/secrets', () => ({ method: 'POST' })],
    ['nor its address changed', '/clients/admin', () => ({ method: 'PATCH', body: { owner_name: 'X' } })],
    ['nor it be stopped', '/clients/admin/disable', () => ({ body: { reason: 'Fraud' } })],
    ['nor what it is told go elsewhere', '/clients/admin/webhook', () => ({ body: { url: 'https://a.example/' } })],
    ['nor deleted', '/clients/admin?reason=Old', () => ({ method: 'DELETE' })],
    [
      'an admin can’t be made',
      '/accounts',
      () => ({ body: { email: 'a@b.example', name: 'A', password, role: 'admin' } }),
    ],
    [
      'nor get a password',
      '/accounts/ADMIN/password',
      () => ({ body: { password: 'another long password', reason: 'Lost' } }),
    ],
    ['nor be suspended', '/accounts/ADMIN/suspend', () => ({ body: { reason: 'Stolen' } })],
    ['nor be signed out', '/accounts/ADMIN/sign-out-everywhere', () => ({ body: { reason: 'Stolen' } })],
  ])('is refused %s', async (_name, path, send) => {
    const reply = await call(server, path.replace('ADMIN', adminId), { ...send(), token });
    expect([reply.status, reply.body.error.code]).toEqual([403, 'FORBIDDEN']);
  });

  it('changes nothing by what was refused', async () => {
    expect((await auditOf(server.db, 'client:admin')).map(({ action }) => action)).toEqual(['client.created']);
    expect((await auditOf(server.db, 'client:service')).map(({ action }) => action)).toEqual(['client.created']);
    expect((await auditOf(server.db, `account:${adminId}`)).map(({ action }) => action)).toEqual(['account.created']);
  });
});

it('a caller with every scope can do all of it', async () => {
  expect(
    (await call(server, '/clients/service', { method: 'PATCH', token: all, body: { scope: 'audit:read' } })).status,
  ).toBe(200);
  expect(
    (await call(server, `/accounts/${adminId}/suspend`, { body: { reason: 'Stolen' }, token: all })).body.data.status,
  ).toBe('suspended');
});
