/** A passkey as the second step of a sign-in, and in place of password and code before something dangerous. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPassword, setRole } from '../../src/operations/accounts.ts';
import { resetSecondStep } from '../../src/operations/lost-factors.ts';
import { lockAccount } from '../../src/store/accounts.ts';
import { sql } from '../../src/store/builder.ts';
import { renderMail } from '../../views/mails/index.ts';
import { addSecondStep, ageSignIn, signedInAs } from '../support/admin.ts';
import { type Authenticator, newAuthenticator, optionsOf } from '../support/authenticator.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { ageSignIns } from '../support/sign-ins.ts';
import { passwords } from '../support/standard.ts';

const home = '/account/security';
const step = '/second-step/passkey';
const two = 'urn:vibecaas:acr:2';
const refused = 'That passkey was not accepted.';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Somebody with a passkey; with an authenticator app too, unless `app` is false. */
async function owner({ app = true } = {}) {
  const account = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const browser = await signedInAs(server, account.email);
  const authenticator = newAuthenticator(server.issuer);
  const adding = `${home}/passkeys/new`;
  const page = await browser.visit(adding);
  const passkey = authenticator.create(optionsOf(page, adding));
  await browser.submit(page, adding, { name: 'Work laptop', passkey });
  if (app) await addSecondStep(server, account.id);
  return { ...account, browser, authenticator };
}

/** A browser that has shown the password on our own pages, at the page of the passkey. */
async function halfWay(email: string): Promise<{ person: Person; page: Page }> {
  const person = newPerson(server.issuer);
  await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password });
  const page = await person.visit('/sign-in/second-step/passkey?next=/account/security');
  expect(page.status).toBe(200);
  return { person, page };
}

function answer(person: Person, page: Page, by: Authenticator, lies = {}): Promise<Page> {
  return person.submit(page, step, { passkey: by.get(optionsOf(page, step), lies) });
}
const isIn = async (person: Person) => (await person.request('/account/apps')).status === 200;
const methodsOf = async (id: string) =>
  (await auditOf(server.db, `account:${id}`)).filter(({ action }) => action === 'account.signed_in').at(-1);

