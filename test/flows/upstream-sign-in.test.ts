/** Signing in with another provider, over HTTP, against a provider that tells the truth and one that lies. */

import { get, type ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { fingerprint } from '../bad-input/table.ts';
import { addSecondStep, ageSignIn, codeNow, signedInAs } from '../support/admin.ts';
import { scrape } from '../support/metrics.ts';
import { authorizeUrl, callback, exchange } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { type Provider, type Someone, startProvider } from '../support/upstream.ts';

let provider: Provider;
let second: Provider;
let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  [provider, second] = [await startProvider(), await startProvider()];
  const UPSTREAMS = JSON.stringify([
    provider.setting('example', { trust_mfa: true }),
    second.setting('second', { title: 'Second <ID>' }),
  ]);
  server = await startTestServer({ env: { UPSTREAMS } });
  other = await startTestServer({ beside: server, env: { UPSTREAMS, ISSUER: server.issuer } });
});
afterEach(() => {
  provider.lies = {};
});
afterAll(async () => {
  await other.stop();
  await server.stop();
  await provider.stop();
  await second.stop();
});

let made = 0;
/** An account, and somebody at the provider who is connected to it. */
async function connected(at: Provider = provider) {
  made += 1;
  const account = await addPerson(server.db, `fed-${made}@example.com`);
  const who: Someone = { sub: `sub-${made}`, email: `somebody-${made}@provider.example`, email_verified: true };
  const sql = 'INSERT INTO account_identities (issuer, subject, account_id) VALUES ($1, $2, $3)';
  await server.db.pgPool.query(sql, [at.issuer, who.sub, account.id]);
  return { account, who };
}

/** A browser that our sign-in page has sent to the provider, and the address that it was sent to. */
async function sent(
  person: Person = newPerson(server.issuer),
  name = 'example',
): Promise<{ person: Person; address: string }> {
  const page = await person.submit(await person.visit('/sign-in?next=/account/security'), `/sign-in/with/${name}`, {});
  return { person, address: page.headers.get('location') as string };
}

const isIn = async (person: Person) => (await person.request('/account/apps')).status === 200;
const identities = (accountId: string) =>
  rowsOf(server.db, `SELECT issuer, subject, label FROM account_identities WHERE account_id = '${accountId}'`);

/** Signs in as `who` and expects that it fails with this page. */
async function refused(who: Someone, status: number, title: string): Promise<Page> {
  const { person, address } = await sent();
  const page = await person.visit(provider.back(address, who));
  expect([page.status, heading(page)]).toEqual([status, title]);
  expect(await isIn(person)).toBe(false);
  // Neither the address nor the page holds the provider’s code.
  expect(page.url).toBe(`${server.issuer}/sign-in/from/problem`);
  expect(page.text).not.toContain('code=');
  return page;
}
const heading = (page: Page) => /<h1>(.*?)<\/h1>/.exec(page.text)?.[1];
const unacceptable = 'Example ID sent an answer that we can’t accept';
const opensNothing = 'Example ID opens no account here';
const over = 'This sign-in is over';

