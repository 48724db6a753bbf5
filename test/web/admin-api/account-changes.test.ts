/** Fields of an account changed by REST and page: versions, effects, and everything that is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAdmin } from '../../support/admin.ts';
import { introspect, obtainTokens } from '../../support/oauth.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin as addService, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
let id: string;
beforeAll(async () => {
  server = await startTestServer();
  await addService(server, 'robot');
  token = await adminToken(server, 'robot');
  id = (await addPerson(server.db, 'changed@example.com')).id;
});
afterAll(() => server.stop());

const change = (body: object, headers: Record<string, string> = {}, account = id) =>
  call(server, `/accounts/${account}`, { method: 'PATCH', body, token, headers });

it('a change sets what is named, with an audit line for what differs', async () => {
  const { body } = await change({ name: 'Ada', tier: 'pro' });
  expect(body.data).toMatchObject({ name: 'Ada', tier: 'pro', role: 'user', status: 'active' });
  expect((await auditOf(server.db, `account:${id}`)).at(-1)).toMatchObject({
    actor: 'client:robot',
    action: 'account.updated',
    details: { changed: ['name', 'tier'], before: { tier: 'free' }, after: { tier: 'pro' } },
    request_id: body.meta.request_id,
  });
  const lines = (await auditOf(server.db, `account:${id}`)).length;
  const same = await change({ name: 'Ada', tier: 'pro', role: 'user', status: 'active' });
  expect(same.status, 'what is like that already needs no reason').toBe(200);
  expect(await auditOf(server.db, `account:${id}`)).toHaveLength(lines);
});

it('a change of role and status has the effects and audit lines of the separate acts', async () => {
  const { access_token: access } = await obtainTokens(server);
  const reply = await change(
    { status: 'suspended', role: 'admin', tier: 'business', reason: 'Asked for.' },
    {},
    server.person.id,
  );
  expect(reply.body.data).toMatchObject({ status: 'suspended', role: 'admin', tier: 'business' });
  expect((await introspect(server, access)).body).toEqual({ active: false });
  const lines = (await auditOf(server.db, `account:${server.person.id}`)).slice(-3);
  expect(lines.map(({ action }) => action)).toEqual(['account.suspended', 'account.role_set', 'account.updated']);
  const back = { status: 'active', role: 'user', reason: 'Found again.' };
  expect((await change(back, {}, server.person.id)).body.data.status).toBe('active');
});

it('a change based on an older version is refused, and changes nothing', async () => {
  const first = await call(server, `/accounts/${id}`, { token });
  const etag = first.headers.get('etag') as string;
  const second = await change({ name: 'Grace' }, { 'if-match': etag });
  expect(second.status).toBe(200);
  const late = await change({ name: 'Late' }, { 'if-match': etag });
  expect([late.status, late.body.error.code]).toEqual([412, 'CONFLICT']);
  expect(late.headers.get('etag')).toBe(second.headers.get('etag'));
  expect((await call(server, `/accounts/${id}`, { token })).body.data.name).toBe('Grace');
  for (const tag of ['*', `"x", ${late.headers.get('etag')}`])
    expect((await change({ name: 'Grace' }, { 'if-match': tag })).status).toBe(200);
  expect((await change({ name: 'Weak' }, { 'if-match': `W/${late.headers.get('etag')}` })).status).toBe(412);
});

describe('a change is refused, and nothing is written', () => {
  it.each<[object, string]>([
    [{}, 'body'],
    [{ name: '' }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: 'Ada\u202e' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: null }, 'name'],
    [{ role: 'root' }, 'role'],
    [{ tier: 'gold' }, 'tier'],
    [{ status: 'gone' }, 'status'],
    [{ email: 'other@example.com' }, 'email'],
    [{ id: 'acc_x' }, 'id'],
    [{ password_hash: 'x', tier: 'pro' }, 'password_hash'],
  ])('%j', async (body, field) => {
    const before = await rowsOf(server.db, 'SELECT * FROM accounts ORDER BY id');
    const reply = await change(body);
    expect([reply.status, Object.keys(reply.body.error.details)]).toEqual([400, [field]]);
    expect(await rowsOf(server.db, 'SELECT * FROM accounts ORDER BY id')).toEqual(before);
  });

  it('for an unknown account, and for more power than the caller has', async () => {
    expect((await change({ tier: 'pro' }, {}, 'acc_nobody')).status).toBe(404);
    await addService(server, 'weak', 'accounts:write');
    const weak = await adminToken(server, 'weak', 'accounts:write');
    const send = (account: string, body: object) =>
      call(server, `/accounts/${account}`, { method: 'PATCH', body, token: weak });
    expect((await send(id, { role: 'admin', reason: 'Asked' })).status).toBe(403);
    const admin = await signedInAdmin(server);
    expect((await send(admin.id, { role: 'user', reason: 'Asked' })).status).toBe(403);
    expect((await send(id, { tier: 'enterprise' })).status).toBe(200);
  });
});

it('the page changes name and tier, and keeps the role out of it', async () => {
  const admin = await signedInAdmin(server);
  const page = await admin.visit(`/admin/account/${id}`);
  const path = `/admin/account/${id}/details`;
  const saved = await admin.submit(page, path, { name: 'Ada Lovelace', tier: 'pro', role: 'admin' });
  expect(saved.text).toContain('The account is changed.');
  expect(await rowsOf(server.db, `SELECT name, tier, role FROM accounts WHERE id = '${id}'`)).toEqual([
    { name: 'Ada Lovelace', tier: 'pro', role: 'user' },
  ]);
  const wrongs: Record<string, string>[] = [{ name: '' }, { name: 'x'.repeat(101) }, { name: 'Ada', tier: 'gold' }];
  for (const wrong of wrongs) {
    const refused = await admin.submit(saved, path, wrong);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('role="alert"');
  }
  expect((await rowsOf(server.db, `SELECT name FROM accounts WHERE id = '${id}'`))[0]?.name).toBe('Ada Lovelace');
});
