/**
 * What a request says about the person and the strength of the sign-in (OpenID Connect Core §3.1.2.1) holds when the
 * answer is given, not only when the request arrives: by GET, by POST and pushed.
 */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorizeUrl, callback, exchange, obtainCode, obtainTokens, post } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { ageSignIns } from '../support/sign-ins.ts';

let server: TestServer;

let other: { id: string; email: string };
beforeAll(async () => {
  server = await startTestServer();
  other = await addPerson(server.db, 'other@example.com');
});
afterAll(() => server.stop());

type Params = Record<string, string | undefined>;
type Ask = (person: Person, params: Params) => Promise<Page>;

const scope = 'openid projects:read';

/** The ways in which a request can arrive. */
const ways: [string, Ask][] = [
  ['by GET', (person, params) => person.visit(authorizeUrl(server, { scope, ...params }))],
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
      const query = new URLSearchParams({
        client_id: fields.client_id as string,
        request_uri: body.request_uri as string,
      });
      return person.visit(`/oauth/authorize?${query}`);
    },
  ],
];

/** A person who is signed in and has allowed the app what it asks for. */
async function signedIn(email = server.person.email): Promise<Person> {
  const person = newPerson(server.issuer);
  await signIn(person, await person.visit('/sign-in'), email);
  await obtainCode(server, { scope }, person);
  return person;
}
const hintFor = async (email: string) =>
  (await obtainTokens(server, { scope }, await signedIn(email))).id_token as string;
const isSignIn = (page: Page) => page.text.includes('autocomplete="current-password"');
const isChoice = (page: Page) => page.text.includes('name="account"');
const asked = (page: Page) => [isSignIn(page), isChoice(page)];

/** The person whom the code is for, or the error. */
async function outcome(page: Page): Promise<string> {
  if (page.text.includes('name="decision"')) throw new Error('the consent page is in the way');
  const answer = callback(page);
  if (!answer.has('code')) return answer.get('error') as string;
  const { body } = await exchange(server, answer.get('code') as string);
  return decodeJwt(body.id_token as string).sub as string;
}
/** Continues from `page`, and allows where it asks. */
async function allowed(person: Person, page: Page): Promise<Page> {
  return page.text.includes('name="decision"') ? decide(person, page, 'allow') : page;
}
let mine: string;
beforeEach(() => {
  mine = server.person.id;
});

