/**
 * A person allows what an app has said of itself when it registered. Its maker can replace that with the registration token
 * (RFC 7592), and a changed registration takes effect for a person only after they have seen what changed.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, exchange, obtainTokens, refresh } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { type Registration, registered, sendRegistration } from '../support/registering.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestNode } from '../support/server.ts';
import { statementsOfRequests } from '../support/statements.ts';

const other = 'https://other.example/callback';
const changedText = 'is not what you allowed before';
let server: TestNode;
let person: Person;
let app: Registration;
let made = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  made += 1;
  app = await registered(server, said({ client_name: `Good Notes ${made}` }));
  person = newPerson(server.issuer);
});

const said = (more: object = {}) => ({
  client_name: `Good Notes ${made}`,
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'none',
  application_type: 'web',
  ...more,
});

async function change(more: object): Promise<void> {
  const { status } = await sendRegistration(
    app.registration_client_uri as string,
    said({ ...more, client_id: app.client_id }),
    { method: 'PUT', token: app.registration_access_token },
  );
  expect(status).toBe(200);
  await server.hasHeard();
}

const url = (more: Record<string, string> = {}) => authorizeUrl(server, { client_id: app.client_id, ...more });
const ask = (more: Record<string, string> = {}) => person.visit(url(more));
const isQuestion = (page: Page) => page.text.includes('value="allow"');
const allowOnce = () => obtainTokens(server, { client_id: app.client_id }, person);
const consents = () => rowsOf(server.db, `SELECT pinned FROM consents WHERE client_id = '${app.client_id}'`);

it('An app whose registration says the same again is not asked about again', async () => {
  await allowOnce();
  await change({ client_uri: 'https://notes.example/' });
  expect(callback(await ask()).has('code')).toBe(true);
});

it.each([
  ['name', { client_name: 'VibeCaaS Support' }, 'VibeCaaS Support'],
  ['name in another language', { 'client_name#ja': 'サポート' }, 'name in another language'],
  ['redirect URIs', { redirect_uris: [redirectUri, other] }, 'other.example'],
])('An app with another %s is asked about again, with what changed, and then not any more', async (_, more, text) => {
  await allowOnce();
  await change(more);
  expect(callback(await ask({ prompt: 'none' })).get('error')).toBe('consent_required');
  const page = await ask();
  expect([isQuestion(page), page.text.includes(changedText), page.text.includes(text)]).toEqual([true, true, true]);
  await decide(person, page, 'allow');
  expect(callback(await ask({ prompt: 'none' })).has('code')).toBe(true);
});

it('An app that goes over to other keys is asked about again', async () => {
  const keys = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://notes.example/keys' };
  app = await registered(server, said(keys));
  const answered = await decide(person, await signIn(person, await ask(), server.person.email), 'allow');
  expect(callback(answered).has('code')).toBe(true);
  await change({ ...keys, jwks_uri: 'https://evil.example/keys' });
  const page = await ask();
  expect([page.text.includes(changedText), page.text.includes('with other keys')]).toEqual([true, true]);
});

it('A new redirect URI gets no code before the person has seen it, and tokens of before live on', async () => {
  const tokens = await allowOnce();
  await change({ redirect_uris: [other], client_name: 'Google Drive' });
  const silent = await person.request(url({ redirect_uri: other, prompt: 'none' }));
  const { status, headers, text } = silent;
  expect([status, headers.get('location'), text.includes('consent_required')]).toEqual([400, null, true]);
  expect(isQuestion(await person.visit(url({ redirect_uri: other })))).toBe(true);
  expect((await refresh(server, tokens.refresh_token as string, app.client_id)).status).toBe(200);
});

it('The page names the other hosts to which the app may have a person sent, each once', async () => {
  app = await registered(
    server,
    said({ redirect_uris: [redirectUri, `${other}/2`, other, 'https://third.example/cb'] }),
  );
  const { text } = await signIn(person, await ask(), server.person.email);
  const line = /It can also send you to (.*?)<\/p>/s.exec(text)?.[1]?.replace(/<[^>]*>/g, '');
  expect(line).toBe('other.example and third.example.');
});

it('A page of an app with one host names no others', async () => {
  const { text } = await signIn(person, await ask(), server.person.email);
  expect([text.includes('value="allow"'), text.includes('It can also send you')]).toEqual([true, false]);
});

it('An app that changes while its consent page is open makes that page void', async () => {
  const page = await signIn(person, await ask(), server.person.email);
  await change({ client_name: 'Google Drive' });
  const end = await decide(person, page, 'allow');
  expect([end.status, end.text.includes('changed')]).toEqual([410, true]);
  expect(await consents()).toEqual([]);
});

it('An answer never pins what its page did not show, even when the app changes in that moment', async () => {
  const page = await signIn(person, await ask(), server.person.email);
  const changing = await server.db.pgPool.connect();
  try {
    await changing.query('BEGIN');
    await changing.query("UPDATE clients SET client_name = 'Google Drive' WHERE client_id = $1", [app.client_id]);
    const answered = decide(person, page, 'allow');
    await eventually(() => waitingForLocks(server.db)).toBeGreaterThan(0);
    await changing.query('COMMIT');
    expect((await answered).status).toBe(410);
  } finally {
    changing.release();
  }
  expect(await consents()).toEqual([]);
});

it('A code that is about to be issued when the app changes is not issued', async () => {
  await allowOnce();
  const holder = await server.db.pgPool.connect();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE authorization_codes IN ACCESS EXCLUSIVE MODE');
  const answer = ask({ prompt: 'none' });
  await eventually(() => waitingForLocks(server.db)).toBe(1);
  await change({ client_name: 'VibeCaaS Support' });
  await holder.query('COMMIT');
  holder.release();
  const said = callback(await answer);
  expect([said.get('error'), said.has('code')]).toEqual(['access_denied', false]);
});

it('A person who takes something away from a changed app has not allowed what it has become', async () => {
  await obtainTokens(server, { client_id: app.client_id, scope: 'projects:read projects:write' }, person);
  const before = await consents();
  await change({ client_name: 'Google Drive' });
  const { rowCount } = await server.db.pgPool.query(
    "SELECT take_from_consent(account_id, client_id, '{projects:read}') FROM consents WHERE client_id = $1",
    [app.client_id],
  );
  expect([rowCount, await consents()]).toEqual([1, before]);
  expect((await ask({ scope: 'projects:read' })).text).toContain(changedText);
});

it('A person who allowed an app before this was kept is asked once more', async () => {
  await allowOnce();
  await server.db.pgPool.query('ALTER TABLE consents DISABLE TRIGGER consents_pin');
  await server.db.pgPool.query('UPDATE consents SET pinned = NULL WHERE client_id = $1', [app.client_id]);
  await server.db.pgPool.query('ALTER TABLE consents ENABLE TRIGGER consents_pin');
  const page = await ask();
  expect([isQuestion(page), page.text.includes(changedText)]).toEqual([true, false]);
  await decide(person, page, 'allow');
  expect(callback(await ask()).has('code')).toBe(true);
});

it('An app that an admin made VibeCaaS’s own is asked about no more', async () => {
  await allowOnce();
  await updateClient(server.db, app.client_id, { first_party: true, client_name: 'VibeCaaS Notes' }, { id: 'admin' });
  await server.hasHeard();
  expect(callback(await ask()).has('code')).toBe(true);
});

it('An answer about such an app costs as many statements as one about any other app', async () => {
  await server.hasHeard();
  const page = await signIn(person, await ask(), server.person.email);
  await server.hasHeard();
  let answered: Page | undefined;
  const cost = await statementsOfRequests(server, async () => {
    answered = await decide(person, page, 'allow');
  });
  expect(cost).toBe(4);
  const code = callback(answered as Page).get('code') as string;
  expect((await exchange(server, code, app.client_id)).status).toBe(200);
});
