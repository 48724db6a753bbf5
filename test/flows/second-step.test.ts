/** The second step of a sign-in, over HTTP: on our own pages and in an authorization. */
import { decodeJwt } from 'jose';
import { generateSync } from 'otplib/functional';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPassword, setRole, suspendAccount } from '../../src/operations/accounts.ts';
import { beginEnrolment, openEnrolment } from '../../src/operations/enrolments.ts';
import { resetSecondStep } from '../../src/operations/lost-factors.ts';
import { checkCode, hashOf, resealTotp } from '../../src/operations/second-step.ts';
import { enrol, enrolledAt, renewRecoveryCodes, turnOffSecondStep } from '../../src/operations/second-step-setup.ts';
import { type AccountFacts, findActiveAccount } from '../../src/store/account-facts.ts';
import { createRateLimits } from '../../src/store/rate-limits.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { putRecoveryCodes } from '../../src/store/second-step.ts';
import { noteEnrolment } from '../../src/store/sign-in-attempts.ts';
import { addSecondStep, ageSignIn, appCode, codeNow, confirmation, signedInAs } from '../support/admin.ts';
import { authorizeUrl, callback, exchange, obtainTokens } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { passwords } from '../support/standard.ts';

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMITS: 'on' } });
  other = await startTestServer({ beside: server, env: { RATE_LIMITS: 'on' } });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

let made = 0;
/** Somebody with an authenticator app. */
async function somebody() {
  made += 1;
  const account = await addPerson(server.db, `two-${made}@example.com`);
  await addSecondStep(server, account.id);
  return account;
}

/** A browser that has shown the password and waits at the second step. */
async function halfWay(email: string, on: TestServer = server): Promise<{ person: Person; page: Page }> {
  const person = newPerson(on.issuer);
  const page = await person.submit(await person.visit('/sign-in?next=/account/security'), '/sign-in', {
    email,
    password,
  });
  expect(new URL(page.url).pathname).toBe('/sign-in/second-step');
  return { person, page };
}

/** The sign-ins of an account that go on. */
const attemptsOf = (id: string) =>
  rowsOf(server.db, `SELECT 1 FROM sign_in_attempts WHERE account_id = '${id}' AND methods <> '{}'`);
const isIn = async (person: Person) => (await person.request('/account/apps')).status === 200;
const code = (person: Person, page: Page, otp: string) => person.submit(page, '/second-step', { otp });

/** The browser turns on the second step; returns the key and the recovery codes. */
async function turnOn(person: Person): Promise<{ key: string; codes: string[] }> {
  const page = await person.visit('/account/security/second-step');
  const key = keyOn(page);
  const shown = await person.submit(page, '/security/second-step', { otp: generateSync({ secret: key }) });
  expect(shown.status).toBe(200);
  return { key, codes: codesOn(shown) };
}
const keyOn = (page: Page) => /class="key">([A-Z2-7 ]+)</.exec(page.text)?.[1]?.replaceAll(' ', '') as string;
const codesOn = (page: Page) =>
  [...page.text.matchAll(/<li>([0-9A-Z]{4}-[0-9A-Z]{4})<\/li>/g)].map(([, one]) => one as string);

