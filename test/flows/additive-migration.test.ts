/** A node that runs while a newer one migrates goes on: a new column in any table fails none of its prepared statements. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { introspect, obtainTokens, post, refresh } from '../support/oauth.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
beforeAll(async () => {
  // One connection, so that each statement is prepared on the one that runs it again.
  server = await startTestServer({ env: { DATABASE_POOL_SIZE: '1' } });
  await addAdmin(server, 'admin');
});
afterAll(() => server.stop());

/** What people, apps, gateways, admins and developers do. Returns the status of each answer. */
async function everything(): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  const tokens = await obtainTokens(server);
  seen.refresh = (await refresh(server, tokens.refresh_token as string)).status;
  seen.introspect = (await introspect(server, tokens.access_token)).status;
  seen.revoke = (await post(server, '/oauth/revoke', { token: tokens.access_token })).status;
  seen.failure = (await post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'none' })).status;
  seen.service = (
    await post(server, '/oauth/token', { grant_type: 'client_credentials', scope: 'projects:read' }, 'service')
  ).status;
  const token = await adminToken(server, 'admin');
  const lists = [
    '/clients?search=spa',
    '/clients/spa',
    '/clients/spa/errors',
    '/clients/spa/insight',
    '/accounts',
    '/grants',
    '/keys',
    '/statistics',
    '/audit',
  ];
  for (const path of lists) seen[`GET ${path}`] = (await call(server, path, { token })).status;
  const body = { description: `Described at ${Date.now()}` };
  seen.change = (await call(server, '/clients/spa', { method: 'PATCH', body, token })).status;
  const person = await signedInAs(server, server.person.email);
  const admin = await signedInAdmin(server);
  const pages = ['apps', 'security', 'sessions', 'activity', 'data', 'your-apps'].map((page) => `/account/${page}`);
  for (const path of pages) seen[path] = (await person.visit(path)).status;
  const desk = [
    '/admin',
    '/admin/clients?search=spa',
    '/admin/client/spa',
    '/admin/accounts',
    '/admin/keys',
    '/admin/audit',
  ];
  for (const path of desk) seen[path] = (await admin.visit(path)).status;
  return seen;
}

it('answers as before when every table has got a column', async () => {
  const before = await everything();
  expect(Object.entries(before).filter(([, status]) => status !== 200)).toEqual([['failure', 400]]);
  const tables = await rowsOf(server.db, `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) {
    await server.db.script(`ALTER TABLE ${name} ADD COLUMN added_by_a_newer_version text NOT NULL DEFAULT 'x'`);
  }
  expect(await everything()).toEqual(before);
  expect(server.logged()).not.toContain('cached plan');
  expect(server.logged()).not.toContain('unexpected error');
});
