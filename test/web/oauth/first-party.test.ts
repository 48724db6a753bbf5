/**
 * Our own app is shown as VibeCaaS's on every page that names it, whatever the way there. It was once shown as a
 * stranger's.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { authorizeUrl, callback } from '../../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../../support/person.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const own = { client_id: 'own', client_name: 'VibeCaaS CLI', type: 'spa' as const, first_party: true };
  const scopes = { scope: 'openid projects:read projects:write', redirect_uris: [redirectUri] };
  await createClient(server.db, { ...own, ...scopes }, { id: 'system' });
  const desktop = { client_id: 'desktop', client_name: 'VibeCaaS Desktop', type: 'native' as const, first_party: true };
  await createClient(server.db, { ...desktop, redirect_uris: ['http://127.0.0.1/cb'] }, { id: 'system' });
});
afterAll(() => server.stop());

const stranger = /Not checked|Nobody at VibeCaaS|calls itself|the name it gives itself|Verified|“<bdi>VibeCaaS CLI/;

it('our own app is shown as ours from the request to its end', async () => {
  const person = newPerson(server.issuer);
  const seen: [string, Page][] = [];
  const ask = (more = {}) => person.visit(authorizeUrl(server, { client_id: 'own', ...more }));
  seen.push(['sign-in', await ask()]);
  const back = await signIn(person, seen[0]?.[1] as Page, server.person.email);
  expect(callback(back).get('code'), 'an app of ours is not asked about').toBeTruthy();
  seen.push(['consent', await ask({ prompt: 'consent' })]);
  seen.push(['an error', await ask({ redirect_uri: `${redirectUri}/` })]);
  seen.push(['connected apps', await person.visit('/account/apps')]);
  seen.push(['sign-out', await person.visit('/oauth/logout?client_id=own')]);
  for (const [page, { text }] of seen) {
    expect(text, page).toContain('VibeCaaS CLI');
    expect(text, page).toContain('By VibeCaaS');
    expect(text, page).toContain('class="logo own"');
    expect(text, page).not.toMatch(stranger);
  }
});

it('our own app is shown as ours on the page that carries an answer back by a form', async () => {
  const person = newPerson(server.issuer);
  const page = await person.visit(authorizeUrl(server, { client_id: 'own', response_mode: 'form_post' }));
  const { text } = await signIn(person, page, server.person.email);
  expect(text).toContain('name="code"');
  expect(text).toContain('By VibeCaaS');
  expect(text).not.toMatch(stranger);
});

/** Somebody who is signed in, and has allowed nothing. */
async function signedIn(name: string): Promise<Person> {
  const { email } = await addPerson(server.db, `${name}@example.com`);
  const person = newPerson(server.issuer);
  await signIn(person, await person.visit('/sign-in'), email);
  return person;
}

/** The names of the apps that are connected. */
const appsOf = async (person: Person): Promise<(string | undefined)[]> => {
  const { text } = await person.visit('/account/apps');
  return [...text.matchAll(/<b><bdi>([^<]*)<\/bdi><\/b>/g)].map(([, name]) => name);
};

it.each([
  ['a native app of ours asks', 'VibeCaaS Desktop', { client_id: 'desktop', redirect_uri: 'http://127.0.0.1:4999/cb' }],
  ['our app wants the person to be asked', 'VibeCaaS CLI', { client_id: 'own', prompt: 'consent' }],
])('%s: nothing is allowed before the answer, nor by a refusal', async (when, name, request) => {
  const person = await signedIn(`asked-${when.length}`);
  for (const time of ['first', 'second']) {
    const page = await person.visit(authorizeUrl(server, request));
    expect(await appsOf(person), `before the ${time} answer`).toEqual([]);
    expect(page.text, 'nothing was allowed before').not.toContain('keeps what you allowed before');
    expect(callback(await decide(person, page, 'deny')).get('error')).toBe('access_denied');
    expect(await appsOf(person), `after the ${time} refusal`).toEqual([]);
  }
  const page = await person.visit(authorizeUrl(server, request));
  expect(callback(await decide(person, page, 'allow')).get('code')).toBeTruthy();
  expect(await appsOf(person)).toEqual([name]);
});

it.each([
  ['sign-in', { prompt: 'login' }],
  ['newer sign-in', { max_age: '0' }],
  ['choice of an account', { prompt: 'select_account' }],
  ['sign-in of somebody else', { login_hint: 'somebody-else@example.com' }],
])('our app is allowed nothing while a %s is still to come', async (what, request) => {
  const person = await signedIn(`pending-${what.replaceAll(' ', '-')}`);
  const page = await person.visit(authorizeUrl(server, { client_id: 'own', ...request }));
  expect(page.status).toBe(200);
  expect(await appsOf(person)).toEqual([]);
});
