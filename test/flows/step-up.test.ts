/**
 * Apps that ask for a stronger or more recent sign-in (OpenID Connect Core §3.1.2.1, RFC 9470): the person is asked only for
 * what is missing, and the tokens say what was shown.
 */
import { decodeJwt } from 'jose';
import { generateSync } from 'otplib/functional';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setPassword, suspendAccount } from '../../src/operations/accounts.ts';
import { startTestGateway, type TestGateway } from '../gateway/running-gateway.ts';
import { addSecondStep, codeNow, signedInAs } from '../support/admin.ts';
import { authorizeUrl, callback, exchange, post, refresh, type Tokens } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, apiResource, password, startTestServer, type TestServer } from '../support/server.ts';
import { ageSignIns, changeSessions } from '../support/sign-ins.ts';
import { passwords } from '../support/standard.ts';

const [one, two] = ['urn:vibecaas:acr:1', 'urn:vibecaas:acr:2'] as const;
const scope = 'openid projects:read';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

let email: string;
let id: string;
let made = 0;
beforeEach(async () => {
  made += 1;
  ({ id, email } = await addPerson(server.db, `step-up-${made}@example.com`));
});

type Params = Record<string, string | undefined>;
type Ask = (person: Person, params?: Params) => Promise<Page>;
const ask: Ask = (person, params) => person.visit(authorizeUrl(server, { scope, ...params }));

const ways: [string, Ask][] = [
  ['by GET', ask],
  [
    'by POST',
    (person, params) => {
      const body = new URL(authorizeUrl(server, { scope, ...params })).searchParams;
      return person.visit('/oauth/authorize', { method: 'POST', body });
    },
  ],
  [
    'pushed',
    async (person, params) => {
      const fields = Object.fromEntries(new URL(authorizeUrl(server, { scope, ...params })).searchParams);
      const { status, body } = await post(server, '/oauth/par', fields, fields.client_id);
      expect(status, JSON.stringify(body)).toBe(201);
      const query = { client_id: fields.client_id as string, request_uri: body.request_uri as string };
      return person.visit(`/oauth/authorize?${new URLSearchParams(query)}`);
    },
  ],
];

/** What a page asks for. */
function asked({ text }: Page): string {
  if (text.includes('autocomplete="current-password"')) return 'password';
  if (text.includes('name="enrolment"')) return 'enrol';
  if (text.includes('name="otp"')) return 'code';
  if (text.includes('name="decision"')) return 'consent';
  return 'nothing';
}
const code = async (person: Person, page: Page) =>
  person.submit(page, '/second-step', { otp: await codeNow(server, email) });

async function tokensOf(page: Page): Promise<Tokens> {
  const { status, body } = await exchange(server, callback(page).get('code') as string);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Tokens;
}
const claimsOf = async (page: Page) => decodeJwt((await tokensOf(page)).access_token);
const agoOf = (claims: { iat?: number; auth_time?: unknown }) => (claims.iat as number) - (claims.auth_time as number);

/** A person with a session of one factor who has allowed the app. */
async function signedIn(): Promise<Person> {
  const person = await signedInAs(server, email);
  await decide(person, await ask(person), 'allow');
  return person;
}
/** The same, who has set up a second step since, elsewhere. */
async function withPhone(): Promise<Person> {
  const person = await signedIn();
  await addSecondStep(server, id);
  return person;
}