describe('on our own pages', () => {
  it('a connected identity signs in to its account, and leads where the person was going', async () => {
    const { account, who } = await connected();
    const { person, address } = await sent();
    const asked = new URL(address);
    expect(asked.origin + asked.pathname).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      client_id: 'ours',
      response_type: 'code',
      redirect_uri: `${server.issuer}/sign-in/from/example`,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{200,600}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const page = await person.visit(provider.back(address, who));
    expect([page.status, page.url]).toEqual([200, `${server.issuer}/account/security`]);
    expect(page.text).toContain(account.email);
    expect(page.text).toContain('somebody');
    const signIns = (await auditOf(server.db, `account:${account.id}`)).slice(1);
    expect(signIns).toMatchObject([{ action: 'account.signed_in', details: { methods: ['fed'] } }]);
  });

  it('leaves nothing in the database before the person comes back, and one mark afterwards', async () => {
    const { who } = await connected();
    const before = await fingerprint(server.db);
    const { person, address } = await sent();
    for (let n = 0; n < 5; n += 1) await sent();
    expect(await fingerprint(server.db)).toEqual(before);
    await person.visit(provider.back(address, who));
    expect(await rowsOf(server.db, "SELECT payload FROM artifacts WHERE model = 'UpstreamAnswer'")).toContainEqual({
      payload: Buffer.alloc(0),
    });
  });

  it('what the provider tells of a person is shown without invisible characters, and not longer than people read', async () => {
    const { account, who } = await connected();
    for (const [told, label] of [
      ['a\0\u202eb', 'ab'],
      ['x'.repeat(5_000), 'x'.repeat(100)],
      ['\u202e', null],
    ] as const) {
      await server.db.pgPool.query('UPDATE account_identities SET label = NULL WHERE account_id = $1', [account.id]);
      provider.lies = { claims: { email: undefined, preferred_username: told } };
      const { person, address } = await sent();
      await person.visit(provider.back(address, { sub: who.sub, preferred_username: told } as Someone));
      expect(await isIn(person)).toBe(true);
      expect(await identities(account.id)).toMatchObject([{ label }]);
    }
  });

  it('neither the log nor the database holds the state, the nonce, the code or a secret in clear', async () => {
    const { who } = await connected();
    const { person, address } = await sent();
    const { searchParams } = new URL(address);
    const back = provider.back(address, who);
    await person.visit(back);
    const [row] = await rowsOf(
      server.db,
      "SELECT string_agg(a::text, ' ') AS row FROM artifacts a WHERE model = 'UpstreamAnswer'",
    );
    const code = new URL(back).searchParams.get('code') as string;
    for (const secret of [searchParams.get('state'), searchParams.get('nonce')]) {
      expect(row?.row).not.toContain(secret);
      expect(row?.row).not.toContain(Buffer.from(secret as string).toString('hex'));
    }
    for (const secret of [searchParams.get('state'), searchParams.get('nonce'), code, 'the secret of our client']) {
      expect(server.logged()).not.toContain(secret);
    }
  });

  const refuse = `CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
    CREATE TRIGGER refuse_it BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_it()`;
  it.each([
    [
      'find the account',
      'ALTER TABLE account_identities RENAME TO away',
      'ALTER TABLE away RENAME TO account_identities',
      {},
    ],
    ['sign in', refuse, 'DROP FUNCTION refuse_it CASCADE', { ok: 1 }],
  ])('what fails later because we can’t %s is no error of the provider', async (_what, fail, mend, counted) => {
    const { who } = await connected();
    const outcomes = async () => {
      const { series } = await scrape(server.metricsOrigin);
      const ofProviders = series.filter(
        ({ name, labels }) => name === 'sign_in_factors_total' && labels.factor === 'provider',
      );
      return Object.fromEntries(ofProviders.map(({ labels, value }) => [labels.outcome as string, value]));
    };
    const { person, address } = await sent();
    const before = await outcomes();
    await server.db.script(fail);
    try {
      expect((await person.visit(provider.back(address, who))).status).toBe(500);
    } finally {
      await server.db.script(mend);
    }
    const after = await outcomes();
    const grown = Object.entries(after).map(([outcome, value]) => [outcome, value - (before[outcome] ?? 0)]);
    expect(Object.fromEntries(grown.filter(([, by]) => by !== 0))).toEqual(counted);
  });

  it('a second step of the account is asked for, unless the provider has asked for two factors and is trusted', async () => {
    const { account, who } = await connected();
    await addSecondStep(server, account.id);
    const { person, address } = await sent();
    const page = await person.visit(provider.back(address, who));
    expect(new URL(page.url).pathname).toBe('/sign-in/second-step');
    expect(page.text).toContain('That worked. Now show that your phone is with you.');
    expect(await isIn(person)).toBe(false);
    await person.submit(page, '/second-step', { otp: await codeNow(server, account.email) });
    expect(await isIn(person)).toBe(true);

    provider.lies = { claims: { amr: ['pwd', 'mfa'] } };
    const again = await sent();
    await again.person.visit(provider.back(again.address, who));
    expect(await isIn(again.person)).toBe(true);

    const untrusted = await connected(second);
    await addSecondStep(server, untrusted.account.id);
    second.lies = { claims: { amr: ['pwd', 'mfa'] } };
    const there = await sent(newPerson(server.issuer), 'second');
    const asks = await there.person.visit(second.back(there.address, untrusted.who));
    expect(new URL(asks.url).pathname).toBe('/sign-in/second-step');
    second.lies = {};
  });

  it('a form without its anti-forgery value goes nowhere', async () => {
    const person = newPerson(server.issuer);
    await person.visit('/sign-in');
    const body = new URLSearchParams({ csrf: 'x' });
    expect((await person.request('/sign-in/with/example', { method: 'POST', body })).status).toBe(403);
    expect((await person.request('/sign-in/with/example')).status).toBe(405);
    expect((await person.request('/sign-in/from/nobody?state=x&code=y')).status).toBe(404);
  });

  it('an answer to one node is accepted by another, once', async () => {
    const { account, who } = await connected();
    const { person, address } = await sent();
    const back = new URL(provider.back(address, who));
    const headers = { cookie: await person.jar.getCookieString(server.issuer), host: new URL(server.issuer).host };
    const at = (node: TestServer) =>
      new Promise((resolve) => {
        get(`${node.listening}${back.pathname}${back.search}`, { headers }, (answer) => {
          resolve(answer.resume().headers.location);
        });
      });
    const answers = await Promise.all([at(other), at(server)]);
    expect(answers.sort()).toEqual(['/account/security', '/sign-in/from/problem']);
    const signIns = (await auditOf(server.db, `account:${account.id}`)).slice(1);
    expect(signIns).toMatchObject([{ action: 'account.signed_in' }]);
  });
});

