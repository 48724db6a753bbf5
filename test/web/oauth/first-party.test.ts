/**
 * Our own app is shown as VibeCaaS's on every page that names it, whatever the way there. It was once shown as a
 * stranger's.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { authorizeUrl, callback } from '../../support/oauth.ts';
import { newPerson, type Page, signIn } from '../../support/person.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const own = { client_id: 'own', client_name: 'VibeCaaS CLI', type: 'spa' as const, first_party: true };
  const scopes = { scope: 'openid projects:read projects:write', redirect_uris: [redirectUri] };
  await createClient(server.db, { ...own, ...scopes }, { id: 'system' });
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
