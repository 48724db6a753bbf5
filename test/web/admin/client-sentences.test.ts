/** What the pages of a client say is true of every kind of client. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { deviceGrantType } from '../../../src/policy/device-codes.ts';
import { signedInAdmin } from '../../support/admin.ts';
import type { Page } from '../../support/person.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

async function newClient(client_id: string, input: object): Promise<string> {
  const client = { client_id, client_name: `App ${client_id}`, redirect_uris: [redirectUri], ...input };
  await createClient(server.db, client as never, { id: 'test', reason: 'A test.' });
  return `/admin/client/${client_id}`;
}

it.each([
  ['own-web', { type: 'web' }, 'never: it is VibeCaaS’s own'],
  ['own-native', { type: 'native' }, 'each time: nothing proves which program asks'],
  [
    'own-device',
    { type: 'web', grant_types: ['authorization_code', 'refresh_token', deviceGrantType] },
    'only on a device: it is VibeCaaS’s own',
  ],
])('the overview of %s says when that app of VibeCaaS itself asks people', async (id, input, said) => {
  const path = await newClient(id, { ...input, first_party: true });
  expect(/<dt>Asks people<\/dt><dd>([^<]*)/.exec((await admin.visit(path)).text)?.[1]).toBe(said);
});

it('the review of a client shows what it says in words, and nothing that it does not say', async () => {
  const silent = await newClient('silent', { type: 'web' });
  const wants = { backchannel_logout_uri: 'https://app.example/out', backchannel_logout_session_required: true };
  const says = await newClient('says', { type: 'web', ...wants });
  const row = /<dt>It needs the session’s id<\/dt><dd>([\s\S]*?)<\/dd>/;
  expect(row.exec((await admin.visit(`${silent}/review`)).text)).toBeNull();
  expect(row.exec((await admin.visit(`${says}/review`)).text)?.[1]).toContain('yes');
});

it('the review says what people read of an app of VibeCaaS itself, and that a service asks nobody', async () => {
  const own = await newClient('own-review', { type: 'web', first_party: true });
  const service = await newClient('service-review', { type: 'service', redirect_uris: [] });
  const draft = await newClient('draft-review', { type: 'web' });
  const review = async (path: string) => (await admin.visit(`${path}/review`)).text;
  const inReview = async (path: string) =>
    (await admin.submit(await admin.visit(`${path}/review`), '/submit', {})).text;
  for (const read of [review, inReview]) {
    expect(await read(own)).toContain('people read “By VibeCaaS”');
    expect(await read(service)).toContain('It acts for itself and asks nobody.');
    for (const path of [own, service]) expect(await review(path)).not.toContain('people are told');
  }
  expect(await review(draft)).toContain('people are told that nobody has checked it');
});

it('the page of a logo says which one people see of an app of VibeCaaS itself', async () => {
  const own = await newClient('own-logo', { type: 'web', first_party: true });
  const other = await newClient('other-logo', { type: 'web' });
  expect((await admin.visit(`${own}/logo`)).text).toContain('People see the mark of VibeCaaS in its place.');
  expect((await admin.visit(`${other}/logo`)).text).toContain('People see it when the client is verified.');
});

const notice = (page: Page): string =>
  (/role="status"[^>]*>([\s\S]*?)<\/div><\/div>/.exec(page.text)?.[1] ?? '').replace(/<[^>]*>/g, '').trim();

it('a service without a secret is registered, and nothing is said of people', async () => {
  const form = await admin.visit('/admin/clients/new');
  const page = await admin.submit(form, '/admin/clients', {
    client_name: 'Nightly export',
    type: 'service',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://app.example/jwks',
    'scope:projects:read': 'required',
  });
  expect(notice(page)).toBe('The client is registered. It works from now on.');
});

it('a webhook that is saved while it is off is not said to get events', async () => {
  const path = `${await newClient('hooked', { type: 'web' })}/webhooks`;
  const hook = { url: 'https://app.example/hook', events: ['grant.revoked'] };
  await admin.submit(await admin.visit(path), '/webhooks', hook);
  const off = await admin.submit(await admin.visit(path), '/webhooks', hook);
  expect(notice(off)).toBe('The webhook is saved. It is off: no event is sent.');
  const on = await admin.submit(await admin.visit(path), '/webhooks', { ...hook, enabled: 'on' });
  expect(notice(on)).toBe('The webhook is saved. Events from now on go there.');
});

it('an account that has only passkeys is not said to need its password alone once they are removed', async () => {
  const { id } = await addPerson(server.db, 'no-password@example.com');
  await server.db.pgPool.query('UPDATE accounts SET password_hash = NULL WHERE id = $1', [id]);
  const act = `/admin/account/${id}/second-step/reset`;
  const page = await admin.submit(await admin.visit(act), '/second-step/reset', { reason: 'Lost the phone.' });
  expect(notice(page)).toBe(
    'Second step and passkeys are removed. Sessions ended, and nothing that was removed works any more.',
  );
});
