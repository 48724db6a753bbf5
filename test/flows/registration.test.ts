/** Somebody without an account makes one by a link to their mailbox, if this server lets them, and nobody learns who has one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { newAuthenticator, optionsOf } from '../support/authenticator.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { canBeToldApart } from '../support/mann-whitney.ts';
import { authorizeUrl, callback } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements, statementsOfRequests } from '../support/statements.ts';

const secret = 'quite another long password';
let mailbox: Mailbox;
let server: TestServer;
let closed: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, REGISTRATION: 'open' } });
  // On the same database, as after a change of the setting.
  closed = await startTestServer({ beside: server, env: { SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await closed.stop();
  await server.stop();
  await mailbox.stop();
});

let made = 0;
const newcomer = () => {
  made += 1;
  return `newcomer-${String(made).padStart(4, '0')}@example.com`;
};
/** Whichever node sends a mail names itself in it. */
const here = (link = '') => link.replace(/^https?:\/\/[^/]+/, server.issuer);
const linkTo = async (email: string, n?: number) => here(await mailbox.link(email, n));
const isIn = async (browser: Person) => (await browser.request('/account/apps')).status === 200;
const ask = async (email: string, browser = newPerson(server.issuer)) =>
  browser.submit(await browser.visit('/register'), '/register', { email });
const finish = (browser: Person, page: Page, fields: Record<string, string> = {}) =>
  browser.submit(page, '/register/new', { name: 'Nora Newcomer', new_password: secret, ...fields });
const accountsOf = (email: string) =>
  rowsOf(
    server.db,
    `SELECT id, name, role, tier, email_verified_at, password_hash FROM accounts WHERE email = '${email}'`,
  );
/** A browser at the form to which the link leads. */
async function atForm(email: string) {
  await ask(email);
  const link = await linkTo(email);
  const browser = newPerson(server.issuer);
  return { link, browser, page: await browser.visit(link) };
}

it('a registration leads from the sign-in page by mail to an account with a confirmed address, and signs in', async () => {
  const email = newcomer();
  const browser = newPerson(server.issuer);
  const start = await browser.visit('/sign-in?next=/account/security');
  expect(start.text).toContain('<a href="/register?next=%2Faccount%2Fsecurity">Create an account</a>');
  const form = await browser.visit('/register?next=%2Faccount%2Fsecurity');
  expect(form.text).toContain('href="/sign-in?next=%2Faccount%2Fsecurity"');
  const sent = await browser.submit(form, '/register', { email });
  expect([sent.status, sent.url]).toEqual([200, `${server.issuer}/register/sent`]);
  expect(sent.text).toContain(email);
  expect(await accountsOf(email)).toEqual([]);

  const mail = await mailbox.next(email);
  expect(mail.subject).toBe('Finish your VibeCaaS account');
  const link = here(mail.links[0]);
  expect(link).toMatch(new RegExp(`^${server.issuer}/register/vcs_ml_[\\w-]{43}$`));
  const page = await browser.visit(link);
  expect([page.status, page.url]).toEqual([200, `${server.issuer}/register/new`]);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await accountsOf(email)).toEqual([]);

  const done = await finish(browser, page);
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/security`]);
  const [account] = await accountsOf(email);
  expect(account).toMatchObject({ name: 'Nora Newcomer', role: 'user', tier: 'free' });
  expect(account?.email_verified_at).toBeInstanceOf(Date);
  const log = await auditOf(server.db, `account:${account?.id}`);
  expect(log.find(({ action }) => action === 'account.created')).toMatchObject({
    actor: `account:${account?.id}`,
    details: { role: 'user', tier: 'free', by: 'password', registered: true },
  });
  // Neither the token nor the password stays anywhere.
  const token = link.split('/').at(-1) as string;
  const [everything] = await rowsOf(
    server.db,
    `SELECT (SELECT json_agg(m)::text FROM mails m) || (SELECT json_agg(l)::text FROM account_links l)
      || (SELECT json_agg(j)::text FROM vcauth_queue.job j) || (SELECT json_agg(e)::text FROM audit_events e) AS text`,
  );
  for (const place of [everything?.text, server.logged()]) {
    expect(place).not.toContain(token.slice(10));
    expect(place).not.toContain(secret);
  }
  // The first sign-in surprises nobody.
  expect(mailbox.to(email)).toHaveLength(1);
});

it('a registration that an app has sent somebody to leads back to the app', async () => {
  const email = newcomer();
  const browser = newPerson(server.issuer);
  const start = await browser.visit(authorizeUrl(server));
  const way = /href="(\/interaction\/[^/"]+\/register)"/.exec(start.text)?.[1] as string;
  const form = await browser.visit(way);
  expect(form.url).toBe(`${server.issuer}/register`);
  expect(form.text).toContain(`href="${way.replace('/register', '')}"`);
  await browser.submit(form, '/register', { email });
  const page = await browser.visit(await linkTo(email));
  const consent = await finish(browser, page);
  expect(consent.url).toMatch(/\/interaction\//);
  expect(consent.text).toContain(email);
  expect(callback(await decide(browser, consent, 'allow')).has('code')).toBe(true);
});

it('a link that is opened in another browser makes the account there', async () => {
  const email = newcomer();
  const first = newPerson(server.issuer);
  await ask(email, first);
  const other = newPerson(server.issuer);
  const done = await finish(other, await other.visit(await linkTo(email)));
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/apps`]);
  expect([await isIn(other), await isIn(first)]).toEqual([true, false]);
});

