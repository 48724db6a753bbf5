/** A person changes their own password with the current one, and everything that was open elsewhere ends. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountLockout } from '../../src/policy/lockout.ts';
import { lockAccount } from '../../src/store/accounts.ts';
import { signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { obtainTokens, refresh } from '../support/oauth.ts';
import { formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { addWebhook, deliveriesOf } from '../support/webhooks.ts';

const fresh = 'quite another long password';
const path = '/account/security';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off', RATE_LIMITS: 'on' } });
  await addWebhook(server, 'web', { url: 'http://localhost:9/webhooks' });
});
afterAll(() => server.stop());

let made = 0;
async function somebody() {
  made += 1;
  const account = await addPerson(server.db, `own-${made}@example.com`);
  const browser = await signedInAs(server, account.email);
  return { ...account, browser };
}
const change = async (browser: Person, fields: Record<string, string>, page?: Page) =>
  browser.submit(page ?? (await browser.visit(path)), '/security/password', fields);
const isIn = async (browser: Person) => (await browser.request('/account/apps')).status === 200;
const canSignIn = async (email: string, secret: string) => {
  const browser = newPerson(server.issuer);
  await browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password: secret });
  return isIn(browser);
};
/** What must stay unchanged when a change is refused. */
const kept = async (id: string) =>
  rowsOf(
    server.db,
    `SELECT password_hash, sessions_valid_from, (SELECT count(*) FROM sessions WHERE account_id = a.id) AS sessions,
      (SELECT count(*) FROM audit_events WHERE target = 'account:' || a.id) AS lines FROM accounts a WHERE id = '${id}'`,
  );

it('a change ends every other session and every token, goes on here, and is recorded and announced', async () => {
  const { id, email, browser } = await somebody();
  const elsewhere = await signedInAs(server, email);
  const tokens = await obtainTokens(server, { client_id: 'web' }, browser);
  const planted = newPerson(server.issuer);
  for (const cookie of await browser.jar.getCookies(server.issuer)) {
    await planted.jar.setCookie(cookie.cookieString(), server.issuer);
  }
  expect(await isIn(planted)).toBe(true);
  const lines = (await auditOf(server.db, `account:${id}`)).length;

  const page = await change(browser, { password, new_password: fresh });
  expect([page.status, page.url]).toEqual([200, `${server.issuer}${path}`]);
  expect(page.text).toContain('Your password is changed.');
  expect((await browser.visit(path)).text).not.toContain('Your password is changed.');
  expect([await isIn(browser), await isIn(elsewhere), await isIn(planted)]).toEqual([true, false, false]);
  expect((await refresh(server, tokens.refresh_token as string, 'web')).body.error).toBe('invalid_grant');
  expect([await canSignIn(email, password), await canSignIn(email, fresh)]).toEqual([false, true]);

  const by = { actor: `account:${id}`, request_id: expect.stringMatching(/^req_/) };
  const log = (await auditOf(server.db, `account:${id}`)).slice(lines);
  expect(log.slice(0, 2)).toEqual([
    { ...by, action: 'account.password_set', details: { families_ended: 1, ip: expect.any(String) } },
    { ...by, action: 'account.signed_in', details: { ip: expect.any(String), language: 'en', methods: ['pwd'] } },
  ]);
  expect(log[0]?.request_id).toBe(log[1]?.request_id);
  const [told, ...more] = await deliveriesOf(server, 'web');
  expect(more).toEqual([]);
  expect(JSON.parse(told?.body as string)).toMatchObject({
    type: 'grant.revoked',
    data: { sub: id, reason: 'user', grant_id: null },
  });
  for (const secret of [password, fresh]) {
    expect(JSON.stringify(log)).not.toContain(secret);
    expect(server.logged()).not.toContain(secret);
  }
});

