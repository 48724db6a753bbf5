/** Where a new password leads: back to the app, unless there are other ways in to look at first. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSecondStep, codeNow } from '../support/admin.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { authorizeUrl, callback, exchange } from '../support/oauth.ts';
import { decide, newPerson, type Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

const fresh = 'quite another long password';
const issuer = 'https://elsewhere.example';
let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  const upstream = {
    name: 'elsewhere',
    title: 'Elsewhere',
    issuer,
    client_id: 'us',
    client_secret: 'a secret of ours',
  };
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, UPSTREAMS: JSON.stringify([upstream]) } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
async function somebody() {
  made += 1;
  return addPerson(server.db, `return-${made}@example.com`);
}
const identityOf = (id: string) =>
  server.db.script(
    `INSERT INTO account_identities (issuer, subject, account_id, label) VALUES ('${issuer}', '${id}', '${id}', 'eve')`,
  );

/** The app sends the person to us; they have forgotten the password, and ask for a link. */
async function forgetsOnTheWay(browser: Person, email: string): Promise<{ uid: string; link: string }> {
  const page = await browser.visit(authorizeUrl(server));
  const address = /href="(\/interaction\/([\w-]+)\/reset)"/.exec(page.text);
  const form = await browser.visit(address?.[1] as string);
  expect(form.url).toBe(`${server.issuer}/reset`);
  await browser.submit(form, '/reset', { email });
  return { uid: address?.[2] as string, link: await mailbox.link(email) };
}
const setNew = async (browser: Person, link: string, more: Record<string, string> = {}) =>
  browser.submit(await browser.visit(link), '/reset/new', { new_password: fresh, ...more });
const isIn = async (browser: Person) => (await browser.request('/account/apps')).status === 200;

it('somebody who comes from an app goes on to it, with the new password', async () => {
  const { email } = await somebody();
  const browser = newPerson(server.issuer);
  const { link } = await forgetsOnTheWay(browser, email);
  const consent = await setNew(browser, link);
  expect(consent.text).toContain('name="decision"');
  const back = await decide(browser, consent, 'allow', ['profile']);
  expect(callback(back).get('code')).toMatch(/./);
  expect((await exchange(server, callback(back).get('code') as string)).status).toBe(200);
});

it('a second step that the reset has asked for is not asked for again on the way to the app', async () => {
  const { id, email } = await somebody();
  await addSecondStep(server, id);
  const browser = newPerson(server.issuer);
  const { link } = await forgetsOnTheWay(browser, email);
  const consent = await setNew(browser, link, { otp: await codeNow(server, email) });
  expect(consent.text).toContain('name="decision"');
});

it('a link that is opened in another browser leads to the security page, and signs nobody in to the app', async () => {
  const { email } = await somebody();
  const [browser, other] = [newPerson(server.issuer), newPerson(server.issuer)];
  const { uid, link } = await forgetsOnTheWay(browser, email);
  const done = await setNew(other, link);
  expect(done.url).toBe(`${server.issuer}/account/security`);
  expect(done.text).not.toContain('/interaction/');
  // The app's page in the first browser still asks.
  expect((await browser.visit(`/interaction/${uid}`)).text).toContain('name="password"');
  expect((await other.visit(`/interaction/${uid}/reset`)).status).toBe(410);
});

it('other ways into the account are shown before the app, with a way to remove them', async () => {
  const { id, email } = await somebody();
  await identityOf(id);
  const browser = newPerson(server.issuer);
  const { uid, link } = await forgetsOnTheWay(browser, email);
  const page = await setNew(browser, link);
  expect(page.url).toBe(`${server.issuer}/account/security`);
  expect(page.text).toContain('still open this account');
  expect(page.text).toContain(`href="/interaction/${uid}/second-step"`);
  const after = await browser.submit(page, '/elsewhere/disconnect', {});
  expect(after.text).not.toContain('still open this account');
  expect(await rowsOf(server.db, `SELECT 1 FROM account_identities WHERE account_id = '${id}'`)).toEqual([]);
  const consent = await browser.visit(`/interaction/${uid}/second-step`);
  expect(consent.text).toContain('name="decision"');
});

it('somebody who comes from nowhere sees other ways in too, and who has none only that the password is new', async () => {
  const [one, two] = [await somebody(), await somebody()];
  await identityOf(one.id);
  const texts: string[] = [];
  for (const { email } of [one, two]) {
    const browser = newPerson(server.issuer);
    await browser.submit(await browser.visit('/reset'), '/reset', { email });
    const page = await setNew(browser, await mailbox.link(email));
    expect(page.url).toBe(`${server.issuer}/account/security`);
    expect(page.text).toContain('Your password is changed.');
    expect(page.text).not.toContain('/interaction/');
    texts.push(page.text);
    expect(await isIn(browser)).toBe(true);
  }
  expect(texts.map((text) => text.includes('still open this account'))).toEqual([true, false]);
});

it('an authorization that is over is not gone back to', async () => {
  const { email } = await somebody();
  const browser = newPerson(server.issuer);
  const { link } = await forgetsOnTheWay(browser, email);
  const cookie = (await browser.jar.getCookies(server.issuer)).find(({ key }) => key.endsWith('reset_for'));
  // As long as the authorization itself.
  const minutes = (Number(cookie?.expires) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(50);
  expect(minutes).toBeLessThanOrEqual(60);
  await browser.jar.setCookie(`${cookie?.key}=; Path=/; Max-Age=0`, server.issuer);
  expect((await setNew(browser, link)).url).toBe(`${server.issuer}/account/security`);
});