describe('the second step', () => {
  it('by a passkey leads where the person was going, and is recorded once', async () => {
    const { id, email, authenticator } = await owner();
    const { person, page } = await halfWay(email);
    expect(page.text).toContain('Have one of these at hand: <b><bdi>Work laptop</bdi></b>.');
    expect(optionsOf(page, step).allowCredentials).toMatchObject([{ id: authenticator.id.toString('base64url') }]);
    expect(await isIn(person)).toBe(false);
    const before = (await auditOf(server.db, `account:${id}`)).length;
    const done = await answer(person, page, authenticator);
    expect([done.status, done.url]).toEqual([200, `${server.issuer}${home}`]);
    expect(await methodsOf(id)).toMatchObject({ details: { methods: ['pwd', 'hwk', 'user'] } });
    expect((await auditOf(server.db, `account:${id}`)).length).toBe(before + 1);
  });

  it('offers the code beside the passkey, and the passkey beside the code', async () => {
    const { email } = await owner();
    const { person, page } = await halfWay(email);
    expect(page.text).toContain('href="/sign-in/second-step?next=%2Faccount%2Fsecurity"');
    const code = await person.visit('/sign-in/second-step');
    expect(code.text).toMatch(/<li data-needs-passkey hidden><a [^>]*href="\/sign-in\/second-step\/passkey\?/);
    expect(code.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('need not say whose the passkey is, but the passkey has to be the account’s', async () => {
    const { email, authenticator } = await owner();
    const thief = await owner();
    const { person, page } = await halfWay(email);
    for (const [what, by, lies] of [
      ['the passkey of a thief', thief.authenticator, {}],
      ['the id of the account’s passkey, signed by a thief', thief.authenticator, { id: authenticator.id }],
      ['the handle of a thief', authenticator, { userHandle: Buffer.from(thief.id).toString('base64url') }],
      ['a user who was not verified', authenticator, { verifiesUser: false }],
    ] as const) {
      const wrong = await answer(person, page, by, lies);
      expect([wrong.status, wrong.text.includes(refused)], what).toEqual([422, true]);
    }
    expect(await isIn(person)).toBe(false);
    expect((await answer(person, page, authenticator, { userHandle: undefined })).status).toBe(200);
    expect(await isIn(person)).toBe(true);
  });

  it('belongs to one browser and works once, and a new password ends it', async () => {
    const { id, email, authenticator } = await owner();
    const { person, page } = await halfWay(email);
    const other = await halfWay(email);
    const foreign = optionsOf(other.page, step).challenge;
    expect((await answer(person, page, authenticator, { challenge: foreign })).text).toContain('open too long');
    const atSignIn = optionsOf(await newPerson(server.issuer).visit('/sign-in'), '/sign-in/passkey').challenge;
    expect((await answer(person, page, authenticator, { challenge: atSignIn })).text).toContain('open too long');
    const passkey = authenticator.get(optionsOf(page, step));
    await setPassword(server.db, passwords, id, 'another long pass phrase', { id: 'test' });
    const late = await person.submit(page, step, { passkey });
    expect([new URL(late.url).pathname, await isIn(person)]).toEqual(['/sign-in', false]);
  });

  it('leads on if its answer arrives twice', async () => {
    const { id, email, authenticator } = await owner();
    const { person, page } = await halfWay(email);
    const passkey = authenticator.get(optionsOf(page, step));
    const both = await server.db.transaction(async (trx) => {
      await lockAccount(trx, id);
      const answers = [1, 2].map(() => person.submit(page, step, { passkey }));
      await eventually(() => waitingForLocks(server.db)).toBe(2);
      return { answers };
    });
    const pages = await Promise.all(both.answers);
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    expect(await isIn(person)).toBe(true);
    expect((await auditOf(server.db, `account:${id}`)).map(({ action }) => action)).not.toContain(
      'account.passkey_refused',
    );
  });

  it('leads on if its answer arrives again while the first one finishes the sign-in', async () => {
    const { email, authenticator } = await owner();
    const { person, page } = await halfWay(email);
    const passkey = authenticator.get(optionsOf(page, step));
    const both = await server.db.transaction(async (trx) => {
      await sql`SELECT FROM sign_in_attempts FOR UPDATE`.execute(trx.builder);
      const first = person.submit(page, step, { passkey });
      await eventually(() => waitingForLocks(server.db)).toBe(1);
      const second = person.submit(page, step, { passkey });
      // Until it knows that the answer was used.
      await Promise.race([second, sleep(150)]);
      return [first, second];
    });
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await isIn(person)).toBe(true);
  });

  it('by a passkey is all that an app gets to ask of somebody who is signed in, unless somebody else sits there', async () => {
    const { email, browser, authenticator } = await owner({ app: false });
    const url = authorizeUrl(server, { scope: 'openid projects:read', acr_values: two });
    const page = await browser.visit(url);
    expect(new URL(page.url).pathname).toMatch(/^\/interaction\/[^/]+\/second-step\/passkey$/);
    const consent = await answer(browser, page, authenticator);
    const code = callback(await decide(browser, consent, 'allow')).get('code') as string;
    const { acr, amr } = decodeJwt((await exchange(server, code)).body.id_token as string);
    expect([acr, amr]).toEqual([two, ['pwd', 'hwk', 'user', 'mfa']]);

    const again = await signedInAs(server, email);
    const signIn = await again.submit(await again.visit(url), '/switch', {});
    expect(signIn.text).toContain('autocomplete="current-password"');
    expect(signIn.text).not.toContain(email);
  });

  it('asks an account that has passkeys alone only if two factors are demanded, and lets nobody set up another one instead', async () => {
    const { email, authenticator } = await owner({ app: false });
    const plain = newPerson(server.issuer);
    await plain.submit(await plain.visit('/sign-in'), '/sign-in', { email, password });
    expect(await isIn(plain)).toBe(true);

    const person = newPerson(server.issuer);
    const url = authorizeUrl(server, { scope: 'openid projects:read', acr_values: two });
    const page = await person.submit(await person.visit(url), '/sign-in', { email, password });
    expect(new URL(page.url).pathname).toMatch(/\/second-step\/passkey$/);
    expect(page.text).not.toContain('Type a code');
    const enrolling = await person.visit(page.url.replace('/second-step/passkey', '/enrol'));
    expect(new URL(enrolling.url).pathname).toMatch(/\/second-step\/passkey$/);
    const consent = await answer(person, page, authenticator);
    const code = callback(await decide(person, consent, 'allow')).get('code') as string;
    const { body } = await exchange(server, code);
    expect(decodeJwt(body.id_token as string)).toMatchObject({ acr: two, amr: ['pwd', 'hwk', 'user', 'mfa'] });
  });

  it('is not asked for after a passkey, whatever the account has', async () => {
    const { id, authenticator } = await owner();
    const person = newPerson(server.issuer);
    const url = authorizeUrl(server, { scope: 'openid projects:read', acr_values: two });
    const page = await person.visit(url);
    const consent = await person.submit(page, '/passkey', { passkey: authenticator.get(optionsOf(page, '/passkey')) });
    const code = callback(await decide(person, consent, 'allow')).get('code') as string;
    const { body } = await exchange(server, code);
    expect(decodeJwt(body.id_token as string)).toMatchObject({ acr: two, amr: ['hwk', 'user', 'mfa'], sub: id });
    expect(await methodsOf(id)).toMatchObject({ details: { methods: ['hwk', 'user', 'mfa'] } });
  });
});

describe('something dangerous', () => {
  /** Asks to rename the passkey after ten minutes; returns the page that asks. */
  async function stale(who: { id: string; browser: Person }) {
    const [row] = await rowsOf(server.db, `SELECT id::text FROM account_passkeys WHERE account_id = '${who.id}'`);
    const path = `${home}/passkeys/${row?.id}`;
    const form = await who.browser.visit(path);
    await ageSignIn(server, who.id);
    const page = await who.browser.submit(form, path, { name: 'Old laptop' });
    expect(page.text).toContain('Confirm it is you');
    return { path, page };
  }
  const confirm = (browser: Person, path: string, page: Page, by: Authenticator, lies = {}) =>
    browser.submit(page, path, { name: 'Old laptop', confirm_passkey: by.get(passkeyOn(page), lies) });
  /** The second form of the page. */
  function passkeyOn(page: Page) {
    return optionsOf({ ...page, text: page.text.slice(page.text.indexOf('data-passkey="get"') - 200) }, '');
  }

  it('takes a passkey in place of the password and the code, once', async () => {
    const who = await owner({ app: false });
    const elsewhere = await signedInAs(server, who.email);
    const forNew = optionsOf(await who.browser.visit(`${home}/passkeys/new`), '/passkeys/new');
    await addSecondStep(server, who.id);
    const { path, page } = await stale(who);
    const thief = await owner();
    expect((await confirm(who.browser, path, page, thief.authenticator)).status).toBe(422);
    const again = await stale({ id: who.id, browser: elsewhere });
    for (const [what, challenge] of [
      ['another session', passkeyOn(again.page).challenge],
      ['another purpose', forNew.challenge],
    ] as const) {
      const wrong = await confirm(who.browser, path, page, who.authenticator, { challenge });
      expect([wrong.status, wrong.text.includes('open too long')], what).toEqual([422, true]);
    }
    const done = await confirm(who.browser, path, page, who.authenticator);
    expect(done.text).toContain('Old laptop</bdi> is its new name.');
    expect((await who.browser.visit(`${home}/passkeys/new`)).status).toBe(200);
    await ageSignIn(server, who.id);
    const replayed = await who.browser.submit(page, path, {
      name: 'Thief',
      confirm_passkey: who.authenticator.get(passkeyOn(page), { challenge: 'x'.repeat(72) }),
    });
    expect(replayed.status).toBe(422);
  });

  it('is done with the passkey alone if the account has no password', async () => {
    const who = await owner({ app: false });
    const { path, page } = await stale(who);
    expect(page.text).toContain('name="confirm_password"');
    await server.db.script(`UPDATE accounts SET password_hash = NULL WHERE id = '${who.id}'`);
    const alone = await who.browser.submit(page, path, { name: 'Old laptop' });
    expect(alone.text).not.toContain('name="confirm_password"');
    expect(alone.text).toContain('needs one of your passkeys');
    expect((await confirm(who.browser, path, alone, who.authenticator)).text).toContain('is its new name.');
  });

  it('without a password, the security page asks for none and offers to set one by mail', async () => {
    const who = await owner({ app: false });
    const before = await who.browser.visit(home);
    expect(before.text).toContain('Current password');
    await server.db.script(`UPDATE accounts SET password_hash = NULL WHERE id = '${who.id}'`);
    const page = await who.browser.visit(home);
    expect(page.text).not.toContain('Current password');
    expect(page.text).toMatch(/You have none: you sign in another way\..*href="\/reset">Set one by mail/s);
  });

  it('needs the passkey of an admin who signed in with the password, who cannot set up an app instead', async () => {
    const who = await owner({ app: false });
    await setRole(server.db, who.id, 'admin', { id: 'test', reason: 'A test.' });
    const browser = await signedInAs(server, who.email);
    for (const path of ['/admin', `${home}/second-step`]) {
      const page = await browser.visit(path);
      expect([new URL(page.url).pathname, page.text.includes('needs one of your passkeys')], path).toEqual([
        '/account/confirm',
        true,
      ]);
    }
    const page = await browser.visit('/admin');
    const passkey = who.authenticator.get(passkeyOn(page));
    const admin = await browser.submit(page, '/account/confirm', { confirm_passkey: passkey });
    expect([new URL(admin.url).pathname, admin.status]).toEqual(['/admin', 200]);
  });

  it('confirmed by the password leaves apps with the level and the time of the sign-in by passkey', async () => {
    const { authenticator } = await owner({ app: false });
    const person = newPerson(server.issuer);
    const signIn = await person.visit('/sign-in');
    const passkey = authenticator.get(optionsOf(signIn, '/sign-in/passkey'));
    await person.submit(signIn, '/sign-in/passkey', { passkey });
    const url = (more = {}) => authorizeUrl(server, { scope: 'openid projects:read', acr_values: two, ...more });
    await decide(person, await person.visit(url()), 'allow');
    await ageSignIns(server, 1_200);
    const thief = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(server.issuer)) {
      await thief.jar.setCookie(cookie.cookieString(), server.issuer);
    }

    const asked = await person.visit(`${home}/passkeys/new`);
    expect(new URL(asked.url).pathname).toBe('/account/confirm');
    const there = await person.submit(asked, '/account/confirm', { confirm_password: password });
    expect([new URL(there.url).pathname, there.status]).toEqual([`${home}/passkeys/new`, 200]);
    expect([await isIn(person), await isIn(thief)], 'the session has a new id').toEqual([true, false]);

    const code = callback(await person.visit(url({ prompt: 'none' }))).get('code') as string;
    const { acr, amr, iat, auth_time } = decodeJwt((await exchange(server, code)).body.id_token as string);
    expect([acr, amr, (iat as number) - (auth_time as number) >= 1_200]).toEqual([two, ['hwk', 'user', 'mfa'], true]);
    const tooOld = callback(await person.visit(url({ prompt: 'none', max_age: '600' })));
    expect(tooOld.get('error')).toBe('login_required');

    const change = { password, new_password: 'quite another long password' };
    await person.submit(await person.visit(home), '/security/password', change);
    const weak = callback(await person.visit(url({ prompt: 'none' })));
    expect(weak.get('error'), 'a new session has what was shown for it').toBe('login_required');
  });

  it('of an admin takes no password in place of the passkey, however the session began', async () => {
    const who = await owner({ app: false });
    await setRole(server.db, who.id, 'admin', { id: 'test', reason: 'A test.' });
    const person = newPerson(server.issuer);
    const signIn = await person.visit('/sign-in');
    const passkey = who.authenticator.get(optionsOf(signIn, '/sign-in/passkey'));
    await person.submit(signIn, '/sign-in/passkey', { passkey });
    expect((await person.request('/admin')).status).toBe(200);
    await ageSignIn(server, who.id);
    const asked = await person.visit(`${home}/second-step`);
    expect(asked.text).toContain('needs one of your passkeys');
    const { action, hidden } = formOf(asked, '/account/confirm');
    const body = new URLSearchParams([...hidden, ['confirm_password', password]]);
    await person.request(action, { method: 'POST', body });
    expect(new URL((await person.visit(`${home}/second-step`)).url).pathname).toBe('/account/confirm');
  });

  it.each([
    [true, 'Your authenticator app and your passkeys were removed'],
    [false, 'A passkey was removed'],
  ])(
    'of an admin removes the passkeys with the rest of the second step, and the mail says what went (app: %s)',
    async (app, subject) => {
      const who = await owner({ app });
      await resetSecondStep(server.db, who.id, { id: 'cli', reason: 'Lost everything' });
      expect(await rowsOf(server.db, `SELECT 1 FROM account_passkeys WHERE account_id = '${who.id}'`)).toEqual([]);
      expect((await auditOf(server.db, `account:${who.id}`)).at(-1)).toMatchObject({
        action: 'account.second_step_reset',
        details: { removed: true, app, passkeys: 1 },
      });
      const [mail] = await rowsOf(
        server.db,
        `SELECT kind, recipient AS to, facts FROM mails WHERE account_id = '${who.id}' AND kind = 'factor_removed'`,
      );
      const rendered = renderMail({ ...mail, issuer: server.issuer } as Parameters<typeof renderMail>[0]);
      expect([rendered.subject, rendered.text.includes('Work laptop')]).toEqual([subject, true]);
    },
  );
});
