/** An admin pastes a text with secrets, on the page and by REST. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../../src/operations/api-keys.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { ageSignIn, signedInAdmin } from '../../support/admin.ts';
import { introspect } from '../../support/oauth.ts';
import type { Person } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdmin(server, 'admin');
});
afterAll(() => server.stop());

const makeKey = async (name = 'CI') => {
  const input = { name, environment: 'live', scope: ['projects:read'], projects: null, networks: null } as const;
  const by = { id: `account:${server.person.id}` };
  return (await createApiKey(server.db, server.person.id, { ...input, expiresAt: null }, by)).secret;
};
const makeApp = async (client_id: string) => {
  const made = await createClient(server.db, { client_id, client_name: 'App', type: 'service' } as never, {
    id: 'test',
  });
  return made.clientSecret as string;
};
const submit = async (fields: Record<string, string>) =>
  admin.submit(await admin.visit('/admin/leaked'), '/admin/leaked', fields);
const isActive = async (key: string) => (await introspect(server, key)).body.active;

it('What is pasted ends, and the page shows prefix and last four characters only', async () => {
  const [key, secret] = [await makeKey('<b>Build</b>'), await makeApp('pasted')];
  const text = `KEY=${key}\nSECRET=${secret}\nvcs_sk_live_${'0'.repeat(49)} and more`;
  const page = await submit({ text, found_at: ' ticket 4711 ' });
  expect([page.status, await isActive(key)]).toEqual([200, false]);
  expect(page.text).toContain('2 secrets have ended.');
  expect(page.text).toContain(`vcs_sk_live_…${key.slice(-4)}`);
  expect(page.text).toContain('The app has no other secret');
  expect(page.text).toContain('&lt;b&gt;Build&lt;/b&gt;');
  for (const whole of [key, secret]) expect(page.text).not.toContain(whole.slice(12, -4));
  expect(page.headers.get('cache-control')).toContain('no-store');
  const { rows } = await server.db.pgPool.query("SELECT id FROM accounts WHERE role = 'admin'");
  expect((await auditOf(server.db, 'client:pasted')).at(-1)).toMatchObject({
    actor: `account:${rows[0].id}`,
    action: 'client.secret_leaked',
    details: { found_at: ['ticket 4711'] },
  });
  const again = await submit({ text });
  expect(again.text).toContain('Nothing ended that had not ended before');
  expect(again.text).toContain('Had ended before');
});

it('A text without secrets, and none at all, are told', async () => {
  expect((await submit({ text: 'vcs_sk_live_…9u2T' })).text).toContain('The text has no secret of this server.');
  const none = await submit({ text: ' \n', found_at: 'ticket 4711' });
  expect([none.status, none.text]).toEqual([422, expect.stringContaining('role="alert"')]);
  expect(none.text).toContain('value="ticket 4711"');
});

it('A long text is read, a longer one is refused', async () => {
  const key = await makeKey();
  expect((await submit({ text: `${'x'.repeat(1_900_000)} ${key}` })).status).toBe(200);
  expect(await isActive(key)).toBe(false);
  const other = await makeKey();
  expect((await submit({ text: `${other} ${'x'.repeat(2_200_000)}` })).status).toBe(413);
  expect(await isActive(other)).toBe(true);
});

it('No page carries what was pasted: a sign-in that is not recent is renewed first', async () => {
  const key = await makeKey();
  const form = await admin.visit('/admin/leaked');
  const { rows } = await server.db.pgPool.query("SELECT id FROM accounts WHERE role = 'admin'");
  for (const { id } of rows) await ageSignIn(server, id);
  const asked = await admin.request(`${server.issuer}/admin/leaked`);
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/account/confirm?next=%2Fadmin%2Fleaked']);
  const sent = await admin.submit(form, '/admin/leaked', { text: key });
  expect(sent.url).toContain('/account/confirm');
  expect([sent.text.includes(key.slice(12, -4)), await isActive(key)]).toEqual([false, true]);
  admin = await signedInAdmin(server);
});

it('A form of another site, or without its anti-forgery value, ends nothing', async () => {
  const key = await makeKey();
  const body = new URLSearchParams({ text: key });
  expect((await admin.visit('/admin/leaked', { method: 'POST', body })).status).toBe(403);
  expect(await isActive(key)).toBe(true);
});

it('By REST, a caller with both powers ends them, and one with less does not', async () => {
  const key = await makeKey();
  const token = await adminToken(server, 'admin');
  const send = (body: object, by = token) => call(server, '/leaked-secrets', { method: 'POST', body, token: by });
  const weak = await adminToken(server, 'admin', 'clients:write');
  expect((await send({ text: key }, weak)).status).toBe(403);
  const tried = await send({ text: `x=${key}`, dry_run: true });
  expect(tried.body.data).toMatchObject({ revoked: 0, secrets: [{ outcome: 'works', name: 'CI' }] });
  expect(await isActive(key)).toBe(true);
  const done = await send({ text: `x=${key}`, found_at: 'https://a.example/b' });
  expect(done.body.data).toMatchObject({
    revoked: 1,
    secrets: [{ kind: 'api_key', looks_like: `vcs_sk_live_…${key.slice(-4)}`, outcome: 'revoked', is_last: false }],
  });
  expect(JSON.stringify(done.body)).not.toMatch(/hash|recipients|@example/);
  expect(await isActive(key)).toBe(false);
  for (const wrong of [{}, { text: '' }, { text: 7 }, { text: 'x', more: 1 }]) {
    expect((await send(wrong)).status).toBe(400);
  }
  const kept = await rowsOf(server.db, "SELECT count(*)::int AS n FROM audit_events WHERE action = 'api_key.leaked'");
  expect(kept).toEqual([{ n: 3 }]);
});