describe('in an authorization', () => {
  it('the sign-in is followed by the consent, and the tokens say how the person signed in', async () => {
    const { account, who } = await connected();
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { scope: 'openid projects:read' }));
    const away = await person.submit(page, '/with/example', {});
    const consent = await person.visit(provider.back(away.headers.get('location') as string, who));
    expect(consent.text).toContain('name="decision"');
    const answer = callback(await decide(person, consent, 'allow'));
    const { body } = await exchange(server, answer.get('code') as string);
    expect(decodeJwt(body.id_token as string)).toMatchObject({ sub: account.id });
    expect(await isIn(person)).toBe(true);
  });

  it('prompt=login or max_age asks the provider to ask again, and an old sign-in there is not enough', async () => {
    const { who } = await connected();
    const begin = async (params: Record<string, string> = { prompt: 'login' }) => {
      const person = newPerson(server.issuer);
      const page = await person.visit(authorizeUrl(server, params));
      const away = await person.submit(page, '/with/example', {});
      return { person, address: away.headers.get('location') as string };
    };
    for (const [params, asks] of [
      [{ max_age: '60' }, 'login'],
      [{}, null],
    ] as const) {
      expect(new URL((await begin(params)).address).searchParams.get('prompt')).toBe(asks);
    }
    const old = await begin();
    expect(new URL(old.address).searchParams.get('prompt')).toBe('login');
    expect(new URL(old.address).searchParams.get('max_age')).toBe('0');
    provider.lies = { claims: { auth_time: Math.floor(Date.now() / 1000) - 3600 } };
    const page = await old.person.visit(provider.back(old.address, who));
    expect([page.status, heading(page)]).toEqual([403, 'Example ID didn’t ask who you are']);
    provider.lies = { claims: { auth_time: Math.floor(Date.now() / 1000) } };
    const fresh = await begin();
    const done = await fresh.person.visit(provider.back(fresh.address, who));
    expect(done.text).toContain('name="decision"');
  });
});

