/** Our own pages and forms: interactions, sign-in, sign-out, connected apps. Every answer here is a page or a redirect. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, obtainCode } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { fingerprint, itAnswers, type Row, tooLargePage } from './table.ts';
import type { Answer, Sent } from './wire.ts';

let server: TestServer;
let other: { email: string };
beforeAll(async () => {
  server = await startTestServer();
  other = await addPerson(server.db, 'other@example.com');
});
afterAll(() => server.stop());

const html = { Accept: 'text/html' };
const forbidden = { status: 403, text: /This form was not accepted/ };
const unreadable = { status: 400, text: /can’t be read/ };
const over = { status: 410, text: /has expired/ };
const missing = { status: 404, text: /There is nothing here/ };
/** 405, on a page that says which method the address supports. */
const otherMethod = { status: 405, text: /This address does not accept such a request/ };
const knows = (allow: string) => ({
  ...otherMethod,
  also: ({ headers }: Answer) => expect(headers.get('allow')).toBe(allow),
});

/** What this person's browser would send there, cookies included. */
async function from(person: Person, request: Sent): Promise<Sent> {
  const cookie = await person.jar.getCookieString(new URL(request.path, server.issuer).href);
  return { ...request, headers: { ...html, ...(cookie && { Cookie: cookie }), ...request.headers } };
}
const csrfOf = (page: Page, action: string) =>
  formOf(page, action).hidden.find(([name]) => name === 'csrf')?.[1] as string;
const pathOf = (page: Page) => new URL(page.url).pathname;

async function signedIn(email = server.person.email): Promise<Person> {
  const person = newPerson(server.issuer);
  const page = await person.visit('/sign-in');
  await signIn(person, page, email);
  return person;
}
const atSignIn = async (person = newPerson(server.issuer)) => ({
  person,
  page: await person.visit(authorizeUrl(server)),
});
async function atConsent() {
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const { person, page } = await atSignIn();
  return { person, page: await signIn(person, page, email), email };
}

/** What is wrong with any form. `form` gives the page that holds the form for all rows, and its valid fields. */
function wrongForms(
  form: () => Promise<{ person: Person; page: Page; action: string; fields: Record<string, string> }>,
): Row[] {
  let shown: ReturnType<typeof form> | undefined;
  const wrong = (change: (path: string, fields: Record<string, string>) => Sent) => async (): Promise<Sent> => {
    shown ??= form();
    const { person, page, action, fields } = await shown;
    const { action: path } = formOf(page, action);
    return from(person, change(path, { ...fields, csrf: csrfOf(page, action) }));
  };
  const json = { 'Content-Type': 'application/json' };
  return [
    { name: 'no anti-forgery value', send: wrong((path, { csrf: _, ...body }) => ({ path, body })), ...forbidden },
    { name: 'an empty one', send: wrong((path, fields) => ({ path, body: { ...fields, csrf: '' } })), ...forbidden },
    {
      name: 'garbage for one',
      send: wrong((path, fields) => ({ path, body: { ...fields, csrf: 'A'.repeat(43) } })),
      ...forbidden,
    },
    {
      name: 'that of the same form in another browser',
      send: async () => {
        const other = await form();
        const csrf = csrfOf(other.page, other.action);
        return wrong((path, fields) => ({ path, body: { ...fields, csrf } }))();
      },
      ...forbidden,
    },
    {
      name: 'one in the query',
      send: wrong((path, { csrf, ...body }) => ({
        path: `${path}${path.includes('?') ? '&' : '?'}csrf=${csrf}`,
        body,
      })),
      ...forbidden,
    },
    {
      name: 'csrf[]',
      send: wrong((path, { csrf, ...body }) => ({ path, body: { ...body, 'csrf[]': csrf as string } })),
      ...forbidden,
    },
    {
      name: 'one of 10 KB',
      send: wrong((path, fields) => ({ path, body: { ...fields, csrf: 'A'.repeat(10_000) } })),
      ...forbidden,
    },
    { name: 'nothing', send: wrong((path) => ({ path, body: '' })), ...forbidden },
    {
      name: 'JSON',
      send: wrong((path, fields) => ({ path, body: JSON.stringify(fields), headers: json })),
      ...unreadable,
    },
    {
      name: 'plain text',
      send: wrong((path, fields) => ({ path, body: fields, headers: { 'Content-Type': 'text/plain' } })),
      ...unreadable,
    },
    {
      name: '57 KB',
      send: wrong((path, fields) => ({ path, body: { ...fields, long: 'a'.repeat(57 * 1024) } })),
      ...tooLargePage,
    },
    { name: 'NUL', send: wrong((path, fields) => ({ path, body: { ...fields, odd: 'a\0b' } })), ...unreadable },
    { name: 'PUT', send: wrong((path, body) => ({ path, method: 'PUT', body })), ...otherMethod },
  ];
}

