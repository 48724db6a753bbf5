/** Access to the admin pages: every page and form, for everybody who is not an admin. */
import { generateSync } from 'otplib/functional';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setRole, suspendAccount } from '../../../src/operations/accounts.ts';
import { createPasswords } from '../../../src/operations/passwords.ts';
import {
  addAdmin,
  addSecondStep,
  ageSignIn,
  codeNow,
  confirmation,
  signedInAdmin,
  signedInAs,
} from '../../support/admin.ts';
import { makeKey } from '../../support/api-keys.ts';
import { newPerson, type Person } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let plain: Person;
let keyId: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  plain = await signedInAs(server, server.person.email);
  keyId = (await makeKey(server, {}, 'test')).key.id;
});
afterAll(() => server.stop());

const pages = [
  '/admin/unregistered',
  '/admin/unregistered/rule?kind=host&value=agent.example',
  '/admin',
  '/admin/clients',
  '/admin/clients/new',
  '/admin/clients/new?type=web',
  '/admin/client/spa',
  '/admin/client/spa/people',
  '/admin/client/spa/review',
  '/admin/client/spa/history',
  '/admin/client/spa/stop',
  '/admin/client/spa/logo',
  '/admin/client/spa/logo/remove',
  '/admin/client/spa/edit',
  '/admin/client/web/secrets',
  '/admin/client/web/secrets/1/remove',
  '/admin/client/nobody',
  '/admin/client/spa/webhooks',
  '/admin/client/spa/webhooks/deliveries/msg_1',
  '/admin/accounts',
  '/admin/accounts/new',
  '/admin/invitations',
  '/admin/invitations/new',
  '/admin/account/acc_nobody',
  '/admin/account/PERSON/disconnect',
  '/admin/account/PERSON/sessions/end',
  '/admin/account/PERSON/sessions/end-all',
  '/admin/account/PERSON/password',
  '/admin/account/PERSON/password/require',
  '/admin/account/PERSON/second-step/reset',
  '/admin/account/PERSON/passkeys/remove',
  '/admin/account/PERSON/delete',
  '/admin/account/PERSON/role/admin',
  '/admin/account/PERSON/role/user',
  '/admin/account/PERSON/suspend',
  '/admin/api-keys',
  '/admin/api-key/KEY',
  '/admin/api-key/KEY/revoke',
  '/admin/audit',
  '/admin/audit/export',
  '/admin/client/spa/insight',
  '/admin/client/spa/errors',
  '/admin/errors',
  '/admin/statistics',
  '/admin/keys',
  '/admin/leaked',
  '/admin/signals',
  '/admin/signals/spa',
  '/admin/signals/spa/pause',
  '/admin/signals/spa/enable',
  '/admin/signals/spa/remove',
];
const forms = [
  '/admin/clients',
  '/admin/client/spa/edit',
  '/admin/client/spa/verify',
  '/admin/client/spa/submit',
  '/admin/client/spa/send-back',
  '/admin/client/spa/logo',
  '/admin/client/spa/logo/remove',
  '/admin/client/web/secrets',
  '/admin/client/web/secrets/1/remove',
  '/admin/client/spa/document',
  '/admin/client/spa/give-back',
  '/admin/client/spa/disable',
  '/admin/client/spa/enable',
  '/admin/client/spa/delete',
  '/admin/client/spa/webhooks',
  '/admin/client/spa/webhooks/secrets',
  '/admin/client/spa/webhooks/test',
  '/admin/client/spa/webhooks/remove',
  '/admin/client/spa/webhooks/replay',
  '/admin/client/spa/webhooks/deliveries/msg_1/replay',
  '/admin/accounts',
  '/admin/invitations',
  '/admin/invitations/inv_nobody/resend',
  '/admin/invitations/inv_nobody/withdraw',
  '/admin/account/PERSON/disconnect',
  '/admin/account/PERSON/sessions/end',
  '/admin/account/PERSON/sessions/end-all',
  '/admin/account/PERSON/details',
  '/admin/account/PERSON/password',
  '/admin/account/PERSON/password/require',
  '/admin/account/PERSON/second-step/reset',
  '/admin/account/PERSON/passkeys/remove',
  '/admin/account/PERSON/delete',
  '/admin/account/PERSON/role/admin',
  '/admin/account/PERSON/role/user',
  '/admin/account/PERSON/suspend',
  '/admin/account/PERSON/restore',
  '/admin/keys/rotate',
  '/admin/leaked',
  '/admin/signals/spa/pause',
  '/admin/signals/spa/enable',
  '/admin/signals/spa/remove',
  '/admin/api-keys',
  '/admin/api-key/KEY/networks',
  '/admin/api-key/KEY/revoke',
  '/admin/unregistered/rule',
];
const requests = [
  ...pages.map((path) => ['GET', path] as const),
  ...pages.map((path) => ['HEAD', path] as const),
  ...forms.map((path) => ['POST', path] as const),
];
const others = [...new Set([...pages, ...forms])].flatMap((path) =>
  ['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, path] as const),
);
const at = (path: string) => path.replace('PERSON', server.person.id).replace('KEY', keyId);
const send = (person: Person, method: string, path: string) =>
  person.request(at(path), { method, ...(method === 'POST' && { body: new URLSearchParams({ role: 'admin' }) }) });

it('the tables above name every route that exists', async () => {
  const { adminRoutes } = await import('../../../src/web/admin/index.ts');
  const router = adminRoutes({} as never);
  const routes = router.stack.flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`));
  const pattern = (path: string) =>
    path
      .split('?')[0]
      ?.replace(/(client|account|api-key|signals)\/[^/]+/, '$1/:id')
      .replace(/inv_nobody/, ':id')
      .replace(/secrets\/\d+/, 'secrets/:secret')
      .replace(/deliveries\/[^/]+/, 'deliveries/:delivery');
  const named = requests.map(([method, path]) => `${method} ${pattern(path)}`);
  expect([...new Set(routes)].map((route) => route.replace(/\/$/, '')).sort()).toEqual([...new Set(named)].sort());
});

describe.each(requests)('%s %s', (method, path) => {
  it('sends a person who is not signed in to sign in, and back', async () => {
    const page = await send(newPerson(server.issuer), method, path);
    const back = method === 'POST' ? '/admin' : at(path);
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(back)}`);
  });

  it('does not exist for people who are not admins', async () => {
    const page = await send(plain, method, path);
    expect(page.status).toBe(404);
    if (method !== 'HEAD') expect(page.text).toContain('There is nothing here');
  });

  if (method === 'POST') {
    it('refuses a form without its anti-forgery value, and one of another session', async () => {
      expect((await send(admin, method, path)).status).toBe(403);
      const other = await signedInAdmin(server);
      const stolen = /name="csrf" value="([^"]*)"/.exec((await other.visit('/admin/clients')).text)?.[1] as string;
      const body = new URLSearchParams({ csrf: stolen });
      expect((await admin.request(at(path), { method, body })).status).toBe(403);
    });
  }
});