describe('a second step that an app demands of somebody who is signed in', () => {
  it('is not set up on the word of a session at the provider: it has to ask the person again', async () => {
    const { who } = await connected();
    const { person, address } = await sent();
    await person.visit(provider.back(address, who));
    const page = await person.visit(authorizeUrl(server, { acr_values: 'urn:vibecaas:acr:2' }));
    expect(page.text).toContain('autocomplete="current-password"');
    const asked = (await person.submit(page, '/with/example', {})).headers.get('location') as string;
    expect(new URL(asked).searchParams.get('prompt')).toBe('login');
    const enrol = await person.visit(provider.back(asked, who));
    expect(new URL(enrol.url).pathname).toMatch(/\/enrol$/);
  });
});

describe('an answer is refused', () => {
  const lies: [what: string, lie: Provider['lies']][] = [
    ['an ID token of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['an ID token for another client', { claims: { aud: 'theirs' } }],
    ['an ID token with the nonce of another sign-in', { claims: { nonce: 'another' } }],
    ['an ID token without a nonce', { claims: { nonce: undefined } }],
    ['an ID token that has expired', { claims: { exp: Math.floor(Date.now() / 1000) - 600 } }],
    ['an ID token without a subject', { claims: { sub: undefined } }],
    ['an ID token whose subject is longer than any', { claims: { sub: 's'.repeat(256) } }],
    ['an ID token whose subject cannot be stored', { claims: { sub: 'a\0b' } }],
    ['an ID token that a foreign key has signed', { signature: 'foreign' }],
    ['an ID token without a signature', { signature: 'none' }],
    ['an ID token that is signed with our secret', { signature: 'secret' }],
  ];
  it.each(lies)('if it brings %s', async (_what, lie) => {
    const { who } = await connected();
    provider.lies = lie;
    await refused(who, 502, unacceptable);
    provider.lies = {};
    const { person, address } = await sent();
    await person.visit(provider.back(address, who));
    expect(await isIn(person)).toBe(true);
  });

  it('if UserInfo tells of somebody else', async () => {
    const { who } = await connected();
    provider.lies = {
      claims: { email: undefined },
      instead: (path, response) =>
        path === '/userinfo' &&
        Boolean(response.writeHead(200, { 'content-type': 'application/json' }).end('{"sub":"somebody-else"}')),
    };
    await refused(who, 502, unacceptable);
  });

  it('if its iss names another provider, or is missing where the provider always sends it', async () => {
    const { who } = await connected();
    for (const change of [
      (url: URL) => url.searchParams.set('iss', second.issuer),
      (url: URL) => url.searchParams.delete('iss'),
    ]) {
      const { person, address } = await sent();
      const back = new URL(provider.back(address, who));
      change(back);
      expect((await person.visit(back.href)).status).toBe(502);
      expect(await isIn(person)).toBe(false);
    }
  });

  it('if it is of another provider (mix-up): nothing is sent to the wrong one', async () => {
    const { who } = await connected();
    const { person, address } = await sent(undefined, 'second');
    const back = new URL(second.back(address, who));
    const before = provider.asked.length;
    const page = await person.visit(`${server.issuer}/sign-in/from/example${back.search}`);
    expect([page.status, heading(page)]).toEqual([410, over]);
    expect(provider.asked.slice(before)).toEqual([]);
  });

  it('if it was used before, or at the same time', async () => {
    const { account, who } = await connected();
    const { person, address } = await sent();
    const back = provider.back(address, who);
    const pages = await Promise.all([person.request(back), person.request(back)]);
    const lead = pages.map(({ headers }) => headers.get('location')).sort();
    expect(lead).toEqual(['/account/security', '/sign-in/from/problem']);
    expect((await person.visit(back)).status).toBe(410);
    expect(
      (await auditOf(server.db, `account:${account.id}`)).filter(({ action }) => action === 'account.signed_in'),
    ).toHaveLength(1);
  });

  it('if it was used before and its state is spelled otherwise', async () => {
    const { who } = await connected();
    const { person, address } = await sent();
    const back = new URL(provider.back(address, who));
    const state = back.searchParams.get('state') as string;
    await person.visit(back.href);
    const bits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const others = [...bits].map((last) => `${state.slice(0, -1)}${last}`);
    for (const other of [`${state}=`, `${state}.`, `${state} `, state.replace(/[-_]/, '+'), ...others]) {
      const again = new URL(back);
      again.searchParams.set('state', other);
      const { status } = await person.visit(again.href);
      expect(status, other.slice(-8)).toBe(410);
    }
  });

  it('if another browser brings it, which does not use it up', async () => {
    const { who } = await connected();
    const { person, address } = await sent();
    const back = provider.back(address, who);
    const thief = newPerson(server.issuer);
    expect((await thief.visit(back)).status).toBe(410);
    await thief.visit('/sign-in');
    expect((await thief.visit(back)).status).toBe(410);
    expect(await isIn(thief)).toBe(false);
    await person.visit(back);
    expect(await isIn(person)).toBe(true);
  });

  it('if it has no state, a wrong one, two, or came after ten minutes', async () => {
    const { who } = await connected();
    const { person, address } = await sent();
    const back = new URL(provider.back(address, who));
    const state = back.searchParams.get('state') as string;
    for (const search of ['', '?code=x', '?code=x&state=y', `${back.search}&state=${state}`]) {
      expect((await person.visit(`/sign-in/from/example${search}`)).status).toBe(410);
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect((await person.visit(back.href)).status).toBe(410);
    vi.useRealTimers();
    expect(await isIn(person)).toBe(false);
    await person.visit(back.href);
    expect(await isIn(person)).toBe(true);
  });

  it('if the code was swapped for one of another browser: it has another challenge and nonce', async () => {
    const victim = await connected();
    const thief = await connected();
    const [a, b] = [await sent(), await sent()];
    const theirs = new URL(provider.back(b.address, thief.who));
    const swapped = new URL(provider.back(a.address, victim.who));
    swapped.searchParams.set('code', theirs.searchParams.get('code') as string);
    expect((await a.person.visit(swapped.href)).status).toBe(502);
    expect(await isIn(a.person)).toBe(false);
  });
});

describe('the same page is shown, and nobody is signed in,', () => {
  it('whether the person has no account, one with that address, or a suspended one that is connected', async () => {
    const taken = await addPerson(server.db, 'taken@example.com');
    const { account, who } = await connected();
    await suspendAccount(server.db, account.id, { id: 'test' });
    const texts = [];
    for (const somebody of [
      { sub: 'nobody', email: 'nobody@example.com', email_verified: true },
      { sub: 'unverified', email: 'taken@example.com', email_verified: false },
      { sub: 'verified', email: 'taken@example.com', email_verified: true },
      { sub: 'without an address' },
      who,
    ]) {
      const page = await refused(somebody, 403, opensNothing);
      texts.push(page.text.replaceAll(/req_[\w-]+|<time.*?<\/time>/g, ''));
    }
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBe(1);
    expect(await identities(taken.id)).toEqual([]);
    expect(await rowsOf(server.db, `SELECT 1 FROM accounts WHERE email = 'nobody@example.com'`)).toEqual([]);
  });

  it('when the provider knows the same address by another subject', async () => {
    const { who } = await connected();
    await refused({ ...who, sub: `${who.sub}-changed` }, 403, opensNothing);
  });
});

describe('a provider that does not answer as it should', () => {
  /** A node of its own, which has not read the metadata yet. */
  async function fresh(lies: Provider['lies']) {
    const site = await startProvider();
    site.lies = lies;
    const node = await startTestServer({
      beside: server,
      env: { UPSTREAMS: JSON.stringify([site.setting('example')]) },
    });
    const person = newPerson(node.issuer);
    const press = async () => person.submit(await person.visit('/sign-in'), '/with/example', {});
    return { site, node, person, press, stop: () => Promise.all([node.stop(), site.stop()]) };
  }
  const down = 'Example ID can’t be reached right now';

  it('is down: a page says what to do, asks it no more for a moment, and then it works again', async () => {
    const { site, node, press, stop } = await fresh({
      instead: (_path, response) => Boolean(response.writeHead(503).end()),
    });
    const page = await press();
    expect([page.status, heading(page), page.headers.get('retry-after')]).toEqual([503, down, '30']);
    expect(page.text).toContain('href="/sign-in?here&amp;next=');
    expect(node.logged()).toContain('answered 503');
    expect((await press()).status).toBe(503);
    expect(site.asked).toHaveLength(1);
    site.lies = {};
    await expect.poll(async () => (await press()).status, { interval: 1_000 }).toBe(303);
    await stop();
  });

  it.each([
    [
      'goes down in the middle',
      503,
      (path: string, response: { destroy(): unknown }) => path === '/token' && Boolean(response.destroy()),
    ],
    [
      'sends too much',
      502,
      (path: string, response: ServerResponse) => path === '/token' && Boolean(response.end('x'.repeat(1_000_000))),
    ],
    [
      'sends no JSON',
      502,
      (path: string, response: ServerResponse) =>
        path === '/token' && Boolean(response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')),
    ],
    [
      'redirects in a loop',
      502,
      (path: string, response: ServerResponse) =>
        path === '/token' && Boolean(response.writeHead(307, { location: '/token' }).end()),
    ],
    [
      'loses its keys',
      503,
      (path: string, response: ServerResponse) => path === '/jwks' && Boolean(response.writeHead(500).end()),
    ],
  ] as const)('%s', async (_what, status, instead) => {
    const { site, person, press, stop } = await fresh({ instead: instead as Provider['lies']['instead'] & object });
    const page = await press();
    expect(page.status).toBe(303);
    const before = site.asked.filter((path) => path === '/token').length;
    const back = await person.visit(site.back(page.headers.get('location') as string, { sub: 'x' }));
    expect(back.status).toBe(status);
    expect(site.asked.filter((path) => path === '/token').length - before).toBe(1);
    await stop();
  });

  it('is slow: it does not hold others up, and most who wait for it are told at once', async () => {
    const { node, site, stop } = await fresh({});
    const people = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const person = newPerson(node.issuer);
        const page = await person.submit(await person.visit('/sign-in'), '/with/example', {});
        return { person, back: site.back(page.headers.get('location') as string, { sub: 'x' }) };
      }),
    );
    site.lies = { instead: (path) => path === '/token' };
    const asked = () => site.asked.filter((path) => path === '/token').length;
    const before = asked();
    let over = 0;
    const waiting = people.map(({ person, back }) =>
      person.visit(back).then(({ status }) => {
        over += 1;
        return status;
      }),
    );
    expect((await newPerson(node.issuer).visit('/sign-in')).status).toBe(200);
    expect(over).toBeLessThan(people.length);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([503]));
    expect(asked() - before).toBe(8);
    await stop();
  });

  it.each([
    ['metadata of another issuer', { issuer: 'https://evil.example' }],
    ['an address in our own network', { token_endpoint: 'https://127.0.0.2:9/token' }],
    ['an address without TLS', { token_endpoint: 'http://provider.example/token' }],
    ['no address to send people to', { authorization_endpoint: undefined }],
    ['an address to send people to that is none', { authorization_endpoint: '/authorize' }],
    ['an address to send people to without TLS', { authorization_endpoint: 'http://provider.example/authorize' }],
    ['a script to send people to', { authorization_endpoint: 'javascript:alert(1)' }],
  ])('has %s', async (_what, metadata) => {
    const { site, person, press, stop } = await fresh({ metadata });
    const page = await press();
    if (page.status === 303) {
      const back = await person.visit(site.back(page.headers.get('location') as string, { sub: 'x' }));
      expect([502, 503]).toContain(back.status);
      expect(site.asked).not.toContain('/token');
    } else expect(page.status).toBe(502);
    await stop();
  });

  it.each([
    ['access_denied', 403, 'Example ID didn’t sign you in'],
    ['temporarily_unavailable', 503, down],
  ])('says %s', async (error, status, title) => {
    const { person, address } = await sent();
    const page = await person.visit(provider.refuse(address, error));
    expect([page.status, heading(page)]).toEqual([status, title]);
    expect((await person.visit(provider.refuse(address, error))).status).toBe(410);
  });
});