/** The same, for work that must not write anything. */
async function writesNothing(work: () => Promise<Page>): Promise<Page> {
  const before = await fingerprint(server.db);
  const page = await work();
  expect(await fingerprint(server.db)).toEqual(before);
  return page;
}

describe('/interaction/:uid/sign-in', () => {
  itAnswers(
    () => server,
    wrongForms(async () => ({
      ...(await atSignIn()),
      action: '/sign-in',
      fields: { email: server.person.email, password },
    })),
  );

  it('the value of another interaction is not accepted', async () => {
    const { person, page } = await atSignIn();
    const foreign = await atSignIn();
    const answer = await writesNothing(() =>
      person.submit(page, '/sign-in', {
        csrf: csrfOf(foreign.page, '/sign-in'),
        email: server.person.email,
        password,
      }),
    );
    expect(answer.status).toBe(403);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown address', { email: 'nobody@example.com' }],
    ['no password', { password: '' }],
    ['no address', { email: '' }],
    ['an address that is none', { email: '__proto__' }],
    ['an address of 10 KB', { email: `${'a'.repeat(10_000)}@example.com` }],
    ['a password of 10 KB', { password: 'a'.repeat(10_000) }],
    ['a password twice', { password: ['wrong', password] }],
    ['an address with quotes', { email: `' OR 1=1 --` }],
    ['an address with markup', { email: '"><script>alert(1)</script>' }],
  ])('%s gets 422 and the same words, and nobody is signed in', async (_name, fields) => {
    const { person, page } = await atSignIn();
    const answer = await person.submit(page, '/sign-in', { email: server.person.email, password, ...fields });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('That didn’t match.');
    expect(answer.text).not.toContain('<script>');
    const { rows } = await server.db.pgPool.query(
      'SELECT count(*)::int AS n FROM sessions WHERE account_id IS NOT NULL',
    );
    expect(rows[0].n).toBe(0);
  });

  it('redirects with 303, so that no browser sends the password again', async () => {
    const { person, page } = await atSignIn();
    const { action, hidden } = formOf(page, '/sign-in');
    const body = new URLSearchParams([...hidden, ['email', server.person.email], ['password', password]]);
    expect((await person.request(action, { method: 'POST', body })).status).toBe(303);
  });
});

