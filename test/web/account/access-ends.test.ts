/** The end that a person chose for an app: where they, admins and programs see it. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { vcauthIn } from '../../cli/vcauth.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { said } from '../../support/said.ts';
import { startTestServer, type TestServer, testSecret } from '../../support/server.ts';
import { type AgentTokens, addAgent, allow, type Somebody, somebody, tokensAt } from '../../support/unregistered.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let person: Somebody;
let clientId: string;
let tokens: AgentTokens;
let endsAt: Date;
beforeAll(async () => {
  server = await startTestServer();
  person = await somebody(server);
  clientId = await addAgent(server.db);
  const page = await allow(server, person, { client_id: clientId, scope: 'projects:read' }, { duration: '86400' });
  tokens = await tokensAt(server, page, clientId);
  const [row] = await rowsOf(server.db, `SELECT ends_at FROM consents WHERE client_id = '${clientId}'`);
  endsAt = row?.ends_at as Date;
});
afterAll(() => server.stop());
afterEach(() => {
  vi.useRealTimers();
});

/** As pages write it: "29 November 2026 at 14:52 UTC". */
const written = (date: Date) =>
  new RegExp(`${date.getUTCDate()} \\w+ ${date.getUTCFullYear()} at ${date.toISOString().slice(11, 16)} UTC`);

describe('connected apps', () => {
  it('say until when an app has access', async () => {
    const text = said(await person.visit('/account/apps'));
    expect(text).toContain('1 connection · access until');
    expect(text).toMatch(written(endsAt));
  });

  it('say that the access has ended, and still disconnect', async () => {
    const other = await addAgent(server.db);
    const request = { client_id: other, scope: 'projects:read' };
    await allow(server, person, request, { duration: '3600' });
    await server.db.pgPool.query(
      "UPDATE grants SET ends_at = now() - interval '1 s', expires_at = now() - interval '1 s' WHERE client_id = $1",
      [other],
    );
    await server.db.pgPool.query("UPDATE consents SET ends_at = now() - interval '1 s' WHERE client_id = $1", [other]);
    const page = await person.visit('/account/apps');
    expect(said(page)).toMatch(/· access ended on/);
    expect(page.text.match(/Disconnect<span/g)).toHaveLength(2);
    await person.submit(page, '/apps/disconnect', { client_id: other });
    expect(said(await person.visit('/account/apps'))).not.toMatch(/access ended on/);
  });

  it('go by the connection that lasts longest, and name no end if one of them has none', async () => {
    const other = await addAgent(server.db);
    const long = await somebody(server);
    const request = { client_id: other, scope: 'projects:read', prompt: 'consent' };
    await allow(server, long, request, { duration: 'until' });
    await allow(server, long, request, { duration: '3600' });
    expect(said(await long.visit('/account/apps'))).toContain('2 connections');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_700_000 });
    const later = said(await long.visit('/account/apps'));
    expect(later).toContain('1 connection');
    expect(later).not.toMatch(/access (until|ended)/);
  });
});

it('the activity of the person says until when they allowed it', async () => {
  const text = said(await person.visit('/account/activity'));
  expect(text).toMatch(new RegExp(`Until ${written(endsAt).source} \\.`));
});

it('the audit log has the end of each answer, and none where nobody was asked for one', async () => {
  const given = async (id: string) =>
    (await auditOf(server.db, `client:${id}`)).filter(({ action }) => action === 'consent.given').at(-1)?.details;
  expect(await given(clientId)).toMatchObject({ ends_at: endsAt.toISOString() });
  const page = await allow(server, await somebody(server), { client_id: 'spa', scope: 'projects:read' });
  expect(page.status).toBe(303);
  expect(await given('spa')).not.toHaveProperty('ends_at');
});

it('the copy of a person’s data has it', async () => {
  const { text } = await person.submit(await person.visit('/account/data'), '/data/export', {});
  const { connected_apps: apps, connections } = JSON.parse(text);
  const here = (one: { client_id: string }) => one.client_id === clientId;
  expect(apps.find(here).ends_at).toBe(endsAt.toISOString());
  expect(connections.find(here).ends_at).toBe(endsAt.toISOString());
});

it('the list of grants has it, by REST and on the command line', async () => {
  await addAdmin(server, 'api-admin');
  const token = await adminToken(server, 'api-admin');
  const grant = {
    id: decodeJwt(tokens.access_token).gid,
    ends_at: endsAt.toISOString(),
    // A second may begin while the token is made.
    expires_at: expect.toSatisfy((at: string) => Math.abs(Date.parse(at) - endsAt.getTime()) <= 1_000),
  };
  const { body } = await call(server, `/grants?client_id=${clientId}`, { token });
  expect(body.data).toMatchObject([grant]);
  const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret, ISSUER: server.issuer });
  expect(await vcauth.json(['grants', 'list', '--client', clientId])).toMatchObject([grant]);
  const { stdout } = await vcauth(['grants', 'list', '--client', clientId]);
  expect(stdout).toContain(endsAt.toISOString().slice(0, 16).replace('T', ' '));
});

it('the page of the account in the admin area has it', async () => {
  const admin = await signedInAdmin(server);
  const text = said(await admin.visit(`/admin/account/${person.id}`));
  expect(text).toMatch(/1 connection · access until/);
  expect(text).toMatch(written(endsAt));
});