describe('connecting', () => {
  const press = async (person: Person, verb: 'connect' | 'disconnect', name = 'example') =>
    person.submit(await person.visit('/account/security'), `/other-ways/${name}/${verb}`, {});

  async function somebody() {
    made += 1;
    const account = await addPerson(server.db, `connects-${made}@example.com`);
    return {
      account,
      person: await signedInAs(server, account.email),
      who: { sub: `connects-${made}`, email: `c-${made}@provider.example` },
    };
  }

  it('connects an identity, which signs in from then on, and disconnecting ends that', async () => {
    const { account, person, who } = await somebody();
    const address = (await press(person, 'connect')).headers.get('location') as string;
    const page = await person.visit(provider.back(address, who));
    expect(page.text).toContain('It is connected.');
    expect(page.text).toContain(who.email);
    expect(await identities(account.id)).toEqual([{ issuer: provider.issuer, subject: who.sub, label: who.email }]);
    const elsewhere = await sent();
    await elsewhere.person.visit(provider.back(elsewhere.address, who));
    expect(await isIn(elsewhere.person)).toBe(true);

    expect((await press(person, 'disconnect')).text).toContain('It is disconnected.');
    expect(await identities(account.id)).toEqual([]);
    await refused(who, 403, opensNothing);
    const actions = (await auditOf(server.db, `account:${account.id}`)).map(({ action }) => action);
    expect(actions.filter((action) => String(action).includes('identity'))).toEqual([
      'account.identity_connected',
      'account.identity_disconnected',
    ]);
  });

  it.each([
    ['refused', 502, { claims: { nonce: 'another' } }],
    [
      'down',
      503,
      { instead: (path: string, response: ServerResponse) => path === '/token' && Boolean(response.destroy()) },
    ],
    ['denied', 403, undefined],
  ] as const)('that fails (%s) does not tell a person who is signed in to sign in', async (_problem, status, lies) => {
    const { person, who } = await somebody();
    const address = (await press(person, 'connect')).headers.get('location') as string;
    if (lies) provider.lies = lies as Provider['lies'];
    const state = new URL(address).searchParams.get('state');
    const denial = `${server.issuer}/sign-in/from/example?error=access_denied&state=${state}&iss=${provider.issuer}`;
    const page = await person.visit(lies ? provider.back(address, who) : denial);
    expect(page.status).toBe(status);
    expect(page.text).toContain('Try again under Security.');
    expect(page.text).not.toMatch(/not signed in|sign-in page|sign in another way/);
    expect(await isIn(person)).toBe(true);
  });

  it('needs a recent sign-in', async () => {
    const { account, person } = await somebody();
    await ageSignIn(server, account.id);
    const page = await press(person, 'connect');
    expect(page.text).toContain('name="confirm_password"');
    const away = await person.submit(page, '/connect', { confirm_password: password });
    expect(away.headers.get('location')).toContain(provider.issuer);
  });

  it('disconnecting needs a recent sign-in too', async () => {
    const { account, person, who } = await somebody();
    await person.visit(provider.back((await press(person, 'connect')).headers.get('location') as string, who));
    await ageSignIn(server, account.id);
    const page = await press(person, 'disconnect');
    expect(page.text).toContain('name="confirm_password"');
    expect(await identities(account.id)).toHaveLength(1);
    await person.submit(page, '/disconnect', { confirm_password: password });
    expect(await identities(account.id)).toEqual([]);
  });

  it('needs more than a session at the provider: a sign-in there that may have asked for nothing does not prove who is there', async () => {
    const { account, who } = await connected();
    const { person, address } = await sent();
    await person.visit(provider.back(address, who));
    const page = await press(person, 'connect', 'second');
    expect(page.text).toContain('name="confirm_password"');
    await server.db.pgPool.query('UPDATE accounts SET password_hash = NULL WHERE id = $1', [account.id]);
    const ask = await press(person, 'connect', 'second');
    const again = /href="(\/sign-in\?again[^"]*)"/.exec(ask.text)?.[1]?.replaceAll('&amp;', '&') as string;
    const away = await person.submit(await person.visit(again), '/sign-in/with/example', {});
    const asked = away.headers.get('location') as string;
    expect(new URL(asked).searchParams.get('prompt')).toBe('login');
    await person.visit(provider.back(asked, who));
    const there = await press(person, 'connect', 'second');
    expect(there.headers.get('location')).toContain(second.issuer);
    const methods = (await auditOf(server.db, `account:${account.id}`))
      .filter(({ action }) => action === 'account.signed_in')
      .map(({ details }) => (details as { methods: string[] }).methods);
    expect(methods).toEqual([['fed'], ['user', 'fed']]);
  });

  it('of an identity that another account has, or of a second one at the same provider, is refused', async () => {
    const { who: taken } = await connected();
    const { account, person, who } = await somebody();
    const answer = async (one: Someone) => {
      const address = (await press(person, 'connect')).headers.get('location') as string;
      return person.visit(provider.back(address, one));
    };
    const refusal = await answer(taken);
    expect([refusal.status, heading(refusal)]).toEqual([409, 'This account at Example ID is connected elsewhere']);
    const address = (await press(person, 'connect')).headers.get('location') as string;
    const another = (await press(person, 'connect')).headers.get('location') as string;
    await person.visit(provider.back(address, who));
    const page = await person.visit(provider.back(another, { sub: 'another' }));
    expect([page.status, heading(page)]).toEqual([409, 'You have connected another account at Example ID']);
    expect(await identities(account.id)).toHaveLength(1);
  });

  it('is for the person who began it: not after signing out, nor for somebody else in this browser', async () => {
    const { person, who } = await somebody();
    const address = (await press(person, 'connect')).headers.get('location') as string;
    await person.submit(await person.visit('/account/apps'), '/sign-out', {});
    const next = await addPerson(server.db, `next-${made}@example.com`);
    await person.submit(await person.visit('/sign-in'), '/sign-in', { email: next.email, password });
    const page = await person.visit(provider.back(address, who));
    expect([page.status, heading(page)]).toEqual([410, over]);
    expect(await identities(next.id)).toEqual([]);
  });

  it('leaves at least one way in: the last one cannot be disconnected', async () => {
    const { account, person, who } = await somebody();
    const address = (await press(person, 'connect')).headers.get('location') as string;
    await person.visit(provider.back(address, who));
    await server.db.pgPool.query('UPDATE accounts SET password_hash = NULL WHERE id = $1', [account.id]);
    expect((await press(person, 'disconnect')).text).toContain('It is your only way in.');
    expect(await identities(account.id)).toHaveLength(1);
    const there = (await press(person, 'connect', 'second')).headers.get('location') as string;
    await person.visit(second.back(there, { sub: 'second' }));
    expect((await press(person, 'disconnect')).text).toContain('It is disconnected.');
    expect(await identities(account.id)).toMatchObject([{ issuer: second.issuer }]);
  });
});
