/** A person who forgot the password gets back in by a link from their mail, and nobody else does. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSecondStep, codeNow, signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { canBeToldApart } from '../support/mann-whitney.ts';
import { obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
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
  return addPerson(server.db, `reset-${made}@example.com`);
}
const isIn = async (browser: Person) => (await browser.request('/account/apps')).status === 200;
const canSignIn = async (email: string, secret: string) => {
  const browser = newPerson(server.issuer);
  await browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password: secret });
  return isIn(browser);
};
const ask = async (email: string, browser = newPerson(server.issuer)) =>
  browser.submit(await browser.visit('/reset'), '/reset', { email });
const setNew = (browser: Person, page: Page, secret = fresh) =>
  browser.submit(page, '/reset/new', { new_password: secret });
/** Everything that a reset could change. */
const stateOf = async (id: string) =>
  rowsOf(
    server.db,
    `SELECT password_hash, sessions_valid_from, email_verified_at, (SELECT count(*) FROM sessions WHERE account_id = a.id) AS sessions,
      (SELECT json_agg(used_at) FROM account_links WHERE account_id = a.id) AS links FROM accounts a WHERE id = '${id}'`,
  );

it('a reset leads from the sign-in page by mail to a new password, and signs in', async () => {
  const { id, email } = await somebody();
  const elsewhere = await signedInAs(server, email);
  const tokens = await obtainTokens(server, { client_id: 'web' }, elsewhere);
  const browser = newPerson(server.issuer);
  expect((await browser.visit('/sign-in')).text).toContain('<a href="/reset">Forgot your password?</a>');
  const sent = await ask(email, browser);
  expect([sent.status, sent.url]).toEqual([200, `${server.issuer}/reset/sent`]);
  expect(sent.text).toContain(email);

  const link = await mailbox.link(email);
  expect(link).toMatch(new RegExp(`^${server.issuer}/reset/vcs_ml_[\\w-]{43}$`));
  const page = await browser.visit(link);
  expect([page.status, page.url]).toEqual([200, `${server.issuer}/reset/new`]);
  const done = await setNew(browser, page);
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/security`]);
  expect(done.text).toContain('Your password is changed.');
  const cookies = (await browser.jar.getCookies(server.issuer)).map(({ key }) => key);
  expect(cookies.filter((name) => /link$|reset_for$/.test(name))).toEqual([]);

  expect([await isIn(browser), await isIn(elsewhere)]).toEqual([true, false]);
  expect((await refresh(server, tokens.refresh_token as string, 'web')).body.error).toBe('invalid_grant');
  expect([await canSignIn(email, password), await canSignIn(email, fresh)]).toEqual([false, true]);
  // A mail about the new browser may come before it.
  await expect.poll(() => mailbox.to(email).map(({ subject }) => subject)).toContain('Your password was changed');
  const log = await auditOf(server.db, `account:${id}`);
  expect(log.map(({ action }) => action)).toContain('account.password_reset');
  // It showed that the mailbox is theirs.
  expect((await stateOf(id))[0]?.email_verified_at).toBeInstanceOf(Date);

  const token = link.split('/').at(-1) as string;
  expect(server.logged()).not.toContain(token);
  expect(JSON.stringify(log)).not.toContain(token);
  const everything = await rowsOf(
    server.db,
    `SELECT (SELECT json_agg(m)::text FROM mails m) || (SELECT json_agg(l)::text FROM account_links l)
      || (SELECT json_agg(j)::text FROM vcauth_queue.job j) AS text`,
  );
  expect(everything[0]?.text).not.toContain(token.slice(10));
});

it('a link works once', async () => {
  const { email } = await somebody();
  await ask(email);
  const link = await mailbox.link(email);
  const [browser, other] = [newPerson(server.issuer), newPerson(server.issuer)];
  const [page, open] = [await browser.visit(link), await other.visit(link)];
  await setNew(browser, page);
  expect((await setNew(other, open, `${fresh} 2`)).status).toBe(410);
  expect((await other.visit(link)).status).toBe(410);
  expect([await canSignIn(email, fresh), await canSignIn(email, `${fresh} 2`)]).toEqual([true, false]);
});

it('one of two resets at the same moment takes effect', async () => {
  const { email } = await somebody();
  await ask(email);
  const link = await mailbox.link(email);
  const people = [1, 2, 3].map((n) => ({ browser: newPerson(server.issuer), secret: `${fresh} ${n}` }));
  const pages = await Promise.all(people.map(({ browser }) => browser.visit(link)));
  const answers = await Promise.all(people.map(({ browser, secret }, n) => setNew(browser, pages[n] as Page, secret)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410, 410]);
});

it('opening the link changes nothing, however often a mail scanner does it', async () => {
  const { id, email } = await somebody();
  await ask(email);
  const link = await mailbox.link(email);
  const before = await stateOf(id);
  for (const method of ['GET', 'HEAD', 'GET']) {
    const scanner = newPerson(server.issuer);
    expect((await scanner.visit(link, { method })).status).toBe(200);
  }
  expect((await newPerson(server.issuer).request(link, { method: 'POST' })).status).toBe(405);
  expect(await stateOf(id)).toEqual(before);
  const browser = newPerson(server.issuer);
  expect((await setNew(browser, await browser.visit(link))).status).toBe(200);
});

it('the token leaves the address before any page is shown, and no page sends a Referer', async () => {
  const { email } = await somebody();
  await ask(email);
  const link = await mailbox.link(email);
  const token = link.split('/').at(-1) as string;
  const browser = newPerson(server.issuer);
  const first = await browser.request(link);
  expect([first.status, first.headers.get('location'), first.headers.get('referrer-policy')]).toEqual([
    303,
    '/reset/new',
    'no-referrer',
  ]);
  const page = await browser.visit('/reset/new');
  expect(page.text).not.toContain(token);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.headers.get('cache-control')).toBe('no-store');
});

it('asking again ends the older link at once, before the new mail is sent', async () => {
  const { email } = await somebody();
  await ask(email);
  const older = await mailbox.link(email);
  const browser = newPerson(server.issuer);
  const page = await browser.visit(older);
  await ask(email);
  expect((await setNew(browser, page)).status).toBe(410);
  const newer = await mailbox.link(email, 2);
  expect((await newPerson(server.issuer).visit(older)).status).toBe(410);
  expect((await setNew(browser, await browser.visit(newer))).status).toBe(200);
});

it('a link ends after 30 minutes, with a new password, a suspension or another address', async () => {
  const ends: [what: string, sql: (id: string) => string][] = [
    ['time', (id) => `UPDATE account_links SET expires_at = now() WHERE account_id = '${id}'`],
    ['a new password', (id) => `UPDATE accounts SET sessions_valid_from = clock_timestamp() WHERE id = '${id}'`],
    ['a suspension', (id) => `UPDATE accounts SET status = 'suspended' WHERE id = '${id}'`],
    ['another address', (id) => `UPDATE accounts SET email = 'new-' || email WHERE id = '${id}'`],
  ];
  for (const [what, sql] of ends) {
    const { id, email } = await somebody();
    await ask(email);
    const link = await mailbox.link(email);
    const minutes = `SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 60)::integer AS n FROM account_links WHERE account_id = '${id}'`;
    expect((await rowsOf(server.db, minutes))[0]?.n, what).toBe(30);
    const browser = newPerson(server.issuer);
    const page = await browser.visit(link);
    await server.db.script(sql(id));
    expect((await setNew(browser, page)).status, what).toBe(410);
    expect((await browser.visit(link)).status, what).toBe(410);
  }
});

it('a link that is asked for in the millisecond in which everything ended works', async () => {
  const { id, email } = await somebody();
  const end = `date_trunc('milliseconds', clock_timestamp())`;
  await server.db.script(`DO $$ BEGIN
    PERFORM queue_mail('reset_password', '${email}', NULL, '{"at":"2026-11-24T07:52:44.000Z"}', NULL, NULL, NULL);
    UPDATE accounts SET sessions_valid_from = ${end} + interval '800 microseconds' WHERE id = '${id}';
    UPDATE mails SET created_at = (SELECT sessions_valid_from FROM accounts WHERE id = '${id}') + interval '100 microseconds'
      WHERE recipient = '${email}';
  END $$`);
  expect((await newPerson(server.issuer).visit(await mailbox.link(email))).status).toBe(200);
});

it('a weak password is refused with the reason, and the link still works', async () => {
  const { id, email } = await somebody();
  await ask(email);
  const browser = newPerson(server.issuer);
  const page = await browser.visit(await mailbox.link(email));
  const before = await stateOf(id);
  for (const weak of ['short', 'password1234', email]) {
    const refused = await setNew(browser, page, weak);
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/role="alert"><b>Too (?:short|easy to guess)\.<\/b> /);
    expect(refused.text).not.toContain(`value="${weak}" type="password"`);
  }
  expect(await stateOf(id)).toEqual(before);
  expect((await setNew(browser, page)).status).toBe(200);
});

it('a form without the link, from another browser or of another site sets no password', async () => {
  const { id, email } = await somebody();
  await ask(email);
  const link = await mailbox.link(email);
  const browser = newPerson(server.issuer);
  await browser.visit(link);
  const before = await stateOf(id);
  const body = new URLSearchParams({ new_password: fresh });
  expect((await browser.request('/reset/new', { method: 'POST', body })).status).toBe(403);
  const asking = new URLSearchParams({ email: `never-${email}` });
  expect((await browser.request('/reset', { method: 'POST', body: asking })).status).toBe(403);
  expect(await rowsOf(server.db, `SELECT 1 FROM mails WHERE recipient = 'never-${email}'`)).toEqual([]);
  const stranger = newPerson(server.issuer);
  expect((await stranger.request('/reset/new')).status).toBe(410);
  expect((await stranger.request('/reset/new', { method: 'POST', body })).status).toBe(410);
  expect((await stranger.visit(`/reset/vcs_ml_${'A'.repeat(43)}`)).status).toBe(410);
  expect((await stranger.visit('/reset/nonsense')).status).toBe(410);
  expect(await stateOf(id)).toEqual(before);
});

it('unknown and suspended addresses get the same answer and no mail, and nothing stays of them', async () => {
  const known = await somebody();
  const suspended = await somebody();
  await server.db.script(`UPDATE accounts SET status = 'suspended' WHERE id = '${suspended.id}'`);
  const shape = async (email: string) => {
    const browser = newPerson(server.issuer);
    const form = await browser.visit('/reset');
    const body = new URLSearchParams(
      [...form.text.matchAll(/name="(csrf)" value="([^"]*)"/g)].map(([, n = '', v = '']) => [n, v]),
    );
    body.set('email', email);
    const answer = await browser.request('/reset', { method: 'POST', body });
    const page = await browser.visit('/reset/sent');
    const headers = [...answer.headers].map(([name, value]) => [
      name,
      name === 'date' || name === 'x-request-id' || name === 'set-cookie' ? value.length : value,
    ]);
    return {
      status: answer.status,
      headers,
      body: answer.text,
      page: page.text.replaceAll(email, 'ADDRESS').replace(/name="csrf" value="[^"]*"/, ''),
      size: page.text.length,
    };
  };
  const nobody = known.email.replace('reset-', 'nobdy-');
  const answers = [await shape(known.email), await shape(suspended.email), await shape(nobody)];
  expect(answers[1]).toEqual({ ...answers[0], headers: expect.anything() });
  expect(answers[2]).toEqual(answers[0]);
  await mailbox.next(known.email);
  const states = `SELECT status FROM mails WHERE recipient IN ('${suspended.email}', '${nobody}')`;
  await eventually(async () => rowsOf(server.db, states)).toEqual([{ status: 'dropped' }, { status: 'dropped' }]);
  expect([...mailbox.to(suspended.email), ...mailbox.to(nobody)]).toEqual([]);
  const [row] = await rowsOf(
    server.db,
    `SELECT delete_at - now() < interval '3 hours' AS soon FROM mails WHERE recipient = '${nobody}'`,
  );
  expect(row?.soon).toBe(true);
});

it('with a second step, the mailbox alone neither opens the account nor changes its password', async () => {
  const { id, email } = await somebody();
  await addSecondStep(server, id);
  await ask(email);
  expect((await mailbox.next(email)).text).toContain('It asks for your second step as well.');
  const browser = newPerson(server.issuer);
  const page = await browser.visit(await mailbox.link(email));
  expect(page.text).toContain('name="otp"');
  const before = await stateOf(id);
  for (const otp of ['', '000000', 'ABCD-1234']) {
    const refused = await browser.submit(page, '/reset/new', { new_password: fresh, otp });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('That code didn’t work.');
  }
  expect(await stateOf(id)).toEqual(before);
  // A weak password does not use the code up.
  const otp = await codeNow(server, email);
  expect((await browser.submit(page, '/reset/new', { new_password: 'short', otp })).text).not.toContain('That code');
  const done = await browser.submit(page, '/reset/new', { new_password: fresh, otp });
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/security`]);
  expect(await isIn(browser)).toBe(true);
  expect(
    await rowsOf(server.db, `SELECT 1 FROM sign_in_attempts WHERE account_id = '${id}' AND methods <> '{}'`),
  ).toEqual([]);
});

