/**
 * The query of a registered address comes back byte for byte, wherever a redirect is built (RFC 6749 §3.1.2). It cannot
 * contain a parameter of the answer, whichever way it is registered.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { checkRedirectUri } from '../../src/policy/client/redirect-uris.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { signedInAdmin } from '../support/admin.ts';
import { authorizeUrl, exchange, obtainCode } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Person, signIn } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

const queries = [
  '?tenant=a%20b',
  '?tenant=a+b',
  '?flag',
  '?flag&x',
  '?next=/a/b',
  '?next=%2Fa%2Fb',
  '?a=1&a=2',
  '?a=b=c',
  '?a=%C3%A4&b=%7e',
  '?a=(1)!$,;:@-._~',
  '?',
  '?a=1&',
  '',
];
const addresses = queries.map((query) => `https://app.example/cb${query}`);
const leaving = queries.map((query) => `https://app.example/bye${query}`);
/** Without a path: the redirect says `/`, which is the same address (RFC 3986 §6.2.3). */
const bare = 'https://bare.example';

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startTestServer();
  const common = { client_name: 'Queries', redirect_uris: addresses, post_logout_redirect_uris: [...leaving, bare] };
  await createClient(server.db, { client_id: 'queries', type: 'spa', ...common } as never, { id: 'test' });
  person = newPerson(server.issuer);
  await obtainCode(server, { client_id: 'queries', redirect_uri: addresses[0] }, person);
});
afterAll(() => server.stop());

/** The parameters that were added to `uri`, which must be in the location unchanged. */
function added(uri: string, location: string | null): URLSearchParams {
  expect(location?.slice(0, uri.length)).toBe(uri);
  const rest = (location as string).slice(uri.length);
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&';
  expect(rest.slice(0, separator.length)).toBe(separator);
  return new URLSearchParams(rest.slice(separator.length));
}

describe.each(addresses)('%s', (uri) => {
  const asked = (more: Record<string, string> = {}) =>
    authorizeUrl(server, { client_id: 'queries', redirect_uri: uri, state: 'a b/ä', ...more });
  const locationOf = async (url: string, one = person) => (await one.visit(url)).headers.get('location');

  it('comes back with a code that works', async () => {
    const answer = added(uri, await locationOf(asked()));
    expect([...answer.keys()].toSorted()).toEqual(['code', 'iss', 'state']);
    expect(answer.get('state')).toBe('a b/ä');
    const { status } = await exchange(server, answer.get('code') as string, 'queries', { redirect_uri: uri });
    expect(status).toBe(200);
  });

  it('comes back with an error of the request, and with one of the person', async () => {
    expect(added(uri, await locationOf(asked({ scope: '"' }))).get('error')).toBeTruthy();
    expect(added(uri, await locationOf(asked({ prompt: 'none' }), newPerson(server.issuer))).get('error')).toBe(
      'login_required',
    );
    const page = await person.visit(asked({ prompt: 'consent' }));
    expect(added(uri, (await decide(person, page, 'deny')).headers.get('location')).get('error')).toBe('access_denied');
  });

  it('comes back in a fragment, and as the address of a form', async () => {
    const location = (await locationOf(asked({ response_mode: 'fragment' }))) as string;
    expect(location.slice(0, location.indexOf('#'))).toBe(uri);
    expect(new URLSearchParams(location.slice(location.indexOf('#') + 1)).get('code')).toBeTruthy();
    const page = await person.visit(asked({ response_mode: 'form_post' }));
    expect(formOf(page, uri.slice(0, uri.indexOf('?') < 0 ? undefined : uri.indexOf('?'))).action).toBe(uri);
  });
});