it.each(others)('%s %s does nothing, not even for an admin', async (method, path) => {
  for (const person of [plain, admin]) {
    const page = await send(person, method, path);
    expect(page.status).toBe(method === 'OPTIONS' ? 204 : 405);
    expect(page.headers.get('allow')).toMatch(/^(HEAD, GET|HEAD, GET, POST|POST), OPTIONS$/);
  }
});

it('none of these requests changed anything', async () => {
  const left = await rowsOf(
    server.db,
    `SELECT count(*)::int AS n FROM audit_events WHERE actor LIKE 'account:%' AND action <> 'account.signed_in'`,
  );
  expect(left).toEqual([{ n: 0 }]);
});

it('the current role counts, not the one at sign-in', async () => {
  const person = await addPerson(server.db, 'newly@example.com');
  await addSecondStep(server, person.id);
  const browser = await signedInAs(server, person.email);
  expect((await browser.request('/admin/clients')).status).toBe(404);
  await setRole(server.db, person.id, 'admin', { id: 'test', reason: 'A test.' });
  expect((await browser.request('/admin/clients')).status).toBe(200);
  await setRole(server.db, person.id, 'user', { id: 'test' });
  expect((await browser.request('/admin/clients')).status).toBe(404);
  expect(
    (await auditOf(server.db, `account:${person.id}`)).map(({ action, details }) => [action, details]).slice(-2),
  ).toEqual([
    ['account.role_set', { before: 'user', after: 'admin', reason: 'A test.' }],
    ['account.role_set', { before: 'admin', after: 'user' }],
  ]);
});

it('an admin without a second step sets one up before any page, and comes back to the page that was asked for', async () => {
  const person = await addPerson(server.db, 'no-second-step@example.com');
  await setRole(server.db, person.id, 'admin', { id: 'test', reason: 'A test.' });
  const browser = await signedInAs(server, person.email);
  for (const path of pages) expect((await browser.request(at(path))).status, path).toBe(303);
  const page = await browser.visit('/admin/clients');
  expect(new URL(page.url).pathname).toBe('/account/security/second-step');
  expect(page.text).toContain('Admins need a second step.');
  const key = /class="key">([A-Z2-7 ]+)</.exec(page.text)?.[1]?.replaceAll(' ', '') as string;
  const codes = await browser.submit(page, '/security/second-step', { otp: generateSync({ secret: key }) });
  expect(codes.text).toContain('The second step is on.');
  const back = await browser.submit(codes, '/second-step/saved', { saved: 'on' });
  expect([back.status, back.url]).toEqual([200, `${server.issuer}/admin/clients`]);
});