it('a second step that is set up while a reset waits keeps the mailbox out', async () => {
  const { id, email } = await somebody();
  await ask(email);
  const browser = newPerson(server.issuer);
  const page = await browser.visit(await mailbox.link(email));
  const [before] = await stateOf(id);
  const holder = await server.db.pgPool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [id]);
  const answer = setNew(browser, page);
  await eventually(() => waitingForLocks(server.db)).toBe(1);
  await addSecondStep(server, id);
  await holder.query('COMMIT');
  holder.release();
  expect((await answer).status).toBe(410);
  const [after] = await stateOf(id);
  expect(after).toMatchObject({ password_hash: before?.password_hash, sessions: '0' });
  expect(await isIn(browser)).toBe(false);
});

it('guesses at the second step of a reset are limited on all nodes, also by several links', async () => {
  const env = { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' };
  const limited = await startTestServer({ env });
  const beside = await startTestServer({ beside: limited, env });
  try {
    const { id, email } = await addPerson(limited.db, `guessed-${Date.now()}@example.com`);
    await addSecondStep(limited, id);
    const statuses: number[] = [];
    for (const [n, { issuer }] of [limited, beside].entries()) {
      const browser = newPerson(issuer);
      await browser.submit(await browser.visit('/reset'), '/reset', { email });
      // Either node may have sent it.
      const page = await browser.visit(new URL(await mailbox.link(email, n + 1)).pathname);
      for (let guess = 0; guess < 4; guess += 1) {
        const otp = String(100_000 + 10 * n + guess);
        statuses.push((await browser.submit(page, '/reset/new', { new_password: fresh, otp })).status);
      }
    }
    expect(statuses.slice(0, 4)).toEqual([422, 422, 422, 422]);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  } finally {
    await beside.stop();
    await limited.stop();
  }
});

it('a reset of an account that needs a second step has the person set one up first', async () => {
  const strict = await startTestServer({ env: { SMTP_URL: mailbox.url, ACCOUNT_MFA: 'required' } });
  try {
    const { email } = await addPerson(strict.db, `strict-${Date.now()}@example.com`);
    const browser = newPerson(strict.issuer);
    await browser.submit(await browser.visit('/reset'), '/reset', { email });
    const page = await browser.visit(await mailbox.link(email));
    const next = await browser.submit(page, '/reset/new', { new_password: fresh });
    expect(new URL(next.url).pathname).toBe('/sign-in/enrol');
    expect((await browser.request('/account/apps')).status).toBe(303);
  } finally {
    await strict.stop();
  }
});

it('mails are in the language that the person chose, or that the page had', async () => {
  const [chosen, asked] = [await somebody(), await somebody()];
  await server.db.script(`UPDATE accounts SET locale = 'ja' WHERE id = '${chosen.id}'`);
  const inGerman = async (email: string) => {
    const browser = newPerson(server.issuer);
    const page = await browser.visit('/reset', { headers: { 'accept-language': 'de' } });
    expect(page.text).toContain('<html lang="de"');
    const body = new URLSearchParams({ email, csrf: /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '' });
    await browser.request('/reset', { method: 'POST', body, headers: { 'accept-language': 'de' } });
  };
  await inGerman(chosen.email);
  await inGerman(asked.email);
  expect((await mailbox.next(chosen.email)).subject).toBe('新しいパスワードの設定');
  const german = await mailbox.next(asked.email);
  expect(german.subject).toBe('Neues Passwort festlegen');
  expect(german.html).toContain('<html lang="de"');
});

it('the answer for an unknown address takes as long as for a known one', async () => {
  expect(await canBeToldApart(timesOfAnswers)).toBe(false);
});

/** Returns how long answers take for addresses with an account, and for as many without one, in milliseconds. */
async function timesOfAnswers(series: number) {
  const samples = 200;
  const known = await Promise.all(Array.from({ length: samples }, () => somebody()));
  const browser = newPerson(server.issuer);
  const form = await browser.visit('/reset');
  const asked = known.flatMap(({ email }, n) => [
    { email, of: 'known' as const },
    { email: `stranger-${series}${String(n).padStart(3, '0')}@example.com`, of: 'unknown' as const },
  ]);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const { email, of } of shuffled(asked)) {
    const body = new URLSearchParams(
      [...form.text.matchAll(/name="(csrf)" value="([^"]*)"/g)].map(([, n = '', v = '']) => [n, v]),
    );
    body.set('email', email);
    const started = performance.now();
    const { status } = await browser.request('/reset', { method: 'POST', body });
    times[of].push(performance.now() - started);
    expect(status).toBe(303);
  }
  return [times.known, times.unknown] as const;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