describe.each(leaving)('after signing out, %s', (uri) => {
  const ask = (state?: string) =>
    `${server.issuer}/oauth/logout?${new URLSearchParams({ client_id: 'queries', post_logout_redirect_uri: uri, ...(state && { state }) })}`;

  it('comes back where nobody is signed in', async () => {
    const nobody = newPerson(server.issuer);
    expect(added(uri, (await nobody.visit(ask('a b'))).headers.get('location')).get('state')).toBe('a b');
    expect((await nobody.visit(ask())).headers.get('location')).toBe(uri);
  });

  it('comes back with a confirmation', async () => {
    const somebody = newPerson(server.issuer);
    await signIn(somebody, await somebody.visit(authorizeUrl(server)), server.person.email);
    const page = await somebody.visit(ask('a b'));
    const left = await somebody.submit(page, '/oauth/logout/confirm', { logout: 'yes' });
    expect(added(uri, left.headers.get('location')).get('state')).toBe('a b');
  });

  it('comes back where the person stays signed in', async () => {
    const page = await person.visit(ask('a b'));
    const stayed = await person.submit(page, '/oauth/logout/confirm', {});
    expect(added(uri, stayed.headers.get('location')).get('state')).toBe('a b');
  });
});

describe('after signing out, an address without a path', () => {
  const ask = `?${new URLSearchParams({ client_id: 'queries', post_logout_redirect_uri: bare, state: 'a b' })}`;

  it.each<Record<string, string>>([{ logout: 'yes' }, {}])('is where the answer %j leads', async (answer) => {
    const somebody = newPerson(server.issuer);
    await signIn(somebody, await somebody.visit(authorizeUrl(server)), server.person.email);
    const page = await somebody.visit(`${server.issuer}/oauth/logout${ask}`);
    const left = await somebody.submit(page, '/oauth/logout/confirm', answer);
    expect(left.headers.get('location')).toBe(`${bare}/?state=a+b`);
  });

  it('is where the browser goes at once if nobody is signed in', async () => {
    const left = await newPerson(server.issuer).visit(`${server.issuer}/oauth/logout${ask}`);
    expect(left.headers.get('location')).toBe(`${bare}/?state=a+b`);
  });
});

describe('an address whose query has a parameter of the answer is refused', () => {
  const taken =
    'code state error error_description error_uri iss response session_state access_token id_token token_type expires_in scope';
  it.each(taken.split(' '))('%s', (name) => {
    const spellings = [
      `?${name}=x`,
      `?${name}`,
      `?a=1&${name}=`,
      `?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=x`,
    ];
    for (const query of spellings) {
      expect(checkRedirectUri(`https://app.example/cb${query}`, 'web')).toMatch(`must not have ${name} in its query`);
      expect(checkRedirectUri(`com.example.app:/cb${query}`, 'native')).toMatch(`must not have ${name} in its query`);
    }
  });

  it.each(['?codec=1', '?STATE=1', '?x=code', '?error-code=1'])('does not include %s', (query) => {
    expect(checkRedirectUri(`https://app.example/cb${query}`, 'web')).toBeUndefined();
  });

  it('holds for REST, pages and the command line, for redirects and for signing out', async () => {
    const bad = 'https://app.example/cb?code=1';
    const says = /must not have code in its query/;
    await addAdmin(server, 'admin');
    const token = await adminToken(server, 'admin');
    for (const field of ['redirect_uris', 'post_logout_redirect_uris']) {
      const reply = await call(server, '/clients/queries', { method: 'PATCH', token, body: { [field]: [bad] } });
      expect([reply.status, reply.body.error.details[field]]).toEqual([400, expect.stringMatching(says)]);
    }
    const admin = await signedInAdmin(server);
    const page = await admin.visit('/admin/client/queries/edit');
    const answer = await admin.submit(page, '/edit', { redirect_uris: bad, client_name: 'Queries' });
    expect([answer.status, says.test(answer.text)]).toEqual([422, true]);
    const vcauth = vcauthIn({
      DATABASE_URL: server.databaseUrl,
      SECRETS: 'a test secret that is long enough to be one',
    });
    const ran = await vcauth(['clients', 'update', 'queries', '--redirect-uri', bad]);
    expect([ran.code, says.test(ran.stderr)]).toEqual([1, true]);
  });
});