it('an admin who has a second step but did not show it is asked for the code alone', async () => {
  const person = await addPerson(server.db, 'half@example.com');
  const browser = await signedInAs(server, person.email);
  await setRole(server.db, person.id, 'admin', { id: 'test', reason: 'A test.' });
  await addSecondStep(server, person.id);
  const asked = await browser.visit('/admin/clients');
  expect(asked.text).toContain('name="confirm_code"');
  expect(asked.text).not.toContain('name="confirm_password"');
  const wrong = await browser.submit(asked, '/account/confirm', { confirm_code: '000000' });
  expect([wrong.status, (await browser.request('/admin/clients')).status]).toEqual([422, 303]);
  const back = await browser.submit(wrong, '/account/confirm', { confirm_code: await codeNow(server, person.email) });
  expect([back.status, back.url]).toEqual([200, `${server.issuer}/admin/clients`]);
});

it('an admin whose second step was removed sets up another one, although the session had shown it', async () => {
  const other = await signedInAdmin(server);
  expect((await other.request('/admin/clients')).status).toBe(200);
  await server.db.pgPool.query('DELETE FROM account_totp WHERE account_id = $1', [other.id]);
  const page = await other.visit('/admin/clients');
  expect([new URL(page.url).pathname, page.text.includes('Admins need a second step.')]).toEqual([
    '/account/security/second-step',
    true,
  ]);
  await ageSignIn(server, other.id);
  const again = await other.visit('/admin/clients');
  expect(new URL(again.url).pathname).toBe('/account/confirm');
  const signIn = await other.visit(
    /href="([^"]*sign-in\?again[^"]*)"/.exec(again.text)?.[1]?.replaceAll('&amp;', '&') as string,
  );
  const back = await other.submit(signIn, '/sign-in', { email: other.email, password });
  expect(new URL(back.url).pathname).toBe('/account/security/second-step');
});

it('a suspended admin loses access at once', async () => {
  const other = await signedInAdmin(server);
  await suspendAccount(server.db, other.id, { id: 'test' });
  expect((await other.request('/admin/clients')).status).toBe(303);
});

describe('more than ten minutes after a sign-in', () => {
  it('a change needs password and code again, keeps what was typed, and is then made', async () => {
    const other = await signedInAdmin(server);
    const form = await other.visit('/admin/clients/new');
    await ageSignIn(server, other.id);
    expect((await other.request('/admin/clients')).status, 'looking needs none').toBe(200);
    const typed = {
      client_name: 'Late',
      redirect_uris: 'https://late.example/a\nhttps://late.example/b',
      type: 'spa',
      'scope:projects:read': 'required',
      'scope:ai:generate': 'required',
    };
    const asked = await other.submit(form, '/admin/clients', typed);
    expect(asked.text).toContain('Confirm it is you');
    expect(await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_name = 'Late'`)).toEqual([]);

    const wrong = await other.submit(asked, '/admin/clients', {
      confirm_password: 'not it at all',
      confirm_code: '000000',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('role="alert"');
    expect(wrong.text).not.toContain('not it at all');
    expect(await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_name = 'Late'`)).toEqual([]);

    const detail = await other.submit(wrong, '/admin/clients', await confirmation(server, other.email));
    expect(detail.text).toContain('The client is registered.');
    expect(await rowsOf(server.db, `SELECT redirect_uris, scope FROM clients WHERE client_name = 'Late'`)).toEqual([
      { redirect_uris: ['https://late.example/a', 'https://late.example/b'], scope: 'projects:read ai:generate' },
    ]);
    const again = await other.submit(await other.visit('/admin/clients/new?type=spa'), '/admin/clients', {
      ...typed,
      client_name: 'Later',
    });
    expect(again.text, 'once is enough').toContain('The client is registered.');
  });

  it('the page that asks does not carry a password that was typed', async () => {
    const other = await signedInAdmin(server);
    const form = await other.visit('/admin/accounts/new');
    await ageSignIn(server, other.id);
    const typed = { email: 'carried@example.com', name: 'Carried', new_password: 'a secret that was typed' };
    const asked = await other.submit(form, '/admin/accounts', typed);
    expect(asked.text).toContain('carried@example.com');
    expect(asked.text).not.toContain(typed.new_password);
    const back = await other.submit(asked, '/admin/accounts', await confirmation(server, other.email));
    expect(back.status).toBe(422);
    expect(back.text).toContain('value="carried@example.com"');
  });

  it('the password of another admin is not accepted', async () => {
    const [one, two] = [await signedInAdmin(server), await addAdmin(server)];
    const form = await one.visit('/admin/clients/new?type=spa');
    await ageSignIn(server, one.id);
    const hash = await createPasswords({ maxWaitMs: 600_000 }).hash('a password that is only hers');
    await server.db.pgPool.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [one.id, hash]);
    const asked = await one.submit(form, '/admin/clients', { client_name: 'No' });
    const wrong = await one.submit(asked, '/admin/clients', {
      ...(await confirmation(server, one.email)),
      email: two.email,
    });
    expect(wrong.status).toBe(422);
  });
});