describe.each(ways)('acr_values %s', (_way, askFor) => {
  it('ask somebody who is signed in for the second step alone', async () => {
    const person = await withPhone();
    const page = await askFor(person, { acr_values: two });
    expect(asked(page)).toBe('code');
    expect(page.text).toContain('You are signed in. To go on, show that your phone is with you.');
    expect(page.text).toContain(email);
    const { acr, ...times } = await claimsOf(await code(person, page));
    expect(acr).toBe(two);
    expect(agoOf(times)).toBeLessThan(600);
    expect(asked(await askFor(person, { acr_values: two, prompt: 'none' }))).toBe('nothing');
  });

  it('ask somebody who is not signed in for everything, once', async () => {
    await addSecondStep(server, id);
    const person = newPerson(server.issuer);
    const page = await signIn(person, await askFor(person, { acr_values: two }), email);
    expect(asked(page)).toBe('code');
    const consent = await code(person, page);
    expect((await claimsOf(await decide(person, consent, 'allow'))).acr).toBe(two);
  });

  it('that the session meets cause no question', async () => {
    const person = await signedIn();
    for (const acr_values of [one, `${two} ${one}`, `${one} phr`]) {
      const answer = callback(await askFor(person, { acr_values, prompt: 'none' }));
      expect(answer.get('error'), acr_values).toBeNull();
    }
  });

  it('that do not exist are ignored, beside others and alone', async () => {
    const person = await withPhone();
    for (const acr_values of ['phr', 'urn:vibecaas:acr:3', 'urn:vibecaas:acr:22', ' ']) {
      expect((await claimsOf(await askFor(person, { acr_values }))).acr, acr_values).toBe(one);
    }
    expect(asked(await askFor(person, { acr_values: `phr ${two}` }))).toBe('code');
  });

  it('without a page are login_required', async () => {
    const person = await withPhone();
    const answer = callback(await askFor(person, { acr_values: two, prompt: 'none' }));
    expect([answer.get('error'), answer.get('error_description')]).toEqual([
      'login_required',
      'the sign-in is not of the level that is demanded',
    ]);
  });

  it('need no scope openid, and neither does max_age', async () => {
    const person = await withPhone();
    const page = await askFor(person, { acr_values: two, max_age: '600', scope: 'projects:read' });
    expect(asked(page)).toBe('code');
    const tokens = await tokensOf(await code(person, page));
    expect([tokens.id_token, decodeJwt(tokens.access_token).acr]).toEqual([undefined, two]);
    await ageSignIns(server, 1_200);
    expect(asked(await askFor(person, { max_age: '600', scope: 'projects:read' }))).toBe('password');
    expect(asked(await askFor(person, { max_age: '0', scope: 'projects:read' }))).toBe('password');
  });
});

it('nonce and id_token_hint still need the scope openid, and a bad max_age is refused without it too', async () => {
  for (const [params, said] of [
    [{ nonce: 'n', acr_values: two }, /openid scope must be requested when using the nonce/],
    [{ max_age: '-1' }, /max_age/],
  ] as const) {
    const answer = callback(await ask(newPerson(server.issuer), { scope: 'projects:read', ...params }));
    expect([answer.get('error'), answer.get('error_description')]).toEqual([
      'invalid_request',
      expect.stringMatching(said),
    ]);
  }
});

describe('somebody without a second step', () => {
  it('sets one up on the way, without their password again if that was a moment ago', async () => {
    const person = await signedIn();
    const page = await ask(person, { acr_values: two });
    expect(asked(page)).toBe('enrol');
    const key = /class="key">([A-Z2-7 ]+)</.exec(page.text)?.[1]?.replaceAll(' ', '') as string;
    const codes = await person.submit(page, '/enrol', { otp: generateSync({ secret: key }) });
    const claims = await claimsOf(await person.submit(codes, '/enrol/saved', { saved: 'on' }));
    expect(claims.acr).toBe(two);
  });

  it('shows their password first if that was a while ago, so that nobody sets one up in a browser that was left open', async () => {
    const person = await signedIn();
    await ageSignIns(server, 1_200);
    const page = await ask(person, { acr_values: two });
    expect(asked(page)).toBe('password');
    expect(page.text).toContain(`value="${email}"`);
    for (const step of ['enrol', 'second-step']) {
      expect(asked(await person.visit(`${page.url}/${step}`)), step).toBe('password');
    }
    expect(asked(await person.submit(page, '/sign-in', { email, password }))).toBe('enrol');
  });

  it('may say no, and the app is told', async () => {
    const person = await signedIn();
    const answer = callback(await person.submit(await ask(person, { acr_values: two }), '/enrol/decline', {}));
    expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual([
      'unmet_authentication_requirements',
      'a-state',
      server.issuer,
    ]);
    expect(callback(await ask(person, { prompt: 'none' })).get('error'), 'and stays signed in').toBeNull();
  });
});