describe('on our own pages', () => {
  it('two clicks on the code lead to the same session, whichever answer the browser keeps, and nobody else to it', async () => {
    const { email } = await somebody();
    const { person, page } = await halfWay(email);
    const keeps = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(page.url)) await keeps.jar.setCookie(cookie.toString(), page.url);
    const late = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(page.url)) await late.jar.setCookie(cookie.toString(), page.url);
    const { action, hidden } = formOf(page, '/second-step');
    const body = new URLSearchParams([...hidden, ['otp', await codeNow(server, email)]]);
    const answers = await Promise.all([person, keeps].map((one) => one.request(action, { method: 'POST', body })));
    expect(answers.map(({ headers }) => headers.get('location'))).toEqual(['/account/security', '/account/security']);
    expect([await isIn(person), await isIn(keeps)]).toEqual([true, true]);
    const sessions = `SELECT 1 FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.email = '${email}'`;
    expect(await rowsOf(server.db, sessions)).toHaveLength(1);
    expect((await late.visit('/sign-in/second-step?next=/account/security')).url).toContain('/account/security');

    // It needs the browser’s secret, and the session.
    const stranger = newPerson(server.issuer);
    expect(new URL((await stranger.visit('/sign-in/second-step')).url).pathname).toBe('/sign-in');
    await person.submit(await person.visit('/account/security'), '/sign-out', {});
    const ended = newPerson(server.issuer);
    for (const cookie of await late.jar.getCookies(page.url)) await ended.jar.setCookie(cookie.toString(), page.url);
    expect(new URL((await ended.visit('/sign-in/second-step')).url).pathname).toBe('/sign-in');
  });

  it('a password alone opens nothing, and password and code lead where the person was going', async () => {
    const { id, email } = await somebody();
    const { person, page } = await halfWay(email);
    expect(page.text).toContain('Your password was right.');
    expect(await isIn(person)).toBe(false);
    expect((await auditOf(server.db, `account:${id}`)).map(({ action }) => action)).toEqual(['account.created']);

    const done = await code(person, page, await codeNow(server, email));
    expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/security`]);
    expect(await isIn(person)).toBe(true);
    const [, signedIn, ...more] = await auditOf(server.db, `account:${id}`);
    expect(more).toEqual([]);
    expect(signedIn).toMatchObject({
      actor: `account:${id}`,
      action: 'account.signed_in',
      details: { ip: expect.any(String), methods: ['pwd', 'otp'] },
      request_id: expect.stringMatching(/^req_/),
    });
    expect(await attemptsOf(id)).toEqual([]);
  });

  it('a wrong code is refused with one text, whatever was wrong, and is not shown again', async () => {
    const { email } = await somebody();
    const { person, page } = await halfWay(email);
    const texts = [];
    for (const otp of ['000000', 'abc', '', '1234567']) {
      const refused = await code(person, page, otp);
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('role="alert"');
      expect(refused.text).not.toContain('value="000000"');
      texts.push(refused.text);
    }
    expect(new Set(texts).size).toBe(1);
    expect(await isIn(person)).toBe(false);
  });

  it('a form without its anti-forgery value is refused', async () => {
    const { email } = await somebody();
    const { person, page } = await halfWay(email);
    const { action } = formOf(page, '/second-step');
    const body = new URLSearchParams({ otp: await codeNow(server, email) });
    expect((await person.request(action, { method: 'POST', body })).status).toBe(403);
    expect(await isIn(person)).toBe(false);
  });

  it('"Not you?" ends the half-done sign-in', async () => {
    const { id, email } = await somebody();
    const { person, page } = await halfWay(email);
    const back = await person.submit(page, '/second-step/cancel', {});
    expect(new URL(back.url).pathname).toBe('/sign-in');
    expect(await attemptsOf(id)).toEqual([]);
    expect(back.text).not.toContain('took too long');
  });

  it('it leads only to pages of ours', async () => {
    const { email } = await somebody();
    const { person } = await halfWay(email);
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      const page = await person.visit(`/sign-in/second-step?next=${encodeURIComponent(next)}`);
      // The links to other languages keep the address of the page itself.
      expect(page.text.replace(/<footer.*<\/footer>/s, '')).not.toContain('evil.example');
    }
  });
});

describe('in an authorization', () => {
  it('the second step comes before the consent, and the tokens are for that person', async () => {
    const { id, email } = await somebody();
    const person = newPerson(server.issuer);
    let page = await person.visit(authorizeUrl(server, { scope: 'openid projects:read' }));
    page = await person.submit(page, '/sign-in', { email, password });
    expect(new URL(page.url).pathname).toMatch(/^\/interaction\/[^/]+\/second-step$/);
    expect(page.text).toContain('Notes');
    expect(await rowsOf(server.db, `SELECT 1 FROM sessions WHERE account_id = '${id}'`)).toEqual([]);
    expect(await rowsOf(server.db, `SELECT 1 FROM artifacts WHERE account_id = '${id}'`)).toEqual([]);
    page = await code(person, page, await codeNow(server, email));
    expect(page.text).toContain('name="decision"');
    const answer = callback(await decide(person, page, 'allow'));
    const { body } = await exchange(server, answer.get('code') as string);
    expect(decodeJwt(body.id_token as string).sub).toBe(id);
  });

  it('an attempt of one authorization does not continue another one', async () => {
    const { email } = await somebody();
    const person = newPerson(server.issuer);
    const first = await person.submit(await person.visit(authorizeUrl(server)), '/sign-in', { email, password });
    expect(new URL(first.url).pathname).toMatch(/second-step$/);
    const second = await person.visit(authorizeUrl(server, { client_id: 'other' }));
    const there = await person.visit(`${second.url}/second-step`);
    expect(there.url).toBe(second.url);
    expect(there.text).toContain('That took too long.');
    expect(new URL((await person.visit('/sign-in/second-step')).url).pathname).toBe('/sign-in');
  });

  it('a double click on the code leads to the app as one click does', async () => {
    const { email } = await somebody();
    const person = newPerson(server.issuer);
    const page = await person.submit(await person.visit(authorizeUrl(server)), '/sign-in', { email, password });
    const twin = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(page.url)) await twin.jar.setCookie(cookie.toString(), page.url);
    const otp = await codeNow(server, email);
    await code(person, page, otp);
    const { action, hidden } = formOf(page, '/second-step');
    const body = new URLSearchParams([...hidden, ['otp', otp]]);
    const second = await twin.request(action, { method: 'POST', body });
    expect(second.headers.get('location')).toMatch(/\/oauth\/authorize\/[^/]+$/);
  });

  it('two clicks at the same moment lead to the app both, with a code and with a recovery code', async () => {
    const { id, email } = await somebody();
    const recovery = 'K7QF-2MXD';
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    await putRecoveryCodes(server.db, id, [hashOf(secret, id, recovery)]);
    for (const [step, fields] of [
      ['second-step', { otp: await codeNow(server, email) }],
      ['recovery-code', { recovery }],
    ] as const) {
      const person = newPerson(server.issuer);
      const there = await person.submit(await person.visit(authorizeUrl(server)), '/sign-in', { email, password });
      const { action, hidden } = formOf(await person.visit(there.url.replace('second-step', step)), `/${step}`);
      const body = new URLSearchParams([...hidden, ...Object.entries(fields)]);
      const click = () => person.request(action, { method: 'POST', body });
      const client = await server.db.pgPool.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [id]);
        await server.db.script('DELETE FROM sign_in_limits');
        const first = click();
        await waitsForLock();
        const second = click();
        await expect.poll(() => rowsOf(server.db, 'SELECT 1 FROM sign_in_limits WHERE failures > 0')).not.toEqual([]);
        await client.query('COMMIT');
        const places = [await first, await second].map(({ headers }) => headers.get('location'));
        expect(places, step).toEqual([expect.stringMatching(/\/oauth\/authorize\/[^/]+$/), places[0]]);
      } finally {
        client.release();
      }
    }
  });

  it('two codes that are right at the same moment lead to the app both', async () => {
    const { id, email } = await somebody();
    const recovery = 'K7QF-2MXD';
    await putRecoveryCodes(server.db, id, [hashOf('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', id, recovery)]);
    const person = newPerson(server.issuer);
    const there = await person.submit(await person.visit(authorizeUrl(server)), '/sign-in', { email, password });
    const other = await person.visit(there.url.replace('second-step', 'recovery-code'));
    const click = (page: Page, step: string, fields: Record<string, string>) => {
      const { action, hidden } = formOf(page, `/${step}`);
      return person.request(action, {
        method: 'POST',
        body: new URLSearchParams([...hidden, ...Object.entries(fields)]),
      });
    };
    const otp = await codeNow(server, email);
    const client = await server.db.pgPool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [id]);
      const clicks = [click(there, 'second-step', { otp }), click(other, 'recovery-code', { recovery })];
      await expect.poll(() => waitingForLocks(server.db)).toBeGreaterThan(1);
      await client.query('COMMIT');
      const places = (await Promise.all(clicks)).map(({ headers }) => headers.get('location'));
      expect(places).toEqual([expect.stringMatching(/\/oauth\/authorize\/[^/]+$/), places[0]]);
    } finally {
      client.release();
    }
  });

  it('acr_values asks somebody without a second step to set one up, and the app is told if they do not', async () => {
    const { email } = await addPerson(server.db, 'asked-by-app@example.com');
    const begin = async () => {
      const person = newPerson(server.issuer);
      const page = await person.visit(
        authorizeUrl(server, { scope: 'openid projects:read', acr_values: 'urn:vibecaas:acr:2' }),
      );
      return { person, page: await person.submit(page, '/sign-in', { email, password }) };
    };
    const declined = await begin();
    expect(declined.page.text).toContain('This app asks for a second step.');
    const told = callback(await declined.person.submit(declined.page, '/enrol/decline', {}));
    expect(told.get('error')).toBe('unmet_authentication_requirements');

    const { person, page } = await begin();
    const otp = generateSync({ secret: keyOn(page) });
    const codes = await person.submit(page, '/enrol', { otp });
    expect(codesOn(codes)).toHaveLength(10);
    expect(await isIn(person), 'before the codes are saved').toBe(false);
    const consent = await person.submit(codes, '/enrol/saved', { saved: 'on' });
    expect(consent.text).toContain('name="decision"');
  });
});

describe('a half-done sign-in', () => {
  it('belongs to its browser', async () => {
    const { email } = await somebody();
    const { page } = await halfWay(email);
    const thief = newPerson(server.issuer);
    await thief.visit('/sign-in');
    const there = await thief.visit('/sign-in/second-step');
    expect(new URL(there.url).pathname).toBe('/sign-in');
    const { action, hidden } = formOf(page, '/second-step');
    const body = new URLSearchParams([...hidden, ['otp', await codeNow(server, email)]]);
    expect((await thief.request(action, { method: 'POST', body })).status).toBe(403);
  });

  it.each([
    [
      'ten minutes',
      (id: string) => server.db.script(`UPDATE sign_in_attempts SET expires_at = now() WHERE account_id = '${id}'`),
    ],
    ['a new password', (id: string) => setPassword(server.db, passwords, id, 'another long password', { id: 'cli' })],
    ['a suspension', (id: string) => suspendAccount(server.db, id, { id: 'cli' })],
  ])('ends with %s', async (_what, end) => {
    const { id, email } = await somebody();
    const { person, page } = await halfWay(email);
    await end(id);
    expect(new URL((await person.visit('/sign-in/second-step')).url).pathname).toBe('/sign-in');
    const refused = await code(person, page, await codeNow(server, email));
    expect(new URL(refused.url).pathname).toBe('/sign-in');
    expect(refused.text).toContain('That took too long.');
    expect(await isIn(person)).toBe(false);
    expect(await rowsOf(server.db, `SELECT 1 FROM sessions WHERE account_id = '${id}'`)).toEqual([]);
  });

  it('that the person finishes while the password is changed leaves no session', async () => {
    const { id, email } = await somebody();
    const { person, page } = await halfWay(email);
    const client = await server.db.pgPool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', [id]);
      const finishing = code(person, page, await codeNow(server, email));
      await waitsForLock();
      await client.query('UPDATE accounts SET sessions_valid_from = clock_timestamp() WHERE id = $1', [id]);
      await client.query('COMMIT');
      expect(new URL((await finishing).url).pathname).toBe('/sign-in');
    } finally {
      client.release();
    }
    expect(await isIn(person)).toBe(false);
  });
});

async function waitsForLock(): Promise<void> {
  await expect
    .poll(() =>
      rowsOf(
        server.db,
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      ),
    )
    .not.toEqual([]);
}

describe('a code', () => {
  it('of one step before and one after is accepted, and none further away', async () => {
    for (const [seconds, accepted] of [
      [-60, false],
      [-30, true],
      [30, true],
      [60, false],
    ] as const) {
      const { email } = await somebody();
      const { person, page } = await halfWay(email);
      await awayFromTheEdge();
      await code(person, page, appCode(Date.now() + seconds * 1000));
      expect(await isIn(person), `${seconds} s`).toBe(accepted);
    }
  });

  it('works once, on whichever node, also when it is sent to two at the same moment', async () => {
    const { email } = await somebody();
    const [one, two] = [await halfWay(email), await halfWay(email, other)];
    const otp = await codeNow(server, email);
    await Promise.all([code(one.person, one.page, otp), code(two.person, two.page, otp)]);
    expect([await isIn(one.person), await isIn(two.person)].filter(Boolean)).toHaveLength(1);
    const late = await halfWay(email, other);
    expect((await code(late.person, late.page, otp)).status).toBe(422);
  });

  it('of an earlier step is refused after a later one was used', async () => {
    const { email } = await somebody();
    await awayFromTheEdge();
    const [first, second] = [await halfWay(email), await halfWay(email)];
    await code(first.person, first.page, appCode(Date.now() + 30_000));
    expect(await isIn(first.person)).toBe(true);
    expect((await code(second.person, second.page, appCode())).status).toBe(422);
  });

  it('is not in the log, and its secret is not in clear in the database', async () => {
    const account = await addPerson(server.db, 'secretive@example.com');
    const person = await signedInAs(server, account.email);
    const { key, codes } = await turnOn(person);
    const sealed = await rowsOf(
      server.db,
      `SELECT encode(secret, 'escape') FROM account_totp WHERE account_id = '${account.id}'`,
    );
    expect(JSON.stringify(sealed)).not.toContain(key);
    const stored = await rowsOf(
      server.db,
      `SELECT code_hash FROM account_recovery_codes WHERE account_id = '${account.id}'`,
    );
    expect(stored).toHaveLength(10);
    for (const secret of [key, ...codes]) expect(server.logged()).not.toContain(secret);
  });
});

/** A code is computed and sent within the same half minute. */
async function awayFromTheEdge(): Promise<void> {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 3_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
}

describe('guessing', () => {
  it('is stopped after five wrong codes in a minute, on all nodes together, and goes on after it', async () => {
    const { id, email } = await somebody();
    const [one, two] = [await halfWay(email), await halfWay(email, other)];
    for (let guess = 0; guess < 5; guess += 1) {
      const { person, page } = guess % 2 ? one : two;
      expect((await code(person, page, `00000${guess}`)).status).toBe(422);
    }
    for (const { person, page } of [one, two]) {
      const shut = await code(person, page, await codeNow(server, email));
      expect([shut.status, Number(shut.headers.get('retry-after')) > 0]).toEqual([429, true]);
      expect(shut.text).toContain('Too many tries.');
    }
    expect(await isIn(one.person)).toBe(false);
    await server.db.script(
      `UPDATE sign_in_limits SET window_ends = now(), shut_until = now() WHERE shut_until > now()`,
    );
    await code(one.person, one.page, await codeNow(server, email));
    expect(await isIn(one.person)).toBe(true);
    expect(id).toBeTruthy();
  });

  it('by parallel requests gets no more than five answers', async () => {
    const { email } = await somebody();
    const { person, page } = await halfWay(email);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, guess) => code(person, page, `1000${10 + guess}`)),
    );
    const refused = answers.filter(({ status }) => status === 422);
    expect(refused.length).toBe(5);
  });

  it('by somebody without the password counts for nothing', async () => {
    const { email } = await somebody();
    const stranger = newPerson(server.issuer);
    const page = await stranger.visit('/sign-in');
    const csrf = new URLSearchParams(formOf(page, '/sign-in').hidden);
    for (let guess = 0; guess < 7; guess += 1) {
      await stranger.request('/sign-in/second-step', {
        method: 'POST',
        body: new URLSearchParams([...csrf, ['otp', '000000']]),
      });
    }
    const { person, page: own } = await halfWay(email);
    await code(person, own, await codeNow(server, email));
    expect(await isIn(person)).toBe(true);
  });
});

describe('recovery codes', () => {
  async function withCodes() {
    made += 1;
    const account = await addPerson(server.db, `codes-${made}@example.com`);
    const person = await signedInAs(server, account.email);
    return { ...account, person, ...(await turnOn(person)) };
  }
  async function recover(email: string, recovery: string) {
    const { person, page } = await halfWay(email);
    const form = await person.visit(/href="([^"]*recovery-code[^"]*)"/.exec(page.text)?.[1] as string);
    return { person, page: await person.submit(form, '/recovery-code', { recovery }) };
  }

  it('are ten, each works once, in any spelling, and its use is recorded', async () => {
    const { id, email, codes } = await withCodes();
    expect(new Set(codes).size).toBe(10);
    const [first = ''] = codes;
    const { person } = await recover(email, first.toLowerCase().replace('-', ' '));
    expect(await isIn(person)).toBe(true);
    const lines = await auditOf(server.db, `account:${id}`);
    expect(lines.map(({ action }) => action)).toEqual([
      'account.created',
      'account.signed_in',
      'account.second_step_on',
      'account.recovery_code_used',
      'account.signed_in',
    ]);
    expect(lines.at(-2)?.details).toMatchObject({ left: 9 });
    expect(lines.at(-1)?.details).toMatchObject({ methods: ['pwd', 'rcv'] });
    const again = await recover(email, first);
    expect([again.page.status, await isIn(again.person)]).toEqual([422, false]);
    expect((await recover(email, 'K7QF-2MXD')).page.status).toBe(422);
  });

  it('of another account do not work', async () => {
    const [one, two] = [await withCodes(), await withCodes()];
    expect((await recover(one.email, two.codes[0] as string)).page.status).toBe(422);
  });

  it('are replaced by new ones, and the pages warn when two are left', async () => {
    const { id, codes, email, person } = await withCodes();
    expect((await person.visit('/account/security')).text).not.toContain('recovery codes are left');
    await server.db.script(
      `UPDATE account_recovery_codes SET used_at = now() WHERE code_hash IN (
        SELECT code_hash FROM account_recovery_codes WHERE account_id = '${id}' LIMIT 8)`,
    );
    const page = await person.visit('/account/security');
    expect(page.text).toContain('Only 2 recovery codes are left.');
    const fresh = codesOn(await person.submit(page, '/recovery-codes', {}));
    expect(fresh).toHaveLength(10);
    expect((await person.visit('/account/security')).text).toContain('10 of 10 left');
    expect((await recover(email, codes[9] as string)).page.status).toBe(422);
    const { person: back } = await recover(email, fresh[0] as string);
    expect(await isIn(back)).toBe(true);
  });
});

it('app and recovery codes go on working when SECRETS have been rotated', async () => {
  const { id, email } = await addPerson(server.db, 'rotated@example.com');
  const { codes } = await turnOn(await signedInAs(server, email));
  const newer = createSealer(['another secret that is long enough to be one', testSecret]);
  await resealTotp(server.db, newer);
  const limits = createRateLimits(server.db, { off: true });
  const deps = { db: server.db, sealer: createSealer(['another secret that is long enough to be one']), limits };
  const actor = { id: `account:${id}` };
  expect(await checkCode(deps, { accountId: id, device: undefined }, codes[0] as string, actor)).toMatchObject({
    method: 'rcv',
    left: 9,
  });
  const [row] = await rowsOf(server.db, `SELECT secret FROM account_totp WHERE account_id = '${id}'`);
  expect(newer.isFresh(row?.secret as Buffer)).toBe(true);
  await resealTotp(server.db, createSealer([testSecret, 'another secret that is long enough to be one']));
});

describe('setting it up', () => {
  it('needs a code of that very key, and an old form begins anew', async () => {
    const account = await addPerson(server.db, 'setting-up@example.com');
    const person = await signedInAs(server, account.email);
    const page = await person.visit('/account/security/second-step');
    const wrong = await person.submit(page, '/security/second-step', { otp: '000000' });
    expect([wrong.status, keyOn(wrong)]).toEqual([422, keyOn(page)]);
    const forged = await person.submit(page, '/security/second-step', { enrolment: 'AAAA', otp: '000000' });
    expect(keyOn(forged)).not.toBe(keyOn(page));
    expect(await rowsOf(server.db, `SELECT 1 FROM account_totp WHERE account_id = '${account.id}'`)).toEqual([]);
    await turnOn(person);
    expect((await person.visit('/account/security')).text).toContain('10 of 10 left');
  });

  it('with the form of another account does nothing', async () => {
    const [one, two] = [
      await addPerson(server.db, 'form-1@example.com'),
      await addPerson(server.db, 'form-2@example.com'),
    ];
    const theirs = await (await signedInAs(server, one.email)).visit('/account/security/second-step');
    const enrolment = /name="enrolment" value="([^"]*)"/.exec(theirs.text)?.[1] as string;
    const person = await signedInAs(server, two.email);
    const page = await person.visit('/account/security/second-step');
    const otp = generateSync({ secret: keyOn(theirs) });
    await person.submit(page, '/security/second-step', { enrolment, otp });
    expect(await rowsOf(server.db, `SELECT 1 FROM account_totp WHERE account_id = '${two.id}'`)).toEqual([]);
  });

  it('in the middle of a sign-in never replaces the app of somebody who has one', async () => {
    const account = await addPerson(server.db, 'thief-enrols@example.com');
    const thief = newPerson(server.issuer);
    const asked = authorizeUrl(server, { scope: 'openid projects:read', acr_values: 'urn:vibecaas:acr:2' });
    const page = await thief.submit(await thief.visit(asked), '/sign-in', { email: account.email, password });
    const otp = generateSync({ secret: keyOn(page) });
    await addSecondStep(server, account.id);
    const [before] = await rowsOf(server.db, `SELECT secret FROM account_totp WHERE account_id = '${account.id}'`);
    const refused = await thief.submit(page, '/enrol', { otp });
    expect(new URL(refused.url).pathname).toMatch(/second-step$/);
    expect(await rowsOf(server.db, `SELECT secret FROM account_totp WHERE account_id = '${account.id}'`)).toEqual([
      before,
    ]);
  });

  it('and turning it off need a recent sign-in with all that the account has', async () => {
    const { id, email } = await somebody();
    const person = await signedInAs(server, email);
    const security = await person.visit('/account/security');
    await server.db.script(
      `UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '1 day' WHERE id = '${id}';
       UPDATE sessions SET signed_in_at = signed_in_at - interval '11 minutes' WHERE account_id = '${id}'`,
    );
    const asked = await person.visit('/account/security/second-step');
    expect(new URL(asked.url).pathname).toBe('/account/confirm');
    const held = await person.submit(security, '/second-step/off', {});
    expect(held.text).toContain('Confirm it is you');
    const wrong = await person.submit(held, '/second-step/off', { confirm_password: password, confirm_code: '000000' });
    expect(wrong.status).toBe(422);
    expect(await rowsOf(server.db, `SELECT 1 FROM account_totp WHERE account_id = '${id}'`)).toHaveLength(1);
    const answer = { confirm_password: password, confirm_code: await codeNow(server, email) };
    const off = await person.submit(wrong, '/second-step/off', answer);
    expect(off.text).toContain('The second step is off.');
    expect(await rowsOf(server.db, `SELECT 1 FROM account_totp WHERE account_id = '${id}'`)).toEqual([]);
    expect((await auditOf(server.db, `account:${id}`)).at(-1)?.action).toBe('account.second_step_off');
  });

  it('is not turned off by somebody whose session ends while they confirm it', async () => {
    const { id, email } = await somebody();
    const person = await signedInAs(server, email);
    const security = await person.visit('/account/security');
    await ageSignIn(server, id);
    const asked = await person.submit(security, '/second-step/off', {});
    const client = await server.db.pgPool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', [id]);
      const confirming = person.submit(asked, '/second-step/off', await confirmation(server, email));
      await waitsForLock();
      await client.query('DELETE FROM sessions WHERE account_id = $1', [id]);
      await client.query('COMMIT');
      expect(new URL((await confirming).url).pathname).toBe('/sign-in');
    } finally {
      client.release();
    }
    expect(await rowsOf(server.db, `SELECT 1 FROM account_totp WHERE account_id = '${id}'`)).toHaveLength(1);
  });

  it('gives the session a new id when the second step is shown, so an id that was stolen before gains nothing', async () => {
    const account = await addPerson(server.db, 'stolen-id@example.com');
    const person = await signedInAs(server, account.email);
    const thief = newPerson(server.issuer);
    for (const cookie of await person.jar.getCookies(server.issuer)) {
      await thief.jar.setCookie(cookie.cookieString(), server.issuer);
    }
    expect(await isIn(thief)).toBe(true);
    await turnOn(person);
    expect([await isIn(person), await isIn(thief)]).toEqual([true, false]);
  });
});

it('each change is told by mail, without a secret, and wrong codes are not', async () => {
  const { id, email } = await addPerson(server.db, 'told@example.com');
  const person = await signedInAs(server, email);
  const { key, codes } = await turnOn(person);
  const half = await halfWay(email);
  await code(half.person, half.page, '000000');
  await code(half.person, half.page, codes[0] as string);
  expect(await isIn(half.person)).toBe(true);
  await person.submit(await person.visit('/account/security'), '/recovery-codes', {});
  await person.submit(await person.visit('/account/security'), '/second-step/off', {});
  await addSecondStep(server, id);
  await resetSecondStep(server.db, id, { id: 'cli', reason: 'Lost.' });
  const mails = await rowsOf(
    server.db,
    `SELECT kind, facts FROM mails WHERE kind <> 'new_browser' AND recipient = '${email}' ORDER BY seq`,
  );
  expect(mails).toMatchObject([
    { kind: 'factor_added', facts: { factor: 'totp', ip: expect.any(String) } },
    { kind: 'recovery_code_used', facts: { left: 9 } },
    { kind: 'factor_added', facts: { factor: 'recovery_codes' } },
    { kind: 'factor_removed', facts: { factor: 'totp', by: 'person' } },
    { kind: 'factor_removed', facts: { factor: 'totp', by: 'admin' } },
  ]);
  for (const secret of [key, ...codes]) expect(JSON.stringify(mails)).not.toContain(secret);
});

it('a new password keeps what the session has shown, and an older session shows it again first', async () => {
  const { id, email } = await somebody();
  await setRole(server.db, id, 'admin', { id: 'test', reason: 'A test.' });
  const person = await signedInAs(server, email);
  expect((await person.request('/admin')).status).toBe(200);
  const change = { password, new_password: 'quite another long password' };
  const changed = await person.submit(await person.visit('/account/security'), '/security/password', change);
  expect(changed.text).toContain('Your password is changed.');
  expect((await person.request('/admin')).status).toBe(200);

  const form = formOf(await person.visit('/account/security'), '/security/password');
  await server.db.script(
    `UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '1 day' WHERE id = '${id}';
     UPDATE sessions SET signed_in_at = signed_in_at - interval '11 minutes' WHERE account_id = '${id}'`,
  );
  expect((await person.visit('/account/security')).text).not.toContain('name="new_password"');
  const body = new URLSearchParams([...form.hidden, ['password', change.new_password], ['new_password', password]]);
  const held = await person.request(form.action, { method: 'POST', body });
  expect(held.headers.get('location')).toMatch(/^\/account\/confirm\?/);
  expect(await isIn(person)).toBe(true);
});

describe('with ACCOUNT_MFA=required', () => {
  it('everybody sets one up at the next sign-in, and nobody turns it off', async () => {
    const strict = await startTestServer({ env: { ACCOUNT_MFA: 'required' } });
    try {
      const person = newPerson(strict.issuer);
      const page = await person.submit(await person.visit('/sign-in'), '/sign-in', {
        email: strict.person.email,
        password,
      });
      expect(new URL(page.url).pathname).toBe('/sign-in/enrol');
      expect(page.text).toContain('Everybody here needs a second step.');
      expect(page.text).not.toContain('Not now');
      const key = keyOn(page);
      const codes = await person.submit(page, '/enrol', { otp: generateSync({ secret: key }) });
      expect(await isIn(person)).toBe(false);
      await person.submit(codes, '/enrol/saved', { saved: 'on' });
      expect(await isIn(person)).toBe(true);
      const security = await person.visit('/account/security');
      expect(security.text).not.toContain('/second-step/off');
      const csrf = /name="csrf" value="([^"]*)"/.exec(security.text)?.[1] as string;
      const body = new URLSearchParams({ csrf });
      expect((await person.request('/account/security/second-step/off', { method: 'POST', body })).status).toBe(403);
    } finally {
      await strict.stop();
    }
  });
});

it('with ACCOUNT_MFA=required an older session without a second step gives no app a code', async () => {
  const strict = await startTestServer({ beside: server, env: { ACCOUNT_MFA: 'required' } });
  try {
    const account = await addPerson(server.db, 'older-session@example.com');
    const person = newPerson(strict.issuer);
    const before = await signedInAs(server, account.email);
    for (const cookie of await before.jar.getCookies(server.issuer)) {
      await person.jar.setCookie(cookie.cookieString(), strict.issuer);
    }
    expect(await isIn(person)).toBe(true);
    const page = await person.visit(authorizeUrl(strict));
    expect(new URL(page.url).pathname).toMatch(/^\/interaction\/[^/]+\/enrol$/);
    expect(page.text).toContain('Everybody here needs a second step.');
    const silent = await person.visit(authorizeUrl(strict, { scope: 'openid projects:read', prompt: 'none' }));
    expect(callback(silent).get('error')).toBe('login_required');
  } finally {
    await strict.stop();
  }
});

describe('a form that sets up a second step', () => {
  const deps = () => ({ db: server.db, sealer: createSealer([testSecret]) });
  async function begun(replaces?: Date) {
    made += 1;
    const { id } = await addPerson(server.db, `form-${made}@example.com`);
    const owner = (await findActiveAccount(server.db, id)) as AccountFacts;
    const enrolment = await beginEnrolment(deps().sealer, { accountId: id, binding: 'here' }, replaces);
    return { id, owner, enrolment, typed: generateSync({ secret: enrolment.secret }), actor: { id: `account:${id}` } };
  }
  /** All that a second answer could change. */
  const stateOf = (id: string) =>
    rowsOf(
      server.db,
      `SELECT t::text, (SELECT array_agg(r::text ORDER BY code_hash) FROM account_recovery_codes r WHERE account_id = '${id}') AS codes,
        (SELECT count(*) FROM audit_events WHERE target = 'account:${id}') AS events,
        (SELECT count(*) FROM mails WHERE account_id = '${id}') AS mails FROM account_totp t WHERE account_id = '${id}'`,
    );

  it('changes something once, however often and at whichever moments it is sent', async () => {
    const { id, owner, enrolment, actor } = await begun();
    await awayFromTheEdge();
    const now = Date.now();
    const typed = (seconds: number) =>
      generateSync({ secret: enrolment.secret, epoch: Math.floor(now / 1000) + seconds });
    const first = await enrol(deps(), owner, enrolment, typed(30), actor);
    const before = await stateOf(id);
    const again = await Promise.all([0, -30, 30].map((s) => enrol(deps(), owner, enrolment, typed(s), actor)));
    expect(again.every((one) => 'verifiedAt' in one && 'verifiedAt' in first)).toBe(true);
    expect(await stateOf(id)).toEqual(before);
    expect(await enrol(deps(), owner, enrolment, '000000', actor)).toEqual({ problem: 'mismatch' });
    expect(before).toMatchObject([{ events: '2', mails: '1' }]);
  });

  it('that is sent to two at the same moment sets up one app, with codes that both show', async () => {
    const { id, owner, enrolment, typed, actor } = await begun();
    await Promise.all([1, 2, 3].map(() => enrol(deps(), owner, enrolment, typed, actor)));
    expect(await stateOf(id)).toMatchObject([{ events: '2', mails: '1' }]);
    expect(await enrolledAt(deps(), id, enrolment)).toBeInstanceOf(Date);
  });

  it('never replaces an app that was set up since it was begun', async () => {
    const { id, owner, enrolment, typed, actor } = await begun();
    await addSecondStep(server, id);
    const before = await stateOf(id);
    expect(await enrol(deps(), owner, enrolment, typed, actor)).toEqual({ problem: 'overtaken' });
    expect(await stateOf(id)).toEqual(before);
  });

  it('does not bring an app back that was replaced or removed since', async () => {
    const { id, owner, enrolment, typed, actor } = await begun();
    await enrol(deps(), owner, enrolment, typed, actor);
    const [{ created_at: at } = {}] = await rowsOf(
      server.db,
      `SELECT created_at FROM account_totp WHERE account_id = '${id}'`,
    );
    const newer = await beginEnrolment(deps().sealer, { accountId: id, binding: 'here' }, at as Date);
    await enrol(deps(), owner, newer, generateSync({ secret: newer.secret }), actor);
    const before = await stateOf(id);
    expect(await enrol(deps(), owner, enrolment, typed, actor)).toEqual({ problem: 'overtaken' });
    expect(await stateOf(id)).toEqual(before);
    await turnOffSecondStep(server.db, owner, actor);
    expect(await enrol(deps(), owner, newer, generateSync({ secret: newer.secret }), actor)).toEqual({
      problem: 'overtaken',
    });
  });

  it('of a session that a reset has ended does nothing', async () => {
    const { id, owner, enrolment, typed, actor } = await begun();
    await setPassword(server.db, passwords, id, 'another long password', { id: 'cli' });
    await expect(enrol(deps(), owner, enrolment, typed, actor)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await stateOf(id)).toEqual([]);
    await addSecondStep(server, id);
    await expect(turnOffSecondStep(server.db, owner, actor)).rejects.toMatchObject({ kind: 'conflict' });
    const codes = { codes: ['0000-0000'], replaces: undefined };
    await expect(renewRecoveryCodes(deps(), owner, codes, actor)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('belongs to one session', async () => {
    const { id, enrolment } = await begun();
    const open = (binding: string) => openEnrolment(deps().sealer, { accountId: id, binding }, enrolment.sealed);
    expect([open('here')?.secret, open('elsewhere')]).toEqual([enrolment.secret, undefined]);
  });

  it('shows the same codes again when it is sent once more, until there are newer ones', async () => {
    const account = await addPerson(server.db, 'sent-twice@example.com');
    const person = await signedInAs(server, account.email);
    const page = await person.visit('/account/security/second-step');
    const otp = generateSync({ secret: keyOn(page) });
    const codes = codesOn(await person.submit(page, '/security/second-step', { otp }));
    const reloaded = await person.submit(page, '/security/second-step', { otp: '000000' });
    expect([codesOn(reloaded), codes.length]).toEqual([codes, 10]);

    const security = await person.visit('/account/security');
    const [one, two] = await Promise.all([1, 2].map(() => person.submit(security, '/recovery-codes', {})));
    const fresh = codesOn(one as Page);
    expect([codesOn(two as Page), fresh.length, fresh.some((code) => codes.includes(code))]).toEqual([
      fresh,
      10,
      false,
    ]);
    expect(codesOn(await person.submit(page, '/security/second-step', { otp }))).toEqual([]);
    const newest = codesOn(await person.submit(await person.visit('/account/security'), '/recovery-codes', {}));
    expect(newest).toHaveLength(10);
    const late = await person.submit(security, '/recovery-codes', {});
    expect([new URL(late.url).pathname, codesOn(late)]).toEqual(['/account/security', []]);
    const kept = await rowsOf(
      server.db,
      `SELECT action FROM audit_events WHERE target = 'account:${account.id}' AND action LIKE '%codes_made'`,
    );
    expect(kept).toHaveLength(2);
  });
});

describe('turning it on in the middle of a sign-in', () => {
  const acr = { scope: 'openid projects:read', acr_values: 'urn:vibecaas:acr:2' };
  async function atEnrolment() {
    made += 1;
    const { id, email } = await addPerson(server.db, `on-the-way-${made}@example.com`);
    const person = newPerson(server.issuer);
    const page = await person.submit(await person.visit(authorizeUrl(server, acr)), '/sign-in', { email, password });
    const otp = generateSync({ secret: keyOn(page) });
    return { id, email, person, page, otp };
  }

  it('by a double click shows the codes, whichever answer the browser keeps', async () => {
    for (const parallel of [true, false]) {
      const { person, page, otp, id } = await atEnrolment();
      const click = () => person.submit(page, '/enrol', { otp });
      const [one, two] = parallel ? await Promise.all([click(), click()]) : [await click(), await click()];
      expect([codesOn(one).length, codesOn(two)]).toEqual([10, codesOn(one)]);
      const consent = await person.submit(two, '/enrol/saved', { saved: 'on' });
      expect(consent.text).toContain('name="decision"');
      const events = await rowsOf(
        server.db,
        `SELECT 1 FROM audit_events WHERE target = 'account:${id}' AND action = 'account.second_step_on'`,
      );
      expect(events).toHaveLength(1);
    }
  });

  it('keeps showing the codes until they are saved, and not after', async () => {
    const { id, person, page, otp } = await atEnrolment();
    const codes = await person.submit(page, '/enrol', { otp });
    expect(new URL(codes.url).pathname).toMatch(/\/enrol\/codes$/);
    for (const url of [page.url, codes.url, page.url.replace('/enrol', '/second-step')]) {
      expect(codesOn(await person.visit(url)), url).toEqual(codesOn(codes));
    }
    const [row] = await rowsOf(server.db, `SELECT unsaved_codes FROM sign_in_attempts WHERE account_id = '${id}'`);
    expect((row as { unsaved_codes: Buffer }).unsaved_codes.toString('latin1')).not.toContain(codesOn(codes)[0]);
    const thief = newPerson(server.issuer);
    expect((await thief.request(codes.url)).status).toBe(410);
    await person.submit(codes, '/enrol/saved', { saved: 'on' });
    expect(codesOn(await person.visit(codes.url))).toEqual([]);
    expect(await attemptsOf(id)).toEqual([]);
  });

  it('with a form that arrives after the end begins no sign-in', async () => {
    const { id, person, page, otp } = await atEnrolment();
    const codes = await person.submit(page, '/enrol', { otp });
    await person.submit(codes, '/enrol/saved', { saved: 'on' });
    const idHash = Buffer.from('gone');
    const late = {
      idHash,
      accountId: id,
      methods: ['pwd', 'otp'] as const,
      verifiedAt: new Date(),
      unsavedCodes: idHash,
    };
    await noteEnrolment(server.db, late);
    expect(await attemptsOf(id)).toEqual([]);
  });
});

it('a password alone still gives tokens to somebody without a second step', async () => {
  expect((await obtainTokens(server)).access_token).toBeTruthy();
});
