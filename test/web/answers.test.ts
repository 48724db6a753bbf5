import { afterAll, beforeAll, expect, it } from 'vitest';
import { authorizeUrl, callback } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('an answer sent again, when the first has led back to the app, leads there with the same code', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  const first = await decide(person, consent, 'allow');
  const second = await decide(person, consent, 'allow');
  expect(callback(first).get('code')).toBeTruthy();
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
});

it('an answer sent twice at once leads to one code', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  const both = await Promise.all([decide(person, consent, 'allow'), decide(person, consent, 'allow')]);
  const codes = both.map((page) => page.headers.get('location') && callback(page).get('code')).filter(Boolean);
  expect(new Set(codes).size).toBe(1);
});

it('the first answer counts: it cannot be taken back by another one', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await decide(person, consent, 'deny');
  expect(callback(await decide(person, consent, 'allow')).get('error')).toBe('access_denied');
});

it('a sign-in sent twice leads to the one consent page', async () => {
  const person = newPerson(server.issuer);
  const { email } = await addPerson(server.db, 'twice@example.com');
  const page = await person.visit(authorizeUrl(server));
  const first = await signIn(person, page, email);
  const second = await signIn(person, page, email);
  expect(first.text).toContain('name="decision"');
  expect(second.url).toBe(first.url);
});

it('without its anti-forgery value nobody learns where an answer led', async () => {
  const person = newPerson(server.issuer);
  const consent = await atConsent(person);
  await decide(person, consent, 'allow');
  const body = new URLSearchParams({ decision: 'allow', csrf: 'x' });
  const answer = await person.request(`${consent.url}/consent`, { method: 'POST', body });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('location')).toBeNull();
});

/** The consent page, in front of somebody who has allowed nothing yet. */
async function atConsent(person: Person): Promise<Page> {
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  return signIn(person, await person.visit(authorizeUrl(server)), email);
}