describe('the age of a sign-in', () => {
  it('asks for everything that the account has, whether by max_age, by 0 or by prompt=login', async () => {
    const person = await withPhone();
    await code(person, await ask(person, { acr_values: two }));
    await ageSignIns(server, 1_200);
    for (const params of [
      { max_age: '600' },
      { max_age: '0' },
      { prompt: 'login' },
      { max_age: '600', acr_values: two },
    ]) {
      const page = await ask(person, params);
      expect(asked(page), JSON.stringify(params)).toBe('password');
      expect(page.text).toContain(`value="${email}"`);
      expect(page.text).toContain('You are signed in.</b> To go on, sign in once more.');
    }
    const page = await signIn(person, await ask(person, { max_age: '600', acr_values: two }), email);
    expect(asked(page)).toBe('code');
    const claims = await claimsOf(await code(person, page));
    expect([claims.acr, agoOf(claims) < 600]).toEqual([two, true]);
  });

  it('does not become younger by a code alone, so whoever has found the phone cannot meet max_age', async () => {
    const person = await withPhone();
    await ageSignIns(server, 5_000);
    const page = await ask(person, { acr_values: two });
    expect(asked(page)).toBe('code');
    const claims = await claimsOf(await code(person, page));
    expect(claims.acr).toBe(two);
    expect(agoOf(claims)).toBeGreaterThanOrEqual(5_000);
    expect(asked(await ask(person, { acr_values: two, max_age: '600' }))).toBe('password');
  });

  it('of a session from before sessions knew their level is kept, and the level is found without a question', async () => {
    const person = await signedIn();
    await changeSessions(server, (session) => {
      delete session.acr;
    });
    expect((await claimsOf(await ask(person))).acr).toBeUndefined();
    expect((await claimsOf(await ask(person, { acr_values: one }))).acr).toBe(one);
    expect((await claimsOf(await ask(person))).acr).toBe(one);
  });
});

it('somebody else than the one who is signed in is not told that they are', async () => {
  const person = await signedIn();
  const other = await signedInAs(server, server.person.email);
  const first = await tokensOf(await decide(other, await ask(other), 'allow'));
  const page = await ask(person, { id_token_hint: first.id_token });
  expect(asked(page)).toBe('password');
  for (const word of ['You are signed in.', email]) expect(page.text).not.toContain(word);
});

it('somebody whom the app may not mean says who they are, with everything', async () => {
  const person = await withPhone();
  for (const params of [{ login_hint: server.person.email }, { prompt: 'select_account' }] as Params[]) {
    expect(asked(await ask(person, { acr_values: two, ...params })), JSON.stringify(params)).toBe('password');
  }
  for (const login_hint of [email, id, 'a name elsewhere']) {
    expect(asked(await ask(person, { acr_values: two, login_hint })), login_hint).toBe('code');
  }
});

it('a double click on the code leads to the app as one click does', async () => {
  const person = await withPhone();
  const page = await ask(person, { acr_values: two });
  const { action, hidden } = formOf(page, '/second-step');
  const body = new URLSearchParams([...hidden, ['otp', await codeNow(server, email)]]);
  const click = async () => (await person.request(action, { method: 'POST', body })).headers.get('location');
  const first = await click();
  expect(first).toMatch(/\/oauth\/authorize\/[^/]+$/);
  expect(await click()).toBe(first);
});

