/** What people and apps are told about an answer is true in every case. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authorizeUrl, callback, post } from '../../support/oauth.ts';
import { decide, newPerson, type Person, signIn } from '../../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Params = Record<string, string>;

async function atConsent(person: Person, params: Params = {}) {
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  return signIn(person, await person.visit(authorizeUrl(server, params)), email);
}

it('going back after Allow says that the page was used, and does not say that nothing was shared', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  expect(callback(await decide(person, consent, 'allow')).get('code')).toBeTruthy();
  const back = await person.visit(consent.url);
  expect([back.status, back.text]).toEqual([410, expect.stringContaining('answered already')]);
  expect(back.text).not.toContain('Nothing was shared');
  expect(back.text).toContain('href="/account/apps"');
});

it.each([
  ['Deny', 'deny', 'The person said no'],
  [
    'Allow with nothing ticked, where all is optional,',
    'allow',
    'The person ticked none of the permissions, all of which are optional',
  ],
] as const)('%s is reported to the app as what it was', async (_, decision, why) => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person, { client_id: 'picky', scope: 'analytics:read ai:generate' });
  const answer = callback(await decide(person, consent, decision));
  expect([answer.get('error'), answer.get('error_description')]).toEqual(['access_denied', why]);
});

it('“Not you?” asks the same request again, however long it is', async () => {
  const state = 's'.repeat(8_000);
  const request = Object.fromEntries(new URL(authorizeUrl(server, { state })).searchParams);
  const long = { ...request, ui_locales: 'en '.repeat(6_000).trim() };
  const { body } = await post(server, '/oauth/par', long);
  const pushed = new URLSearchParams({ client_id: 'spa', request_uri: body.request_uri as string });
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const consent = await signIn(person, await person.visit(`/oauth/authorize?${pushed}`), email);
  const again = await person.submit(consent, '/switch', {});
  expect([again.status, again.text]).toEqual([200, expect.stringContaining('autocomplete="current-password"')]);
  expect((await person.visit('/account/apps')).url).toContain('/sign-in');
  const answer = callback(await decide(person, await signIn(person, again, server.person.email), 'allow'));
  expect([answer.get('state'), answer.has('code')]).toEqual([state, true]);
});

it('“Not you?” clicked twice asks once', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await person.submit(consent, '/switch', {});
  const again = await person.submit(consent, '/switch', {});
  expect([again.status, again.text]).toEqual([200, expect.stringContaining('autocomplete="current-password"')]);
  const { email } = await addPerson(server.db, 'twice@example.com');
  const answer = callback(await decide(person, await signIn(person, again, email), 'allow'));
  expect(answer.has('code')).toBe(true);
});
