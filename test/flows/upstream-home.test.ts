/** The provider where everybody signs in, GitHub, and a second server of our own as a provider. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';
import {
  type GitHub,
  type GitHubUser,
  type Provider,
  type Someone,
  startGitHub,
  startProvider,
} from '../support/upstream.ts';

const heading = (page: Page) => /<h1>(.*?)<\/h1>/.exec(page.text)?.[1];
const isIn = async (person: Person) => (await person.request('/account/apps')).status === 200;
const placeOf = (page: Page) => page.headers.get('location') as string;
const accountOf = async (server: TestServer, email: string) =>
  (
    await rowsOf(
      server.db,
      `SELECT id, name, role, password_hash, email_verified_at FROM accounts WHERE email = '${email}'`,
    )
  )[0];

let verified = 0;
/** An account whose address is confirmed. */
async function confirmed(server: TestServer) {
  verified += 1;
  const account = await addPerson(server.db, `confirmed-${verified}@example.com`);
  await server.db.pgPool.query('UPDATE accounts SET email_verified_at = now() WHERE id = $1', [account.id]);
  return account;
}

describe('a home', () => {
  let home: Provider;
  let server: TestServer;
  beforeAll(async () => {
    home = await startProvider();
    server = await startTestServer({
      env: {
        UPSTREAMS: JSON.stringify([home.setting('home', { trust_email: true, title: 'Home' })]),
        ACCOUNTS_UPSTREAM: 'home',
      },
    });
  });
  afterEach(() => {
    home.lies = {};
  });
  afterAll(async () => {
    await server.stop();
    await home.stop();
  });

  const ada = { sub: 'ada', email: 'Ada@Example.com', email_verified: true, name: 'Ada Lovelace' };
  async function comes(who: Someone, person = newPerson(server.issuer)): Promise<{ person: Person; page: Page }> {
    const away = await person.visit('/account/security');
    expect(placeOf(away)).toContain(`${home.issuer}/authorize?`);
    return { person, page: await person.visit(home.back(placeOf(away), who)) };
  }

  it('is where people go at once; the first sign-in makes an account, and later ones are of the same account', async () => {
    const { person, page } = await comes(ada);
    expect([page.status, page.url]).toEqual([200, `${server.issuer}/account/security`]);
    expect(page.text).toContain('You have none: you sign in another way.');
    expect(page.text, 'a password here would be a way past the provider').not.toContain('Set one by mail');
    const account = await accountOf(server, 'ada@example.com');
    expect(account).toMatchObject({
      name: 'Ada Lovelace',
      role: 'user',
      password_hash: null,
      email_verified_at: expect.any(Date),
    });
    const target = `account:${account?.id}`;
    expect(await auditOf(server.db, target)).toMatchObject([
      { action: 'account.created', actor: target, details: { upstream: 'home', issuer: home.issuer } },
      { action: 'account.signed_in', details: { methods: ['fed'] } },
    ]);
    await comes({ ...ada, email: 'changed@example.com' });
    expect(await accountOf(server, 'changed@example.com')).toBeUndefined();
    expect((await auditOf(server.db, target)).filter(({ action }) => action === 'account.signed_in')).toHaveLength(2);
    // Its only way in stays.
    const again = await person.visit('/sign-in?again&next=/account/security');
    const security = await person.visit(home.back(placeOf(again), ada));
    const kept = await person.submit(security, '/other-ways/home/disconnect', {});
    expect(kept.text).toContain('It is your only way in.');
  });

  it('has to ask the person again before they set up a second step here', async () => {
    const settings = {
      UPSTREAMS: JSON.stringify([home.setting('home', { trust_email: true })]),
      ACCOUNTS_UPSTREAM: 'home',
    };
    const strict = await startTestServer({ env: { ...settings, ACCOUNT_MFA: 'required' } });
    const who = { ...ada, sub: 'strict', email: 'strict@example.com' };
    const promptOf = (page: Page) => new URL(placeOf(page)).searchParams.get('prompt');
    for (const begin of ['/account/security', authorizeUrl(strict)]) {
      const person = newPerson(strict.issuer);
      const away = await person.visit(begin);
      const asked = await person.visit(home.back(placeOf(away), who));
      expect([promptOf(away), promptOf(asked)]).toEqual([null, 'login']);
      home.lies = { claims: { auth_time: Math.floor(Date.now() / 1000) } };
      const enrol = await person.visit(home.back(placeOf(asked), who));
      expect(new URL(enrol.url).pathname).toMatch(/\/enrol$/);
      home.lies = {};
    }
    await strict.stop();
  });

  it('is the way back in, too: nobody sets a password past it by a mail', async () => {
    const mine = await confirmed(server);
    await comes({ ...ada, sub: 'forgetful', email: 'forgetful@example.com' });
    const sent = async (email: string) => {
      const person = newPerson(server.issuer);
      await person.submit(await person.visit('/reset'), '/reset', { email });
      const text = `SELECT status FROM mails WHERE kind = 'reset_password' AND recipient = '${email}'`;
      await eventually(async () => (await rowsOf(server.db, text))[0]?.status).not.toBe('pending');
      return (await rowsOf(server.db, text))[0]?.status;
    };
    expect(await sent('forgetful@example.com')).toBe('dropped');
    expect(await sent(mine.email)).toBe('sent');
  });

  it('is where an authorization goes at once, and the app gets its tokens', async () => {
    const person = newPerson(server.issuer);
    const away = await person.visit(authorizeUrl(server, { scope: 'openid email projects:read' }));
    expect(placeOf(away)).toContain(`${home.issuer}/authorize?`);
    const consent = await person.visit(home.back(placeOf(away), { ...ada, sub: 'b', email: 'b@example.com' }));
    const answer = callback(await decide(person, consent, 'allow'));
    const { body } = await exchange(server, answer.get('code') as string);
    const account = await accountOf(server, 'b@example.com');
    expect(decodeJwt(body.id_token as string)).toMatchObject({ sub: account?.id });
  });

  it('gives a name from the address to somebody whose name cannot be one here', async () => {
    await comes({ sub: 'odd', email: 'odd.one@example.com', email_verified: true, name: '\u202e' });
    expect(await accountOf(server, 'odd.one@example.com')).toMatchObject({ name: 'odd.one' });
  });

  it('costs few statements, the first time and later', async () => {
    let made = 0;
    const trip = async (who: Someone) => {
      const person = newPerson(server.issuer);
      const away = await person.request('/sign-in');
      const back = await person.request(home.back(away.headers.get('location') as string, who));
      expect(back.headers.get('location')).toBe('/account/apps');
    };
    const one = (sub: string) => ({ sub, email: `${sub}@example.com`, email_verified: true });
    const first = await fewestStatements(server, () => trip(one(`cost-${++made}`)));
    const later = await fewestStatements(server, () => trip(one('cost-1')));
    expect({ first, later }).toEqual({ first: 11, later: 6 });
  });

  it('makes one account for two first sign-ins at the same time', async () => {
    const people = [newPerson(server.issuer), newPerson(server.issuer)];
    const who = { sub: 'twice', email: 'twice@example.com', email_verified: true };
    const pages = await Promise.all(people.map((person) => comes(who, person)));
    expect(pages.map(({ page }) => page.status)).toEqual([200, 200]);
    expect(await rowsOf(server.db, `SELECT 1 FROM accounts WHERE email = 'twice@example.com'`)).toHaveLength(1);
  });

  it('makes no account without an address that is verified there, and takes over none whose owner did not confirm it', async () => {
    const taken = await addPerson(server.db, 'taken@example.com');
    for (const who of [
      { sub: 'no-address' },
      { sub: 'unverified', email: 'unverified@example.com', email_verified: false },
      { sub: 'text', email: 'text@example.com', email_verified: 'true' as unknown as boolean },
      { sub: 'taken', email: 'taken@example.com', email_verified: true },
    ]) {
      const { person, page } = await comes(who);
      expect([page.status, heading(page)]).toEqual([403, 'Home opens no account here']);
      expect(await isIn(person)).toBe(false);
    }
    expect(await rowsOf(server.db, `SELECT 1 FROM account_identities WHERE account_id = '${taken.id}'`)).toEqual([]);
    expect(await accountOf(server, 'unverified@example.com')).toBeUndefined();
  });

  it('is connected at the first sign-in to the account whose owner has confirmed the same address, who is told by mail', async () => {
    const account = await confirmed(server);
    const { person } = await comes({ sub: `c-${account.id}`, email: account.email, email_verified: true });
    expect(await isIn(person)).toBe(true);
    expect(await auditOf(server.db, `account:${account.id}`)).toMatchObject([
      { action: 'account.created' },
      { action: 'account.identity_connected', details: { upstream: 'home', issuer: home.issuer, by_address: true } },
      { action: 'account.signed_in' },
    ]);
    const mails = await rowsOf(
      server.db,
      `SELECT kind, recipient, facts FROM mails WHERE account_id = '${account.id}'`,
    );
    expect(mails).toMatchObject([
      { kind: 'factor_added', recipient: account.email, facts: { factor: 'upstream', name: 'Home' } },
    ]);
    // Another subject with that address does not follow it.
    const { page } = await comes({ sub: 'another', email: account.email, email_verified: true });
    expect(page.status).toBe(403);
  });

  it('opens no suspended account, whether it is connected or has the address', async () => {
    const account = await confirmed(server);
    await suspendAccount(server.db, account.id, { id: 'test' });
    const { page } = await comes({ sub: 'suspended', email: account.email, email_verified: true });
    expect([page.status, heading(page)]).toEqual([403, 'Home opens no account here']);
    expect(await rowsOf(server.db, `SELECT 1 FROM account_identities WHERE account_id = '${account.id}'`)).toEqual([]);
  });

  it('that is down leaves the way with a password, and is not asked in a loop', async () => {
    const account = await confirmed(server);
    const person = newPerson(server.issuer);
    const away = await person.visit(authorizeUrl(server));
    const page = await person.visit(home.refuse(placeOf(away), 'temporarily_unavailable'));
    expect([page.status, heading(page)]).toEqual([503, 'Home can’t be reached right now']);
    const links = [...page.text.matchAll(/href="(\/interaction\/[^"]+)"/g)].map(([, href]) => href as string);
    expect(links).toEqual([expect.stringMatching(/\/interaction\/[\w-]+\?$/), expect.stringMatching(/\?here$/)]);
    const own = await person.visit(links[1] as string);
    expect(own.text).toContain('autocomplete="current-password"');
    const consent = await signIn(person, own, account.email);
    expect(consent.text).toContain('name="decision"');
    const again = await newPerson(server.issuer).visit('/sign-in?here');
    expect(again.text).toContain('Continue with <bdi>Home</bdi>');
  });
});