it.each([
  ['the current one is wrong', { password: 'not the password', new_password: fresh }, 'Current password is wrong'],
  ['the current one is missing', { new_password: fresh }, 'Current password is wrong'],
  ['the new one is short', { password, new_password: 'short' }, '<b>Too short.</b> It needs at least 8 characters.'],
  ['the new one is missing', { password }, '<b>Too short.</b> It needs at least 8 characters.'],
  [
    'the new one is too long',
    { password, new_password: 'é'.repeat(129) },
    '<b>Too long.</b> It may have at most 128 characters.',
  ],
  ['both are one', { password, new_password: password }, '<b>That is the current password.</b> Choose another one.'],
])('a change is refused, and nothing happens, when %s', async (_what, fields: Record<string, string>, problem) => {
  const { id, browser } = await somebody();
  const before = await kept(id);
  const page = await change(browser, fields);
  expect(page.status).toBe(422);
  expect(page.text).toMatch(new RegExp(`role="alert">${problem}`));
  for (const typed of Object.values(fields)) expect(page.text).not.toContain(`value="${typed}`);
  expect(await kept(id)).toEqual(before);
  const again = await change(browser, { password, new_password: fresh }, page);
  expect(again.text).toContain('Your password is changed.');
});

it('wrong guesses count like those at sign-in, and changes do not count', async () => {
  const { id, email, browser } = await somebody();
  const page = await browser.visit(path);
  for (let guess = 1; guess <= accountLockout.freeFailures; guess += 1) {
    expect((await change(browser, { password: `guess ${guess}`, new_password: fresh }, page)).status).toBe(422);
  }
  const before = await kept(id);
  const late = await change(browser, { password, new_password: fresh }, page);
  expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(late.text).toMatch(/role="alert"[^>]*>.*Too many tries\..*Nothing was changed\. Wait \d+ seconds/s);
  expect(await kept(id)).toEqual(before);
  // The same count applies: this browser has to wait at sign-in too.
  await browser.submit(page, '/sign-out', {});
  const signIn = await browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password });
  expect(signIn.status).toBe(429);
  expect(await canSignIn(email, password)).toBe(true);

  const other = await somebody();
  let old = password;
  for (let times = 0; times < accountLockout.freeFailures + 2; times += 1) {
    const next = `${fresh} ${times}`;
    expect((await change(other.browser, { password: old, new_password: next })).status).toBe(200);
    old = next;
  }
});

it('a form of another site, or from before signing out, changes nothing', async () => {
  const { id, browser } = await somebody();
  const page = await browser.visit(path);
  const before = await kept(id);
  const body = { password, new_password: fresh };
  const post = (more: Record<string, string>) =>
    browser.request(`${path}/password`, { method: 'POST', body: new URLSearchParams({ ...body, ...more }) });
  expect((await post({})).status).toBe(403);
  const other = await somebody();
  const foreign = Object.fromEntries(formOf(await other.browser.visit(path), '/security/password').hidden);
  expect((await post(foreign)).status).toBe(403);
  expect(await kept(id)).toEqual(before);
  await browser.submit(page, '/sign-out', {});
  const signedOut = await post(Object.fromEntries(formOf(page, '/security/password').hidden));
  expect([signedOut.status, signedOut.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in\?/)]);
  expect((await browser.visit(path)).text).toContain('Sign in to VibeCaaS');
  expect((await kept(id))[0]?.password_hash).toBe(before[0]?.password_hash);
});

it('one of two changes at the same moment takes effect', async () => {
  const { id, email, browser } = await somebody();
  const page = await browser.visit(path);
  const offered = [`${fresh} 1`, `${fresh} 2`];
  const waiting = `SELECT count(*)::integer AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const { sent } = await server.db.transaction(async (trx) => {
    await lockAccount(trx, id);
    const both = offered.map((new_password) => change(browser, { password, new_password }, page));
    await eventually(async () => (await rowsOf(server.db, waiting))[0]?.n).toBe(2);
    return { sent: both };
  });
  expect((await Promise.all(sent)).map(({ status }) => status).toSorted()).toEqual([200, 422]);
  const set = (await auditOf(server.db, `account:${id}`)).filter(({ action }) => action === 'account.password_set');
  expect(set).toHaveLength(1);
  const works = await Promise.all(offered.map((secret) => canSignIn(email, secret)));
  expect(works.toSorted()).toEqual([false, true]);
});