describe.each(ways)('%s', (_way, ask) => {
  it('a login_hint of another person never gives a code silently', async () => {
    const person = await signedIn();
    expect(await outcome(await ask(person, { login_hint: other.email, prompt: 'none' }))).toBe('login_required');
    expect(await outcome(await ask(person, { login_hint: 'nobody@example.com', prompt: 'none' }))).toBe(
      'login_required',
    );
    expect(await outcome(await ask(person, { login_hint: other.id, prompt: 'none' }))).toBe('login_required');
    expect(asked(await ask(person, { login_hint: other.email }))).toEqual([false, true]);
  });

  it('a login_hint of the person who is signed in, in any spelling, causes no question', async () => {
    const person = await signedIn();
    for (const hint of [server.person.email, ` ${server.person.email.toUpperCase()} `, server.person.id]) {
      expect(await outcome(await ask(person, { login_hint: hint, prompt: 'none' })), hint).toBe(mine);
    }
  });

  it('a login_hint of another person lets the person go on as themselves, knowingly', async () => {
    const person = await signedIn();
    const page = await ask(person, { login_hint: other.email });
    expect(page.text).toContain(other.email);
    expect(page.text).toContain(server.person.email);
    expect(await outcome(await person.submit(page, '/account', { account: 'current' }))).toBe(mine);
  });

  it('a login_hint of another person lets that one sign in, for the same request', async () => {
    const person = await signedIn();
    const page = await ask(person, { login_hint: other.email, state: 'the same' });
    const form = await person.submit(page, '/switch', {});
    expect(form.text).toContain(`value="${other.email}"`);
    const end = await allowed(person, await signIn(person, form, other.email));
    expect(callback(end).get('state')).toBe('the same');
    expect(await outcome(end)).toBe(other.id);
  });

  it('an id_token_hint of another person never ends in a code for this one', async () => {
    const id_token_hint = await hintFor(other.email);
    const person = await signedIn();
    expect(await outcome(await ask(person, { id_token_hint, prompt: 'none' }))).toBe('login_required');
    const page = await ask(person, { id_token_hint });
    expect(asked(page)).toEqual([true, false]);
    expect(await outcome(await signIn(person, page, server.person.email))).toBe('login_required');
    const nobody = newPerson(server.issuer);
    const end = await signIn(nobody, await ask(nobody, { id_token_hint }), server.person.email);
    expect(await outcome(end)).toBe('login_required');
  });

  it('an id_token_hint of another person ends in a code for that one, who signs in', async () => {
    const id_token_hint = await hintFor(other.email);
    const person = await signedIn();
    const end = await allowed(person, await signIn(person, await ask(person, { id_token_hint }), other.email));
    expect(await outcome(end)).toBe(other.id);
  });

  it('“Not you?” does not get around an id_token_hint', async () => {
    const id_token_hint = await hintFor(server.person.email);
    const person = await signedIn();
    const consent = await ask(person, { id_token_hint, prompt: 'consent' });
    const form = await person.submit(consent, '/switch', {});
    expect(await outcome(await signIn(person, form, other.email))).toBe('login_required');
  });

  it('max_age counts when the answer is given: a person who thinks for longer signs in again, but only once', async () => {
    const person = newPerson(server.issuer);
    const page = await ask(person, { max_age: '600', prompt: 'consent' });
    const consent = await signIn(person, page, server.person.email);
    await ageSignIns(server, 1_200);
    const again = await decide(person, consent, 'allow');
    expect(asked(again)).toEqual([true, false]);
    const { body } = await exchange(
      server,
      callback(await signIn(person, again, server.person.email)).get('code') as string,
    );
    const authTime = decodeJwt(body.id_token as string).auth_time as number;
    expect(Date.now() / 1000 - authTime).toBeLessThan(600);
  });

  it('max_age counts on the way back from the sign-in page, where somebody may stop for longer', async () => {
    const person = newPerson(server.issuer);
    const page = await ask(person, { max_age: '600' });
    const { action, hidden } = formOf(page, '/sign-in');
    const body = new URLSearchParams([...hidden, ['email', server.person.email], ['password', password]]);
    const answered = await person.request(action, { method: 'POST', body });
    await ageSignIns(server, 1_200);
    expect(asked(await person.visit(answered.headers.get('location') as string))).toEqual([true, false]);
  });

  it('max_age counts for a sign-in from before the request', async () => {
    const person = await signedIn();
    expect(await outcome(await ask(person, { max_age: '600', prompt: 'none' }))).toBe(mine);
    const consent = await ask(person, { max_age: '600', prompt: 'consent' });
    await ageSignIns(server, 1_200);
    expect(await outcome(await ask(person, { max_age: '600', prompt: 'none' }))).toBe('login_required');
    expect(asked(await decide(person, consent, 'allow'))).toEqual([true, false]);
  });

  it('max_age=0 without a page is login_required', async () => {
    expect(await outcome(await ask(await signedIn(), { max_age: '0', prompt: 'none' }))).toBe('login_required');
  });

  it('max_age=0 and prompt=login ask for the password, whoever is signed in', async () => {
    const person = await signedIn();
    for (const params of [{ max_age: '0' }, { prompt: 'login' }]) {
      const page = await ask(person, params);
      expect(asked(page)).toEqual([true, false]);
      expect(await outcome(await signIn(person, page, server.person.email))).toBe(mine);
    }
  });

  it('acr_values that do not exist are a wish: the ID token does not claim what was not done', async () => {
    const person = await signedIn();
    const code = callback(await ask(person, { acr_values: 'phr urn:mace:incommon:iap:silver' })).get('code') as string;
    const claims = decodeJwt((await exchange(server, code)).body.id_token as string);
    expect([claims.acr, claims.sub]).toEqual(['urn:vibecaas:acr:1', mine]);
  });

  it('prompt=select_account asks which account, once, and can’t be combined with none', async () => {
    const person = await signedIn();
    const page = await ask(person, { prompt: 'select_account' });
    expect(asked(page)).toEqual([false, true]);
    expect(await outcome(await person.submit(page, '/account', { account: 'current' }))).toBe(mine);
    const nobody = newPerson(server.issuer);
    const signInPage = await ask(nobody, { prompt: 'select_account' });
    expect(asked(signInPage)).toEqual([true, false]);
    expect(await outcome(await signIn(nobody, signInPage, server.person.email))).toBe(mine);
  });

  it('prompt=select_account consent asks both questions, one after the other', async () => {
    const person = await signedIn();
    const page = await ask(person, { prompt: 'select_account consent' });
    expect(asked(page)).toEqual([false, true]);
    const consent = await person.submit(page, '/account', { account: 'current' });
    expect(consent.text).toContain('name="decision"');
    expect(await outcome(await decide(person, consent, 'allow'))).toBe(mine);
  });

  it('choosing an account replaces neither consent nor sign-in', async () => {
    const person = await signedIn(other.email);
    const page = await ask(person, { prompt: 'select_account login', client_id: 'other' });
    expect(asked(page)).toEqual([true, false]);
  });
});

it('the metadata lists exactly the prompts that are understood', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata.prompt_values_supported).toEqual(['none', 'login', 'consent', 'select_account']);
  for (const prompt of [...metadata.prompt_values_supported, 'create', 'LOGIN']) {
    const page = await newPerson(server.issuer).request(authorizeUrl(server, { prompt }));
    const refused = page.headers.get('location')?.includes('error=invalid_request') ?? true;
    expect(refused, prompt).toBe(!metadata.prompt_values_supported.includes(prompt));
  }
});

it('another account that signs in meanwhile does not count as chosen', async () => {
  const person = await signedIn();
  const page = await person.visit(authorizeUrl(server, { scope, prompt: 'select_account' }));
  await person.submit(await person.visit('/account/apps'), '/sign-out', {});
  await signIn(person, await person.visit('/sign-in'), other.email);
  expect((await person.submit(page, '/account', { account: 'current' })).status).toBe(410);
});