describe('/interaction/:uid/consent', () => {
  itAnswers(
    () => server,
    wrongForms(async () => ({ ...(await atConsent()), action: '/consent', fields: { decision: 'allow' } })),
  );

  it.each([
    ['no decision', {}],
    ['another decision', { decision: 'maybe' }],
    ['a decision __proto__', { decision: '__proto__' }],
  ])('%s gets 400, and nothing is remembered', async (_name, fields) => {
    const { person, page } = await atConsent();
    const answer = await writesNothing(() => person.submit(page, '/consent', fields));
    expect(answer.status).toBe(400);
  });

  it('scopes that were not asked for are not granted', async () => {
    const { person, page } = await atConsent();
    await person.submit(page, '/consent', { decision: 'allow', scope: ['ai:generate', 'openid', '__proto__'] });
    const { rows } = await server.db.pgPool.query('SELECT granted FROM consents ORDER BY created_at DESC LIMIT 1');
    expect(rows[0].granted).toEqual(['projects:read']);
  });

  it('the sign-in page offers no shortcut to consent', async () => {
    const { person, page } = await atSignIn();
    const csrf = csrfOf(page, '/sign-in');
    const request = await from(person, { path: `${pathOf(page)}/consent`, body: { csrf, decision: 'allow' } });
    const answer = await writesNothing(() =>
      person.request(request.path, {
        method: 'POST',
        body: new URLSearchParams(request.body as Record<string, string>),
      }),
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([303, pathOf(page)]);
  });
});

describe('an interaction', () => {
  itAnswers(() => server, [
    { name: 'an unknown one', send: { path: '/interaction/unknown', headers: html }, ...over },
    { name: 'one named __proto__', send: { path: '/interaction/__proto__', headers: html }, ...over },
    {
      name: 'an unknown one, by a program',
      send: { path: '/interaction/unknown' },
      status: 410,
      error: 'invalid_request',
    },
    {
      name: 'a form of an unknown one',
      send: { path: '/interaction/unknown/consent', body: 'decision=allow', headers: html },
      ...forbidden,
    },
    { name: 'another path below it', send: { path: '/interaction/unknown/other', headers: html }, ...missing },
    { name: 'none', send: { path: '/interaction/', headers: html }, ...missing },
    { name: 'a broken escape', send: { path: '/interaction/%zz', headers: html }, ...unreadable },
    {
      name: 'one of another browser',
      send: async () => from(newPerson(server.issuer), { path: pathOf((await atSignIn()).page) }),
      ...over,
    },
    {
      name: 'one of another browser, with one’s own cookie',
      send: async () => {
        const own = await atSignIn();
        const foreign = await atSignIn();
        const cookie = await own.person.jar.getCookieString(own.page.url);
        return { path: pathOf(foreign.page), headers: { ...html, Cookie: cookie } };
      },
      ...over,
    },
    {
      name: 'a cookie without signature',
      send: async () => {
        const { person, page } = await atSignIn();
        const cookie = (await person.jar.getCookieString(page.url)).replace(/; ?vcauth_interaction\.sig=[^;]*/, '');
        return { path: pathOf(page), headers: { ...html, Cookie: cookie } };
      },
      ...over,
    },
    {
      name: 'cookies of garbage',
      send: {
        path: '/interaction/x',
        headers: { ...html, Cookie: 'vcauth_interaction=__proto__; vcauth_interaction.sig=\xff; ;;=;' },
      },
      ...over,
    },
  ] satisfies Row[]);

  it.each(['GET', 'POST'])('that expired is answered to %s with 410 and a way on', async (method) => {
    const { person, page } = await atConsent();
    await server.db.pgPool.query("UPDATE artifacts SET expires_at = now() WHERE model = 'Interaction'");
    const answer = await writesNothing(() =>
      method === 'GET' ? person.visit(page.url) : decide(person, page, 'allow'),
    );
    expect([answer.status, answer.text]).toEqual([410, expect.stringContaining('start again')]);
  });

  it('that was deleted is answered with 410', async () => {
    const { person, page } = await atConsent();
    await server.db.pgPool.query("DELETE FROM artifacts WHERE model = 'Interaction'");
    expect((await decide(person, page, 'allow')).status).toBe(410);
  });

  it('whose app was disabled meanwhile gives no code', async () => {
    const { createClient, disableClient } = await import('../../src/operations/clients.ts');
    const input = { client_name: 'Gone', type: 'spa', redirect_uris: ['https://app.example/callback'] } as const;
    const { client } = await createClient(server.db, input, { id: 'test' });
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { client_id: client.client_id }));
    const consent = await signIn(person, page, server.person.email);
    await disableClient(server.db, client.client_id, { id: 'test' }, 'Tried');
    await eventually(async () => (await person.visit(consent.url)).status).toBe(410);
    expect((await decide(person, consent, 'allow')).status).toBe(410);
    const { rows } = await server.db.pgPool.query('SELECT 1 FROM consents WHERE client_id = $1', [client.client_id]);
    expect(rows).toEqual([]);
  });
});