describe('a step-up that is half done', () => {
  it('gives the session nothing yet', async () => {
    const person = await withPhone();
    expect(asked(await ask(person, { acr_values: two }))).toBe('code');
    expect((await claimsOf(await ask(person))).acr).toBe(one);
  });

  const endings: [what: string, end: (person: Person) => Promise<unknown>][] = [
    ['a changed password', () => setPassword(server.db, passwords, id, 'another good password 42', { id: 'test' })],
    ['a suspension', () => suspendAccount(server.db, id, { id: 'test' })],
    ['its session', async (person) => person.submit(await person.visit('/account/apps'), '/sign-out', {})],
  ];
  it.each(endings)('ends with %s', async (_what, end) => {
    const person = await withPhone();
    const page = await ask(person, { acr_values: two });
    await end(person);
    const there = await code(person, page);
    expect([there.headers.get('location'), there.status]).toEqual([null, 410]);
    expect((await person.request('/account/apps')).status).not.toBe(200);
  });

  it('belongs to its browser', async () => {
    const person = await withPhone();
    const page = await ask(person, { acr_values: two });
    const thief = await signedInAs(server, server.person.email);
    expect((await thief.request(page.url)).status).toBe(410);
  });

  it('can be left for another account, which has to sign in', async () => {
    const person = await withPhone();
    const page = await ask(person, { acr_values: two, state: 'the same' });
    const form = await person.submit(page, '/switch', {});
    expect(asked(form)).toBe('password');
    expect(form.text).not.toContain(`value="${email}"`);
    const there = await signIn(person, form, server.person.email);
    expect(asked(there)).toBe('enrol');
  });

  it('that took too long asks for the password, and is not sent around', async () => {
    const person = await withPhone();
    const page = await ask(person, { acr_values: two });
    await server.db.pgPool.query(`UPDATE sign_in_attempts SET expires_at = now() WHERE account_id = $1`, [id]);
    const late = await person.visit(page.url);
    expect([asked(late), late.text.includes('That took too long.')]).toEqual(['password', true]);
    expect(asked(await person.visit(late.url))).toBe('code');
  });
});

describe('from the API and back', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(server, { GATEWAY_ORIGIN: apiResource });
  });
  afterAll(() => gateway.stop());

  const transfer = (token: string) =>
    fetch(`${gateway.origin}/v1/projects/proj_123abc/transfer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  /** What an app sends in its next request, as docs/app-developers.md tells it. */
  const wantedBy = (challenge: string): Params =>
    Object.fromEntries(
      [...challenge.matchAll(/(acr_values|max_age)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );

  it('an app is challenged, sends its person for the second step, and calls again', async () => {
    const person = await signedInAs(server, email);
    const write = { scope: 'projects:read projects:write' };
    const weak = await tokensOf(await decide(person, await ask(person, write), 'allow'));
    const refused = await transfer(weak.access_token);
    const challenge = refused.headers.get('www-authenticate') as string;
    expect([refused.status, challenge]).toEqual([
      401,
      expect.stringContaining('error="insufficient_user_authentication"'),
    ]);
    expect(
      (await fetch(`${gateway.origin}/v1/projects`, { headers: { authorization: `Bearer ${weak.access_token}` } }))
        .status,
    ).toBe(200);

    await addSecondStep(server, id);
    const page = await ask(person, { ...write, ...wantedBy(challenge) });
    expect(asked(page)).toBe('code');
    const strong = await tokensOf(await code(person, page));
    expect((await transfer(strong.access_token)).status).toBe(200);
    const { body } = await refresh(server, strong.refresh_token as string);
    expect((await transfer(body.access_token as string)).status).toBe(200);
    const { body: still } = await refresh(server, weak.refresh_token as string);
    expect((await transfer(still.access_token as string)).status).toBe(401);
  });

  it('a refresh does not help against max_age, and a new sign-in does', async () => {
    await addSecondStep(server, id);
    const person = await signedInAs(server, email);
    await ageSignIns(server, 5_000);
    const write = { scope: 'projects:read projects:write' };
    const old = await tokensOf(await decide(person, await ask(person, write), 'allow'));
    for (const token of [old.access_token, (await refresh(server, old.refresh_token as string)).body.access_token]) {
      const refused = await transfer(token as string);
      expect(refused.headers.get('www-authenticate')).toContain('A more recent sign-in is required');
    }
    const page = await ask(person, { ...write, acr_values: two, max_age: '3600' });
    const strong = await tokensOf(await code(person, await signIn(person, page, email)));
    expect((await transfer(strong.access_token)).status).toBe(200);
  });
});