describe('GitHub', () => {
  let gitHub: GitHub;
  let server: TestServer;
  beforeAll(async () => {
    gitHub = await startGitHub();
    server = await startTestServer({
      env: { UPSTREAMS: JSON.stringify([gitHub.setting('github', { trust_email: true })]) },
    });
  });
  afterEach(() => {
    gitHub.instead = undefined;
  });
  afterAll(async () => {
    await server.stop();
    await gitHub.stop();
  });

  async function sent() {
    const person = newPerson(server.issuer);
    const page = await person.submit(await person.visit('/sign-in'), '/sign-in/with/github', {});
    return { person, address: placeOf(page) };
  }
  const octocat = (id: number, emails: GitHubUser['emails']): GitHubUser => ({
    id,
    login: `octo-${id}`,
    name: null,
    emails,
  });

  it('is asked with state and PKCE for the profile and the addresses', async () => {
    const { address } = await sent();
    const { origin, pathname, searchParams } = new URL(address);
    expect(origin + pathname).toBe(`${gitHub.issuer}/login/oauth/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'ours',
      response_type: 'code',
      redirect_uri: `${server.issuer}/sign-in/from/github`,
      scope: 'read:user user:email',
      state: expect.stringMatching(/^[\w-]{200,600}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('shows its choice of accounts if the person is to show again who they are, since it cannot ask for more', async () => {
    const person = newPerson(server.issuer);
    const page = await person.submit(await person.visit('/sign-in?again'), '/sign-in/with/github', {});
    expect(new URL(placeOf(page)).searchParams.get('prompt')).toBe('select_account');
  });

  it('signs in by the number of the user, whatever the login is now', async () => {
    const account = await confirmed(server);
    const mail = { email: account.email, primary: true, verified: true };
    const first = await sent();
    await first.person.visit(
      gitHub.back(first.address, octocat(11, [{ email: 'x@y.example', primary: false, verified: true }, mail])),
    );
    expect(await isIn(first.person)).toBe(true);
    const renamed = await sent();
    await renamed.person.visit(gitHub.back(renamed.address, { ...octocat(11, []), login: 'renamed' }));
    expect(await isIn(renamed.person)).toBe(true);
    const rows = await rowsOf(
      server.db,
      `SELECT issuer, subject, label FROM account_identities WHERE account_id = '${account.id}'`,
    );
    expect(rows).toEqual([{ issuer: gitHub.issuer, subject: '11', label: 'renamed' }]);
    // Somebody else who has taken the login is not that user.
    const thief = await sent();
    const page = await thief.person.visit(gitHub.back(thief.address, { ...octocat(12, []), login: 'octo-11' }));
    expect([page.status, heading(page)]).toEqual([403, 'GitHub opens no account here']);
  });

  it.each([
    ['the primary address is not verified', [{ primary: true, verified: false }]],
    ['the address is verified but not the primary one', [{ primary: false, verified: true }]],
    ['it tells no address', []],
  ] as const)('connects nothing by address if %s', async (_what, emails) => {
    const account = await confirmed(server);
    const { person, address } = await sent();
    const page = await person.visit(
      gitHub.back(
        address,
        octocat(
          20 + verified,
          emails.map((one) => ({ ...one, email: account.email })),
        ),
      ),
    );
    expect(page.status).toBe(403);
    expect(await isIn(person)).toBe(false);
  });

  it.each([
    ['/api/v3/user', '{"login":"octo"}', 200, 502],
    ['/api/v3/user', '{"id":"1; DROP"}', 200, 502],
    ['/api/v3/user', '<html>', 200, 502],
    ['/api/v3/user', '{}', 503, 503],
    ['/api/v3/user/emails', '{}', 403, 502],
    ['/login/oauth/access_token', '{"error":"bad_verification_code"}', 200, 502],
  ])('that answers %s with %s and %i signs nobody in', async (path, body, status, shown) => {
    const { person, address } = await sent();
    gitHub.instead = (asked, response) =>
      asked === path && Boolean(response.writeHead(status, { 'content-type': 'application/json' }).end(body));
    const page = await person.visit(gitHub.back(address, octocat(1, [])));
    expect(page.status).toBe(shown);
    expect(await isIn(person)).toBe(false);
  });

  it('refuses a code with the verifier of another sign-in', async () => {
    const [a, b] = [await sent(), await sent()];
    const [mine, theirs] = [
      new URL(gitHub.back(a.address, octocat(1, []))),
      new URL(gitHub.back(b.address, octocat(2, []))),
    ];
    mine.searchParams.set('code', theirs.searchParams.get('code') as string);
    expect((await a.person.visit(mine.href)).status).toBe(502);
  });
});

describe('a second server of ours as the provider', () => {
  let upstream: TestServer;
  let server: TestServer;
  beforeAll(async () => {
    upstream = await startTestServer();
    const registration = {
      client_id: 'downstream',
      client_name: 'Downstream',
      client_uri: 'https://app.example',
      type: 'web',
      redirect_uris: ['https://app.example/callback'],
    } as const;
    const { clientSecret } = await createClient(upstream.db, registration as never, { id: 'test' });
    const setting = {
      name: 'vibecaas',
      issuer: upstream.issuer,
      client_id: 'downstream',
      client_secret: clientSecret,
      title: 'VibeCaaS',
      icon: 'own',
      trust_email: true,
      trust_mfa: true,
    };
    server = await startTestServer({ env: { UPSTREAMS: JSON.stringify([setting]), ACCOUNTS_UPSTREAM: 'vibecaas' } });
    const uris = [`${server.issuer}/sign-in/from/vibecaas`];
    await upstream.db.pgPool.query(`UPDATE clients SET redirect_uris = $1 WHERE client_id = 'downstream'`, [uris]);
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  it('signs somebody in whose address is confirmed there, and nobody else', async () => {
    const account = await confirmed(upstream);
    const unconfirmed = await addPerson(upstream.db, 'unconfirmed@example.com');
    for (const [who, status] of [
      [account, 200],
      [unconfirmed, 403],
    ] as const) {
      const [here, there] = [newPerson(server.issuer), newPerson(upstream.issuer)];
      const away = await here.visit('/account/security');
      const consent = await signIn(there, await there.visit(placeOf(away)), who.email);
      const back = await decide(there, consent, 'allow', ['profile', 'email']);
      const page = await here.visit(placeOf(back));
      expect(page.status).toBe(status);
    }
    expect(await accountOf(server, account.email)).toMatchObject({ password_hash: null });
    expect(await accountOf(server, unconfirmed.email)).toBeUndefined();
  });
});

describe('with REGISTRATION=open, a provider that is not the home', () => {
  it('makes accounts of people whose address it has verified, if its addresses are trusted, and otherwise none', async () => {
    const [trusted, other] = [await startProvider(), await startProvider()];
    const UPSTREAMS = JSON.stringify([
      trusted.setting('trusted', { trust_email: true, title: 'Trusted' }),
      other.setting('other', { title: 'Other' }),
    ]);
    const open = await startTestServer({ env: { UPSTREAMS, REGISTRATION: 'open' } });
    const invited = await startTestServer({ beside: open, env: { UPSTREAMS, REGISTRATION: 'invite' } });
    const comesTo = async (server: TestServer, name: string, provider: Provider, who: Someone) => {
      const person = newPerson(server.issuer);
      const leaving = await person.submit(await person.visit('/sign-in'), `/sign-in/with/${name}`, {});
      return person.visit(provider.back(placeOf(leaving), who));
    };
    try {
      const who = { sub: 'new', email: 'fresh@example.com', email_verified: true };
      expect((await comesTo(invited, 'trusted', trusted, who)).status).toBe(403);
      expect((await comesTo(open, 'other', other, who)).status).toBe(403);
      expect((await comesTo(open, 'trusted', trusted, { ...who, email_verified: false })).status).toBe(403);
      expect(await accountOf(open, who.email)).toBeUndefined();
      expect((await comesTo(open, 'trusted', trusted, who)).status).toBe(200);
      expect(await accountOf(open, who.email)).toMatchObject({ role: 'user', password_hash: null });
    } finally {
      await invited.stop();
      await open.stop();
      await trusted.stop();
      await other.stop();
    }
  });
});