describe('an interaction in several tabs, or again', () => {
  it('is answered with 410 and a way on after its end', async () => {
    const { person, page } = await atConsent();
    expect(callback(await decide(person, page, 'allow')).get('code')).toBeTruthy();
    const back = await writesNothing(() => person.visit(page.url));
    expect([back.status, back.text]).toEqual([410, expect.stringContaining('start again')]);
  });

  it('shows a page and gives no second code when its resumption is opened again', async () => {
    const { person, page } = await atConsent();
    const resume = `/oauth/authorize/${pathOf(page).split('/').at(-1)}`;
    const { action, hidden } = formOf(page, '/consent');
    const body = new URLSearchParams([...hidden, ['decision', 'allow']]);
    await person.request(action, { method: 'POST', body });
    expect(callback(await person.visit(resume)).get('code')).toBeTruthy();
    const count = async () =>
      (await server.db.pgPool.query('SELECT count(*)::int AS n FROM authorization_codes')).rows[0].n;
    const before = await count();
    await person.visit(resume);
    expect(await count()).toBe(before);
  });

  it('leads to a code of its own in each of two tabs', async () => {
    const person = newPerson(server.issuer);
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const first = await person.visit(authorizeUrl(server, { state: 'first' }));
    const second = await person.visit(authorizeUrl(server, { state: 'second' }));
    const one = callback(await decide(person, await signIn(person, first, email), 'allow'));
    expect([one.get('state'), one.has('code')]).toEqual(['first', true]);
    const two = await signIn(person, second, email);
    const answer = callback(two.text.includes('name="decision"') ? await decide(person, two, 'allow') : two);
    expect([answer.get('state'), answer.has('code')]).toEqual(['second', true]);
  });

  it('no longer accepts the consent page of the account before, once another has signed in', async () => {
    const { person, page } = await atConsent();
    await person.submit(await person.visit('/account/apps'), '/sign-out', {});
    await signIn(person, await person.visit('/sign-in'), other.email);
    const answer = await writesNothing(() => decide(person, page, 'allow'));
    expect(answer.status).toBe(410);
  });

  it('gives another account that signs in on the waiting page a consent page of its own', async () => {
    const { person, page } = await atSignIn();
    await signIn(person, await person.visit('/sign-in'), server.person.email);
    // The first is signed out on the way.
    const consent = await signIn(person, page, other.email);
    expect(consent.text).toContain('name="decision"');
    expect(consent.text).toContain(other.email);
    expect(consent.text).not.toContain(server.person.email);
  });

  it('gives another account a consent page of its own, where the current one was asked to sign in again', async () => {
    const { person, page } = await atSignIn();
    await signIn(person, page, server.person.email);
    const again = await person.visit(authorizeUrl(server, { prompt: 'login' }));
    const consent = await signIn(person, again, other.email);
    expect(consent.text).toContain('name="decision"');
    expect(consent.text).toContain(other.email);
  });
});

describe('/sign-in', () => {
  const form = async () => {
    const person = newPerson(server.issuer);
    return {
      person,
      page: await person.visit('/sign-in'),
      action: '/sign-in',
      fields: { email: server.person.email, password },
    };
  };
  itAnswers(() => server, wrongForms(form));

  itAnswers(() => server, [
    {
      name: 'a form without the cookie',
      send: async () => {
        const { page, fields } = await form();
        return { path: '/sign-in', headers: html, body: { ...fields, csrf: csrfOf(page, '/sign-in') } };
      },
      ...forbidden,
      also: ({ headers }) => expect(headers.getSetCookie()).toEqual([]),
    },
    {
      name: 'a form with the cookie of another browser',
      send: async () => {
        const { page, fields } = await form();
        return from((await form()).person, { path: '/sign-in', body: { ...fields, csrf: csrfOf(page, '/sign-in') } });
      },
      ...forbidden,
    },
    {
      name: 'DELETE',
      send: { path: '/sign-in', method: 'DELETE', headers: html },
      ...knows('HEAD, GET, POST, OPTIONS'),
    },
  ] satisfies Row[]);

  it('the value of an interaction is not accepted', async () => {
    const { person, page } = await form();
    const csrf = csrfOf((await atSignIn()).page, '/sign-in');
    const answer = await person.submit(page, '/sign-in', { email: server.person.email, password, csrf });
    expect(answer.status).toBe(403);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    'https://evil.example',
    'https:evil.example',
    'http:/evil.example',
    'evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    '/account\r\nSet-Cookie: a=b',
    ' //evil.example',
    '@evil.example',
    '.evil.example',
    '/@evil.example\\..',
    '',
    '__proto__',
  ])('next=%j leads to the account page', async (next) => {
    const person = newPerson(server.issuer);
    const page = await person.visit(`/sign-in?next=${encodeURIComponent(next)}`);
    const { action, hidden } = formOf(page, '/sign-in');
    for (const target of [action, `/sign-in?next=${encodeURIComponent(next)}`]) {
      const body = new URLSearchParams([...hidden, ['email', server.person.email], ['password', password]]);
      const answer = await person.request(target, { method: 'POST', body });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/apps']);
    }
    const again = await person.request(`/sign-in?next=${encodeURIComponent(next)}`);
    expect(again.headers.get('location')).toBe('/account/apps');
  });

  it('next given twice leads to the account page; a path of ours is followed', async () => {
    const person = await signedIn();
    const go = async (query: string) => (await person.request(`/sign-in?${query}`)).headers.get('location');
    expect(await go('next=/a&next=//evil.example')).toBe('/account/apps');
    expect(await go('next[]=//evil.example')).toBe('/account/apps');
    expect(await go(`next=${encodeURIComponent('/account/apps?a=b')}`)).toBe('/account/apps?a=b');
  });

  it('a sign-in gives the session a new id and ends the one before, so that a planted one is worthless', async () => {
    const person = newPerson(server.issuer);
    const page = await person.visit('/sign-in');
    await signIn(person, page, other.email);
    const before = await person.jar.getCookieString(server.issuer);
    await signIn(person, page, server.person.email);
    expect((await person.visit('/account/apps')).text).toContain(server.person.email);
    const thief = newPerson(server.issuer);
    for (const cookie of before.split('; ')) await thief.jar.setCookie(cookie, server.issuer);
    expect((await thief.visit('/account/apps')).url).toContain('/sign-in');
  });
});

