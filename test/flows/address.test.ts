/** A person confirms their address and moves to another one, and the old mailbox can take that back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSecondStep, ageSignIn, confirmation, signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { introspect, obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';

const fresh = 'quite another long password';
let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
async function somebody() {
  made += 1;
  const account = await addPerson(server.db, `address-${made}@example.com`);
  return { ...account, next: `moved-${made}@example.com`, browser: await signedInAs(server, account.email) };
}
const emailOf = async (id: string) =>
  (
    await rowsOf(server.db, `SELECT email, email_verified_at IS NOT NULL AS verified FROM accounts WHERE id = '${id}'`)
  )[0];
const security = '/account/security';
const move = async (browser: Person, email: string) =>
  browser.submit(await browser.visit(security), '/security/address', { email });
const confirm = async (link: string, action: string, browser = newPerson(server.issuer)) =>
  browser.submit(await browser.visit(link), action, {});
const canSignIn = async (email: string, secret = password) => {
  const browser = newPerson(server.issuer);
  await browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password: secret });
  return (await browser.request('/account/apps')).status === 200;
};

it('an address is confirmed by its link, once, and claims say so', async () => {
  const { id, email, browser } = await somebody();
  const claims = async () => {
    const { access_token: token } = await obtainTokens(server, { scope: 'openid email' }, browser);
    const response = await fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    return response.json();
  };
  expect(await claims()).toEqual({ sub: id, email, email_verified: false });
  const page = await browser.visit(security);
  expect(page.text).toContain('Not confirmed');
  const sent = await browser.submit(page, '/address/verify', {});
  expect(sent.text).toContain('Look in your mail.');
  const link = await mailbox.link(email);
  const before = await emailOf(id);
  for (const method of ['GET', 'HEAD'])
    expect((await newPerson(server.issuer).visit(link, { method })).status).toBe(200);
  expect(await emailOf(id)).toEqual(before);

  const done = await confirm(link, '/verify');
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/verify/done`]);
  expect(done.text).toContain('Your address is confirmed');
  expect(done.text).toContain(`For ${email}.`);
  expect(await emailOf(id)).toEqual({ email, verified: true });
  expect((await newPerson(server.issuer).visit(link)).status).toBe(410);
  expect(await claims()).toEqual({ sub: id, email, email_verified: true });
  expect((await browser.visit(security)).text).not.toContain('Not confirmed');
  const actions = (await auditOf(server.db, `account:${id}`)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'account.address_confirmed')).toHaveLength(1);
});

it('a new address counts when its mailbox has confirmed it, and the old one is told', async () => {
  const { id, email, next, browser } = await somebody();
  const asking = newPerson(server.issuer);
  await asking.submit(await asking.visit('/reset'), '/reset', { email });
  const reset = await mailbox.link(email);
  expect((await move(browser, next)).text).toContain('Look in your mail.');
  const link = await mailbox.link(next);
  expect((await mailbox.next(next)).text).toContain(email);
  expect(await emailOf(id)).toEqual({ email, verified: false });
  expect(await canSignIn(next)).toBe(false);

  const done = await confirm(link, '/address');
  expect(done.text).toContain('Your address is changed');
  expect(done.text).toContain(`For ${next}.`);
  expect(await emailOf(id)).toEqual({ email: next, verified: true });
  expect([await canSignIn(email), await canSignIn(next)]).toEqual([false, true]);
  // A link to a mailbox that the account has left opens nothing.
  expect((await newPerson(server.issuer).visit(reset)).status).toBe(410);
  // The person stays signed in.
  expect((await browser.request('/account/apps')).status).toBe(200);
  const told = await mailbox.next(email, 2);
  expect(told.subject).toBe('Your address was changed');
  expect(told.text).toContain(next);
  const [line] = (await auditOf(server.db, `account:${id}`)).filter(
    ({ action }) => action === 'account.address_changed',
  );
  expect(line).toMatchObject({ actor: `account:${id}`, details: { ip: expect.any(String) } });
  // The audit log outlives accounts.
  expect(JSON.stringify(await auditOf(server.db, `account:${id}`))).not.toContain(next);
});

it('the old mailbox undoes a change: the address is back, everything has ended, and a reset leads back in', async () => {
  const { id, email, next, browser } = await somebody();
  const tokens = await obtainTokens(server, { client_id: 'web' }, browser);
  await move(browser, next);
  await confirm(await mailbox.link(next), '/address');
  const undo = await mailbox.link(email);
  expect(undo).toContain('/undo/');
  // The intruder changes the password and moves on to a third address; the first way back still works.
  const third = `third-${made}@example.com`;
  await browser.submit(await browser.visit(security), '/security/password', { password, new_password: fresh });
  await move(browser, third);
  await confirm(await mailbox.link(third), '/address');
  const laterUndo = await mailbox.link(next, 3);
  expect(laterUndo).toContain('/undo/');

  await addSecondStep(server, id);
  await server.db.script(
    `INSERT INTO account_identities (issuer, subject, account_id) VALUES ('https://evil.example', 'x', '${id}')`,
  );
  const done = await confirm(undo, '/undo');
  expect(done.text).toContain('Your address is back');
  expect(done.text).toContain(`For ${email}.`);
  const ways = ['account_totp', 'account_identities'].map(
    (table) => `SELECT 1 FROM ${table} WHERE account_id = '${id}'`,
  );
  expect(await rowsOf(server.db, ways.join(' UNION ALL '))).toEqual([]);
  expect(await emailOf(id)).toEqual({ email, verified: true });
  expect((await browser.request('/account/apps')).status).toBe(303);
  expect((await refresh(server, tokens.refresh_token as string, 'web')).body.error).toBe('invalid_grant');
  expect((await introspect(server, tokens.access_token as string)).body.active).toBe(false);
  expect([await canSignIn(email), await canSignIn(email, fresh), await canSignIn(third, fresh)]).toEqual([
    false,
    false,
    false,
  ]);
  // The intruder's own mailbox has no way back any more.
  expect((await newPerson(server.issuer).visit(laterUndo)).status).toBe(410);

  const person = newPerson(server.issuer);
  const reset = await mailbox.link(email, 2);
  await person.submit(await person.visit(reset), '/reset/new', { new_password: `${fresh} 2` });
  expect((await person.request('/account/apps')).status).toBe(200);
});

it('a new password ends a change that waits for its confirmation', async () => {
  const { id, email, next, browser } = await somebody();
  await move(browser, next);
  const link = await mailbox.link(next);
  await browser.submit(await browser.visit(security), '/security/password', { password, new_password: fresh });
  expect((await newPerson(server.issuer).visit(link)).status).toBe(410);
  expect(await emailOf(id)).toEqual({ email, verified: false });
});

it('a second change ends the first that waits', async () => {
  const { next, browser } = await somebody();
  await move(browser, next);
  const first = await mailbox.link(next);
  await move(browser, `other-${next}`);
  const second = await mailbox.link(`other-${next}`);
  expect((await newPerson(server.issuer).visit(first)).status).toBe(410);
  expect((await newPerson(server.issuer).visit(second)).status).toBe(200);
});

it('an address that has an account gets the same answer, and only its mailbox hears why', async () => {
  const { id, email, browser } = await somebody();
  const other = await somebody();
  const free = await move(browser, `free-${other.next}`);
  const taken = await move(browser, other.email);
  const shape = ({ status, url, text }: typeof free) => [status, url, text.replaceAll(/value="[^"]*"/g, '')];
  expect(shape(taken)).toEqual(shape(free));
  const mail = await mailbox.next(other.email);
  expect(mail.subject).toBe('You have an account already');
  expect(mail.text).not.toContain('vcs_ml_');
  expect(mail.text).not.toContain(email);
  expect(await emailOf(id)).toMatchObject({ email });
});

it('an address that was taken meanwhile is refused', async () => {
  const { id, email, next, browser } = await somebody();
  await move(browser, next);
  const link = await mailbox.link(next);
  await addPerson(server.db, next);
  const refused = await confirm(link, '/address');
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('This address is in use');
  expect(await emailOf(id)).toMatchObject({ email });
});

it('of two accounts that move to one address at the same moment, one does, and the other is told', async () => {
  const [one, two] = [await somebody(), await somebody()];
  await move(one.browser, one.next);
  await move(two.browser, one.next);
  const links = [await mailbox.link(one.next), await mailbox.link(one.next, 2)];
  const answers = await Promise.all(links.map((link) => confirm(link, '/address')));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect([await emailOf(one.id), await emailOf(two.id)].filter((row) => row?.email === one.next)).toHaveLength(1);
});

it('a change needs a recent sign-in, and keeps what was typed', async () => {
  const { id, email, next, browser } = await somebody();
  await ageSignIn(server, id);
  const asked = await move(browser, next);
  expect(asked.text).toContain('name="confirm_password"');
  expect(mailbox.to(next)).toEqual([]);
  const { confirm_password } = await confirmation(server, email);
  const done = await browser.submit(asked, '/security/address', { confirm_password: confirm_password as string });
  expect(done.text).toContain('Look in your mail.');
  await mailbox.next(next);
});

it.each([
  ['what is not an address', 'nonsense', 'does not look like'],
  ['the address itself', 'SAME', 'is the one that you have'],
])('a change to %s is refused', async (_what, typed, problem) => {
  const { email, browser } = await somebody();
  const refused = await move(browser, typed === 'SAME' ? email.toUpperCase() : typed);
  expect(refused.status).toBe(422);
  expect(refused.text).toMatch(new RegExp(`role="alert">New address ${problem}`));
});

it('forms of other sites ask for nothing', async () => {
  const { id, browser } = await somebody();
  for (const path of ['/account/security/address', '/account/security/address/verify']) {
    const body = new URLSearchParams({ email: 'evil@example.com' });
    expect((await browser.request(path, { method: 'POST', body })).status).toBe(403);
  }
  expect(await rowsOf(server.db, `SELECT 1 FROM mails WHERE account_id = '${id}'`)).toEqual([]);
});

it('a form of another site confirms nothing in a browser that has followed the link', async () => {
  const { id, email, next, browser } = await somebody();
  await browser.submit(await browser.visit(security), '/address/verify', {});
  await move(browser, next);
  const links = [await mailbox.link(email), await mailbox.link(next)];
  for (const [n, path] of ['/verify', '/address'].entries()) {
    const person = newPerson(server.issuer);
    expect((await person.visit(links[n] as string)).status).toBe(200);
    expect((await person.request(path, { method: 'POST', body: new URLSearchParams() })).status, path).toBe(403);
  }
  expect(await emailOf(id)).toEqual({ email, verified: false });
});

it('at most two mails in half an hour and three in an hour go to one address', async () => {
  const limited = await startTestServer({ env: { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' } });
  try {
    const to = 'limited@example.com';
    await addPerson(limited.db, to);
    const count = async (address: string) =>
      (await rowsOf(limited.db, `SELECT 1 FROM mails WHERE recipient = '${address}'`)).length;
    const ask = async (email: string, browser = newPerson(limited.issuer)) =>
      browser.submit(await browser.visit('/reset'), '/reset', { email });
    for (const email of [to, 'unknown@example.com']) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(email)));
      expect(new Set(answers.map(({ status, url }) => `${status} ${url}`))).toEqual(
        new Set([`200 ${limited.issuer}/reset/sent`]),
      );
      expect(await count(email)).toBe(2);
    }
    // A browser in which the person has signed in has mails of its own.
    const known = await signedInAs(limited, to);
    await ask(to, known);
    expect(await count(to)).toBe(3);
    // Whenever no link works any more, another can be asked for.
    const later = (minutes: number) =>
      limited.db.script(`UPDATE mails SET created_at = created_at - interval '${minutes} minutes'`);
    const grows: number[] = [];
    for (const minutes of [29, 2, 28, 2]) {
      await later(minutes);
      await ask(to);
      await ask(to);
      grows.push(await count(to));
    }
    // After 29, 31, 59 and 61 minutes.
    expect(grows).toEqual([3, 4, 4, 6]);
  } finally {
    await limited.stop();
  }
});

it('one account asks for at most ten mails in an hour, to whatever addresses', async () => {
  const limited = await startTestServer({ env: { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' } });
  try {
    await addPerson(limited.db, 'writer@example.com');
    const browser = await signedInAs(limited, 'writer@example.com');
    const page = await browser.visit(security);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const { status } = await browser.submit(page, '/security/address', { email: `stranger-${n}@example.com` });
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    const strangers = `SELECT 1 FROM mails WHERE kind = 'address_change_requested'`;
    expect(await rowsOf(limited.db, strangers)).toHaveLength(10);
  } finally {
    await limited.stop();
  }
});

it('one network asks for at most sixty mails in an hour, and is told to wait', async () => {
  const limited = await startTestServer({ env: { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' } });
  const beside = await startTestServer({ beside: limited, env: { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' } });
  try {
    const askOn = async (node: TestServer, email: string) => {
      const browser = newPerson(node.issuer);
      return browser.submit(await browser.visit('/reset'), '/reset', { email });
    };
    for (let n = 0; n < 60; n += 1)
      expect((await askOn(n % 2 ? limited : beside, `many-${n}@example.com`)).status).toBe(200);
    const refused = await askOn(limited, 'many-60@example.com');
    expect([refused.status, Number(refused.headers.get('retry-after')) > 3000]).toEqual([429, true]);
    await eventually(
      async () => (await rowsOf(limited.db, `SELECT 1 FROM mails WHERE status = 'pending'`)).length,
    ).toBe(0);
  } finally {
    await beside.stop();
    await limited.stop();
  }
});
