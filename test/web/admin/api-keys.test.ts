/** Admins find and revoke the keys of other people. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAdmin } from '../../support/admin.ts';
import { makeKey } from '../../support/api-keys.ts';
import { mistyped } from '../../support/mistyped.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin as addAdminClient, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let made: Awaited<ReturnType<typeof makeKey>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  made = await makeKey(server, { name: 'Nightly <backup>' });
});
afterAll(() => server.stop());

const home = '/admin/api-keys';
const search = async (sought: string) => admin.submit(await admin.visit(home), home, { sought });

describe('the page that finds keys', () => {
  it('finds them by owner, id, last four characters and the key itself, and never shows a key', async () => {
    const { key, secret } = made;
    for (const sought of [server.person.email, server.person.id, key.id, key.last_four, ` ${secret} `]) {
      const page = await search(sought);
      expect([sought, page.status, page.text.includes('Nightly &lt;backup&gt;')]).toEqual([sought, 200, true]);
      expect(page.text).toContain(server.person.email);
      expect(page.text).not.toContain(secret);
      expect(new URL(page.url).search).toBe('');
    }
    expect(server.logged()).not.toContain(secret);
  });

  it('says what was sought when there is nothing, and shows no mistyped key', async () => {
    const wrong = mistyped(made.secret);
    const page = await search(wrong);
    expect([page.status, page.text.includes('No such key'), page.text.includes(wrong)]).toEqual([200, true, false]);
    for (const sought of ['nobody@example.com', 'acc_nobody', 'key_nothing', '%', '', 'x'.repeat(5_000)]) {
      expect((await search(sought)).text).toContain('No such key');
    }
  });

  it('is linked from the accounts and from the page of an account', async () => {
    expect((await admin.visit('/admin/accounts')).text).toContain(`href="${home}"`);
    const account = await admin.visit(`/admin/account/${server.person.id}`);
    const href = `${home}?account=${server.person.id}`;
    expect(account.text).toContain(`href="${href}"`);
    expect((await admin.visit(href)).text).toContain('Nightly');
  });

  it('revokes a key for a reason, once', async () => {
    const { key } = made;
    const path = `/admin/api-key/${key.id}/revoke`;
    const asked = await admin.visit(path);
    expect(asked.text).toContain('belongs to');
    const without = await admin.submit(asked, path, { reason: ' ' });
    expect([without.status, (await rowsOf(server.db, 'SELECT revoked_at FROM api_keys'))[0]?.revoked_at]).toEqual([
      422,
      null,
    ]);
    const done = await admin.submit(without, path, { reason: 'It was in a public repository.' });
    expect(done.text).toContain('The key is revoked.');
    const lines = async () =>
      (await auditOf(server.db, `account:${server.person.id}`)).filter(({ action }) => action === 'api_key.revoked');
    expect((await lines()).map(({ actor, details }) => [actor, details])).toEqual([
      [`account:${admin.id}`, expect.objectContaining({ key_id: key.id, reason: 'It was in a public repository.' })],
    ]);
    expect((await admin.submit(asked, path, { reason: 'Again.' })).status).toBe(200);
    expect(await lines()).toHaveLength(1);
    expect((await admin.visit('/admin/api-key/key_nothing/revoke')).status).toBe(404);
  });
});

describe('the admin API', () => {
  it('finds, limits and revokes a key, and makes none', async () => {
    await addAdminClient(server, 'robot');
    const token = await adminToken(server, 'robot');
    const { key, secret } = await makeKey(server, { name: 'Robot' });
    const find = async (sought: string) =>
      (await call(server, '/api-keys/find', { token, body: { sought } })).body.data.keys;
    for (const sought of [secret, key.last_four]) expect(await find(sought)).toMatchObject([{ id: key.id }]);
    expect(await find('zzzz')).toEqual([]);
    const list = await call(server, `/accounts/${server.person.id}/api-keys?per_page=1`, { token });
    expect([list.body.data.length, list.body.pagination.total]).toEqual([1, 2]);
    const change = (body: object) => call(server, `/api-keys/${key.id}`, { method: 'PATCH', token, body });
    expect((await change({ scope: 'projects:read', networks: ['203.0.113.1'] })).body.data).toMatchObject({
      scope: 'projects:read',
      networks: ['203.0.113.1/32'],
      looks_like: `vcs_sk_live_…${key.last_four}`,
    });
    for (const [wrong, field] of [
      [{ scope: 'projects:read ai:generate' }, 'scope'],
      [{ scope: '' }, 'scope'],
      [{ name: '' }, 'name'],
      [{ networks: [] }, 'networks'],
      [{ networks: ['here'] }, 'networks'],
      [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
      [{ expires_at: 'soon' }, 'expires_at'],
      [{ projects: [] }, 'projects'],
      [{ networks: null }, 'reason'],
      [{ networks: ['203.0.113.0/24'] }, 'reason'],
      [{ networks: null, reason: ' ' }, 'reason'],
    ] as const) {
      const { status, body } = await change(wrong);
      expect([wrong, status, Object.keys(body.error.details)]).toEqual([wrong, 400, [field]]);
    }
    const moved = { networks: ['198.51.100.0/24'], projects: ['a'], reason: 'The build servers have moved.' };
    expect((await change(moved)).body.data).toMatchObject({ networks: ['198.51.100.0/24'], projects: ['a'] });
    expect((await change({ projects: ['a', 'b'] })).body.error.details).toEqual({ projects: expect.any(String) });
    expect((await auditOf(server.db, `account:${server.person.id}`)).at(-1)).toMatchObject({
      actor: 'client:robot',
      details: { reason: moved.reason, before: { networks: ['203.0.113.1/32'], projects: null } },
    });
    expect((await rowsOf(server.db, 'SELECT kind, facts FROM mails ORDER BY seq DESC LIMIT 1'))[0]).toMatchObject({
      kind: 'api_key_changed',
      facts: { by: 'admin', further: true },
    });
    const revoke = () => call(server, `/api-keys/${key.id}/revoke`, { token, body: { reason: 'Found.' } });
    expect((await revoke()).body.data.revoked_at).toMatch(/^20/);
    expect((await revoke()).status).toBe(409);
    for (const path of ['/api-keys', `/accounts/${server.person.id}/api-keys`]) {
      expect([404, 405]).toContain(
        (await call(server, path, { token, body: { name: 'x', scope: 'projects:read' } })).status,
      );
    }
    expect(server.logged()).not.toContain(secret);
  });
});

describe('the page of a key', () => {
  const networksOf = async (id: string) =>
    (await rowsOf(server.db, `SELECT networks FROM api_keys WHERE id = '${id}'`))[0]?.networks;
  const changes = async () =>
    (await auditOf(server.db, `account:${server.person.id}`)).filter(({ action }) => action === 'api_key.changed');
  const mails = () => rowsOf(server.db, `SELECT facts FROM mails WHERE kind = 'api_key_changed' ORDER BY seq`);

  it('limits it to networks, and lets it reach further for a reason only', async () => {
    const { key } = await makeKey(server, { name: 'Movable' });
    const [page, path] = [`/admin/api-key/${key.id}`, `/admin/api-key/${key.id}/networks`];
    const before = (await mails()).length;
    const narrower = await admin.submit(await admin.visit(page), path, {
      networks: '203.0.113.0/25\n 203.0.113.130',
      reason: '',
    });
    expect([narrower.status, narrower.text.includes('The networks of the key are saved.')]).toEqual([200, true]);
    expect(await networksOf(key.id)).toEqual(['203.0.113.0/25', '203.0.113.130/32']);

    for (const networks of ['203.0.113.0/24', '']) {
      const without = await admin.submit(await admin.visit(page), path, { networks, reason: ' ' });
      expect([without.status, without.text.includes('is required: it is what others will read')]).toEqual([422, true]);
      // What was typed is still there.
      expect(without.text).toContain(`>\n${networks}</textarea>`);
    }
    expect(await networksOf(key.id)).toEqual(['203.0.113.0/25', '203.0.113.130/32']);
    const reason = 'The build servers have moved.';
    const wider = await admin.submit(await admin.visit(page), path, { networks: '203.0.113.0/24', reason });
    expect([wider.status, await networksOf(key.id)]).toEqual([200, ['203.0.113.0/24']]);
    expect((await changes()).slice(-2).map(({ actor, details }) => [actor, details])).toEqual([
      [`account:${admin.id}`, expect.not.objectContaining({ reason: expect.anything() })],
      [`account:${admin.id}`, expect.objectContaining({ key_id: key.id, reason, networks: ['203.0.113.0/24'] })],
    ]);
    expect((await mails()).slice(before).map(({ facts }) => facts)).toMatchObject([
      { by: 'admin' },
      { by: 'admin', further: true },
    ]);
  });

  it('says what is wrong with a network or a reason, and changes nothing', async () => {
    const { key } = await makeKey(server, { name: 'Typed wrong' });
    const path = `/admin/api-key/${key.id}/networks`;
    const lines = (await changes()).length;
    const send = async (fields: Record<string, string>) =>
      admin.submit(await admin.visit(`/admin/api-key/${key.id}`), path, fields);
    const wrong = await send({ networks: 'here <b>', reason: '' });
    expect([wrong.status, wrong.text.includes('id="networks-problem"')]).toEqual([422, true]);
    expect(wrong.text).toContain('here &lt;b&gt;');
    const long = await send({ networks: '203.0.113.1', reason: 'x'.repeat(5_000) });
    expect([long.status, long.text.includes('id="reason-problem"')]).toEqual([422, true]);
    expect([await networksOf(key.id), (await changes()).length]).toEqual([null, lines]);
  });

  it('has no such form for a key that has ended, and refuses one that was open', async () => {
    const { key } = await makeKey(server, { name: 'Gone soon' });
    const [page, path] = [`/admin/api-key/${key.id}`, `/admin/api-key/${key.id}/networks`];
    const open = await admin.visit(page);
    expect(open.text).toContain(`action="${path}"`);
    await server.db.script(`UPDATE api_keys SET revoked_at = now() WHERE id = '${key.id}'`);
    expect((await admin.visit(page)).text).not.toContain(`action="${path}"`);
    expect((await admin.submit(open, path, { networks: '203.0.113.1', reason: '' })).status).toBe(409);
    expect(await networksOf(key.id)).toBe(null);
  });
});