describe('/account/apps/disconnect and /sign-out', () => {
  const at = (action: string, fields: Record<string, string>) => async () => {
    const person = newPerson(server.issuer);
    await obtainCode(server, {}, person);
    return { person, page: await person.visit('/account/apps'), action, fields };
  };
  const disconnectForm = at('/disconnect', { client_id: 'spa' });
  const signOutForm = at('/sign-out', {});
  describe('disconnect', () => itAnswers(() => server, wrongForms(disconnectForm)));
  describe('sign-out', () =>
    itAnswers(
      () => server,
      wrongForms(signOutForm).filter(({ name }) => name !== 'nothing'),
    ));

  itAnswers(() => server, [
    {
      name: 'nobody',
      send: { path: '/account/apps', headers: html },
      status: 303,
      location: /^\/sign-in\?next=%2Faccount%2Fapps$/,
    },
    {
      name: 'nobody, with a query',
      send: { path: '/account/apps?a=//evil.example', headers: html },
      status: 303,
      location: /^\/sign-in\?next=%2Faccount%2Fapps%3Fa/,
    },
    {
      name: 'nobody disconnects',
      send: { path: '/account/apps/disconnect', headers: html, body: 'client_id=spa' },
      status: 303,
      location: /^\/sign-in/,
    },
    {
      name: 'nobody signs out',
      send: { path: '/sign-out', headers: html, body: '' },
      status: 303,
      location: /^\/signed-out$/,
    },
    {
      name: 'a session of garbage',
      send: { path: '/account/apps', headers: { ...html, Cookie: 'vcauth_session=__proto__; vcauth_session.sig=x' } },
      status: 303,
      location: /^\/sign-in/,
    },
    {
      name: 'GET of a form’s address',
      send: { path: '/account/apps/disconnect', headers: html },
      ...knows('POST, OPTIONS'),
    },
    { name: 'GET of signing out', send: { path: '/sign-out', headers: html }, ...knows('POST, OPTIONS') },
  ] satisfies Row[]);

  it.each(['nobody', '', '__proto__', 'constructor', `' OR 1=1 --`, 'a'.repeat(10_000)])(
    'disconnecting %j: 404, nothing ends',
    async (client_id) => {
      const { person, page } = await disconnectForm();
      const answer = await writesNothing(() => person.submit(page, '/disconnect', { client_id }));
      expect(answer.status).toBe(404);
    },
  );

  it('another person’s value is not accepted', async () => {
    const { person, page } = await disconnectForm();
    const stranger = await signedIn(other.email);
    const { action, hidden } = formOf(page, '/disconnect');
    const body = new URLSearchParams([...hidden, ['client_id', 'spa']]);
    const answer = await writesNothing(() => stranger.request(action, { method: 'POST', body }));
    expect(answer.status).toBe(403);
    expect((await person.visit('/account/apps')).text).toContain('Notes');
  });

  it('disconnecting ends the person’s own connection only', async () => {
    const mine = await disconnectForm();
    await otherConnects();
    const answer = await mine.person.submit(mine.page, '/disconnect', { client_id: 'spa' });
    expect(answer.status).toBe(200);
    const { rows } = await server.db.pgPool.query(
      "SELECT a.email FROM consents c JOIN accounts a ON a.id = c.account_id WHERE c.client_id = 'spa'",
    );
    expect(rows.map(({ email }) => email)).toContain(other.email);
    expect(rows.map(({ email }) => email)).not.toContain(server.person.email);
  });

  async function otherConnects(): Promise<void> {
    const person = newPerson(server.issuer);
    await signIn(person, await person.visit('/sign-in'), other.email);
    await obtainCode(server, {}, person);
  }
});