it('a passkey can take the place of a password, and signs in from then on', async () => {
  const email = newcomer();
  const { browser, page } = await atForm(email);
  const authenticator = newAuthenticator(server.issuer);
  const form = await browser.submit(page, '/register/new', { name: 'Nora', new_password: '' });
  expect(form.status).toBe(422);
  // As the button of that name does, in a browser with script.
  const body = new URLSearchParams(formOf(page, '/register/new').hidden);
  body.set('name', 'Nora');
  const withPasskey = await browser.visit('/register/new/with-passkey', { method: 'POST', body });
  expect(withPasskey.text).toContain('value="Nora"');
  const options = optionsOf(withPasskey, '/register/new/passkey');
  expect(options.user?.name).toBe(email);
  const passkey = authenticator.create(options);
  const refused = await browser.submit(withPasskey, '/register/new/passkey', { name: ' ', passkey });
  expect(refused.status).toBe(422);
  const wrong = authenticator.create(optionsOf(refused, '/register/new/passkey'), { origin: 'https://evil.example' });
  const evil = await browser.submit(refused, '/register/new/passkey', { name: 'Nora', passkey: wrong });
  expect([evil.status, evil.text.includes('No account was made.')]).toEqual([422, true]);
  expect(await accountsOf(email)).toEqual([]);
  const right = authenticator.create(optionsOf(evil, '/register/new/passkey'));
  const done = await browser.submit(evil, '/register/new/passkey', { name: 'Nora', passkey: right });
  expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/apps`]);
  const [account] = await accountsOf(email);
  expect(account?.password_hash).toBeNull();
  expect(options.user?.id).toBe(Buffer.from(account?.id as string).toString('base64url'));

  const later = newPerson(server.issuer);
  const signIn = await later.visit('/sign-in');
  const answer = authenticator.get(optionsOf(signIn, '/sign-in/passkey'));
  await later.submit(signIn, '/sign-in/passkey', { passkey: answer });
  expect(await isIn(later)).toBe(true);
});

describe('a link of a registration', () => {
  it('works once, however many browsers send its form at the same moment to two nodes', async () => {
    const email = newcomer();
    await ask(email);
    const link = await linkTo(email);
    const node = await startTestServer({ beside: server, env: { SMTP_URL: mailbox.url, REGISTRATION: 'open' } });
    try {
      const at = [server, node, server].map(({ issuer }) => newPerson(issuer));
      const paths = [server, node, server].map(({ issuer }) => link.replace(server.issuer, issuer));
      const pages = await Promise.all(at.map((browser, n) => browser.visit(paths[n] as string)));
      const answers = await Promise.all(at.map((browser, n) => finish(browser, pages[n] as Page)));
      expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
      // The slower ones come before or after the account is there.
      expect(answers.every(({ status }) => [200, 409, 410].includes(status))).toBe(true);
      expect(await accountsOf(email)).toHaveLength(1);
      expect((await newPerson(server.issuer).visit(link)).status).toBe(410);
    } finally {
      await node.stop();
    }
  });

  it('is not used up by a mail scanner', async () => {
    const email = newcomer();
    await ask(email);
    const link = await linkTo(email);
    for (const method of ['GET', 'HEAD', 'GET']) {
      expect((await newPerson(server.issuer).visit(link, { method })).status).toBe(200);
    }
    expect((await newPerson(server.issuer).request(link, { method: 'POST' })).status).toBe(405);
    expect(await accountsOf(email)).toEqual([]);
    const browser = newPerson(server.issuer);
    expect((await finish(browser, await browser.visit(link))).status).toBe(200);
  });

  it('ends when a newer one is asked for, after 24 hours, and while registration is closed', async () => {
    const email = newcomer();
    const { link, browser, page } = await atForm(email);
    const hours = `SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 3600)::integer AS n FROM account_links WHERE address = '${email}'`;
    expect((await rowsOf(server.db, hours))[0]?.n).toBe(24);
    await ask(email);
    expect((await finish(browser, page)).status).toBe(410);
    expect((await newPerson(server.issuer).visit(link)).status).toBe(410);

    const newer = await linkTo(email, 2);
    const inTime = newPerson(server.issuer);
    const form = await inTime.visit(newer);
    const shut = newPerson(closed.issuer);
    const nothing = await shut.visit(newer.replace(server.issuer, closed.issuer));
    expect([nothing.status, nothing.text.includes('Nobody can make an account here now')]).toEqual([403, true]);
    await server.db.script(`UPDATE account_links SET expires_at = now() WHERE address = '${email}'`);
    expect((await finish(inTime, form)).status).toBe(410);
    expect(await accountsOf(email)).toEqual([]);
  });

  it('makes no second account if the address got one meanwhile, and says so to whoever has the mailbox', async () => {
    const email = newcomer();
    const { browser, page, link } = await atForm(email);
    const account = await addPerson(server.db, email);
    const before = await accountsOf(email);
    const answer = await finish(browser, page);
    expect([answer.status, answer.text.includes('This address has an account already')]).toEqual([409, true]);
    expect((await newPerson(server.issuer).visit(link)).status).toBe(409);
    expect(await accountsOf(email)).toEqual(before);
    expect(before[0]?.id).toBe(account.id);
  });

  it('makes nothing without the link, from another browser, of another kind, or of another site', async () => {
    const email = newcomer();
    const { browser, link } = await atForm(email);
    const body = new URLSearchParams({ name: 'Nora', new_password: secret });
    expect((await browser.request('/register/new', { method: 'POST', body })).status).toBe(403);
    const stranger = newPerson(server.issuer);
    expect((await stranger.request('/register/new', { method: 'POST', body })).status).toBe(410);
    expect((await stranger.visit('/register/nonsense')).status).toBe(410);
    const token = link.split('/').at(-1);
    for (const kind of ['reset', 'verify', 'address', 'undo', 'invitation']) {
      expect((await newPerson(server.issuer).visit(`/${kind}/${token}`)).status, kind).toBe(410);
    }
    expect(await accountsOf(email)).toEqual([]);
  });
});

describe('the form', () => {
  it('refuses names and passwords that cannot be, shows the name again and never the password, and keeps the link', async () => {
    const email = newcomer();
    const { browser, page } = await atForm(email);
    const names = ['', '   ', '\u0007', 'Ada\u202eecalevoL', 'line\nbreak', 'x'.repeat(101), 'x'.repeat(10_000)];
    for (const name of names) {
      const refused = await finish(browser, page, { name });
      expect(refused.status, JSON.stringify(name)).toBe(422);
      expect(refused.text).toContain('Your name must have 1 to 100 characters');
    }
    const weak = ['', 'short', 'password1234', email, 'Nora Newcomer', 'x'.repeat(10_000)];
    for (const new_password of weak) {
      const refused = await finish(browser, page, { new_password });
      expect(refused.status, new_password).toBe(422);
      expect(refused.text).toContain('value="Nora Newcomer"');
      expect(refused.text).toMatch(/role="alert"><b>/);
      if (new_password !== '' && new_password !== 'Nora Newcomer' && new_password !== email) {
        expect(refused.text).not.toContain(`"${new_password}"`);
      }
    }
    expect(await accountsOf(email)).toEqual([]);
    expect((await finish(browser, page)).status).toBe(200);
  });

  it('refuses addresses that cannot be, and queues nothing for them', async () => {
    const count = async () => (await rowsOf(server.db, 'SELECT count(*)::integer AS n FROM mails'))[0]?.n;
    const before = await count();
    for (const email of [
      '',
      'nora',
      'a@b@c',
      'a\u0007@example.com',
      'a\r\nBcc: x@example.com',
      `${'a'.repeat(10_000)}@example.com`,
    ]) {
      const answer = await ask(email);
      expect(answer.status, email.slice(0, 20)).toBe(422);
      expect(answer.text).toContain('aria-invalid="true"');
    }
    expect(await count()).toBe(before);
  });

  it('is in the language of the reader, and so is the mail; the sign-in notes it', async () => {
    const email = newcomer();
    const browser = newPerson(server.issuer, { 'accept-language': 'ja' });
    expect((await ask(email, browser)).text).toContain('<html lang="ja"');
    const mail = await mailbox.next(email);
    expect(mail.subject).toBe('VibeCaaS アカウントの作成');
    await finish(browser, await browser.visit(here(mail.links[0])));
    const [signedIn] = (await auditOf(server.db, `account:${(await accountsOf(email))[0]?.id}`)).filter(
      ({ action }) => action === 'account.signed_in',
    );
    expect(signedIn?.details).toMatchObject({ language: 'ja' });
  });
});

describe('nobody learns who has an account', () => {
  it('from the answer: it is the same for known, suspended and unknown addresses', async () => {
    const known = newcomer();
    const suspended = newcomer();
    const nobody = newcomer();
    await addPerson(server.db, known);
    await suspendAccount(server.db, (await addPerson(server.db, suspended)).id, { id: 'test' });
    const shape = async (email: string) => {
      const browser = newPerson(server.issuer);
      const form = await browser.visit('/register');
      const body = new URLSearchParams(formOf(form, '/register').hidden);
      body.set('email', email);
      const answer = await browser.request('/register', { method: 'POST', body });
      const page = await browser.visit('/register/sent');
      const headers = [...answer.headers].map(([name, value]) => [
        name,
        ['date', 'x-request-id', 'set-cookie'].includes(name) ? value.length : value,
      ]);
      const text = page.text.replaceAll(email, 'ADDRESS').replace(/name="csrf" value="[^"]*"/, '');
      return { status: answer.status, headers, body: answer.text, text, size: page.text.length };
    };
    const answers = [await shape(known), await shape(suspended), await shape(nobody)];
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    // The owner of the mailbox is told how to get in.
    const mail = await mailbox.next(known);
    expect([mail.subject, here(mail.links[0])]).toEqual(['You have an account already', `${server.issuer}/sign-in`]);
    expect((await mailbox.next(nobody)).links[0]).toContain('/register/');
  });
});

it('at most two mails in half an hour go to an address, on all nodes together, and the answer stays the same', async () => {
  const env = { SMTP_URL: mailbox.url, REGISTRATION: 'open', RATE_LIMITS: 'on' };
  const nodes = [await startTestServer({ beside: server, env }), await startTestServer({ beside: server, env })];
  try {
    const email = newcomer();
    for (let n = 0; n < 5; n += 1) {
      const browser = newPerson(nodes[n % 2]?.issuer as string);
      const answer = await browser.submit(await browser.visit('/register'), '/register', { email });
      expect([answer.status, new URL(answer.url).pathname]).toEqual([200, '/register/sent']);
    }
    const count = `SELECT count(*)::integer AS n FROM mails WHERE recipient = '${email}'`;
    expect((await rowsOf(server.db, count))[0]?.n).toBe(2);
    await eventually(() => rowsOf(server.db, `${count} AND status = 'pending'`)).toEqual([{ n: 0 }]);
    // Two nodes send the two mails, in any order. The newer link works.
    const links = mailbox.to(email).map(({ links }) => links[0]?.replace(/^https?:\/\/[^/]+/, server.issuer) as string);
    const opened = await Promise.all(
      links.map(async (link) => {
        const browser = newPerson(server.issuer);
        return { browser, page: await browser.visit(link) };
      }),
    );
    const [works, ...more] = opened.filter(({ page }) => page.status === 200);
    expect(more).toEqual([]);
    expect((await finish(works?.browser as Person, works?.page as Page)).status).toBe(200);
  } finally {
    for (const node of nodes) await node.stop();
  }
});

it('a server that is closed offers no registration, and takes none', async () => {
  const browser = newPerson(closed.issuer);
  expect((await browser.visit('/sign-in')).text).not.toContain('/register');
  expect((await browser.visit('/register')).status).toBe(403);
  const body = new URLSearchParams({ email: newcomer() });
  expect((await browser.request('/register', { method: 'POST', body })).status).toBe(403);
});

it('a mail that cannot be sent now waits, is sent once, and its link works for a day from then on', async () => {
  const email = newcomer();
  let up = false;
  const later = await startMailbox({
    onMailFrom: (_address, _session, callback) => callback(up ? undefined : new Error('not now')),
  });
  const alone = await startTestServer({ env: { SMTP_URL: later.url, REGISTRATION: 'open' } });
  try {
    const browser = newPerson(alone.issuer);
    await browser.submit(await browser.visit('/register'), '/register', { email });
    const state = `SELECT status, attempts FROM mails WHERE recipient = '${email}'`;
    await eventually(() => rowsOf(alone.db, state)).toEqual([{ status: 'pending', attempts: 1 }]);
    up = true;
    await alone.db.script(`UPDATE mails SET due_at = now() - interval '1 second', created_at = created_at - interval '20 hours';
      UPDATE vcauth_queue.job SET start_after = now() - interval '1 second' WHERE name = 'mails' AND state IN ('created', 'retry')`);
    const done = await finish(browser, await browser.visit(await later.link(email)));
    expect([done.status, later.to(email).length]).toEqual([200, 1]);
    const hours = `SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 3600)::integer AS n FROM account_links WHERE address = '${email}'`;
    expect((await rowsOf(alone.db, hours))[0]?.n).toBe(24);
  } finally {
    await alone.stop();
    await later.stop();
  }
});

it('a registration takes few statements', async () => {
  const browser = newPerson(server.issuer);
  const { hidden } = formOf(await browser.visit('/register'), '/register');
  const known = newcomer();
  await addPerson(server.db, known);
  for (const email of [known, newcomer()]) {
    const body = new URLSearchParams([...hidden, ['email', email]]);
    expect(await fewestStatements(server, () => browser.request('/register', { method: 'POST', body }))).toBe(1);
  }
  const counts: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const email = newcomer();
    const at = await atForm(email);
    const body = new URLSearchParams([
      ...formOf(at.page, '/register/new').hidden,
      ['name', 'Nora'],
      ['new_password', secret],
    ]);
    counts.push(
      await statementsOfRequests(server, () => at.browser.request('/register/new', { method: 'POST', body })),
    );
  }
  expect(Math.min(...counts)).toBe(10);
});

// Last, because it leaves hundreds of mails in the queue.
it('the answer for an unknown address takes as long as for a known one', async () => {
  const samples = 200;
  await server.db.script(`INSERT INTO accounts (id, email, name)
      SELECT 'acc_known_' || n, 'knownnnn-' || lpad(n::text, 4, '0') || '@example.com', 'Known' FROM generate_series(0, ${3 * samples}) n`);
  expect(await canBeToldApart((series) => timesOfAnswers(series * samples, samples))).toBe(false);
});

/** Returns how long answers take for addresses with an account, and for as many without one, in milliseconds. */
async function timesOfAnswers(from: number, samples: number) {
  const asked = Array.from({ length: samples }, (_, n) => String(from + n).padStart(4, '0')).flatMap((n) => [
    { email: `knownnnn-${n}@example.com`, of: 'known' as const },
    { email: `stranger-${n}@example.com`, of: 'unknown' as const },
  ]);
  const browser = newPerson(server.issuer);
  const { hidden } = formOf(await browser.visit('/register'), '/register');
  const times = { known: [] as number[], unknown: [] as number[] };
  const shuffled = asked.map((one) => ({ ...one, at: Math.random() })).toSorted((a, b) => a.at - b.at);
  for (const { email, of } of shuffled) {
    const body = new URLSearchParams([...hidden, ['email', email]]);
    const started = performance.now();
    const { status } = await browser.request('/register', { method: 'POST', body });
    times[of].push(performance.now() - started);
    expect(status).toBe(303);
  }
  return [times.known, times.unknown] as const;
}
