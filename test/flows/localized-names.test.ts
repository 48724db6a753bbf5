/** An app has a name for people who read a language (RFC 7591 §2.2), and they read it wherever the app is named. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { nameFields, nameLanguages } from '../../src/policy/client/names.ts';
import { languageCodes } from '../../views/messages/languages.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'robot');
  token = await adminToken(server, 'robot');
  const names = {
    client_name: 'Notes by Example',
    'client_name#ja': '例のメモ',
    'client_name#de': 'Notizen von Example',
  };
  const app = { type: 'spa', redirect_uris: [redirectUri], scope: 'projects:read' };
  await createClient(server.db, { ...app, ...names, client_id: 'memo' } as never, { id: 'test' });
});
afterAll(() => server.stop());

it('there is a name for each language of our pages', () => {
  expect(Object.keys(nameLanguages).sort()).toEqual([...languageCodes].sort());
  expect(nameFields).toHaveLength(languageCodes.length + 1);
});

it.each([
  ['ja', '例のメモ'],
  ['de', 'Notizen von Example'],
  ['fr', 'Notes by Example'],
  ['en', 'Notes by Example'],
])('people who read %s read %s on the consent page and among their apps', async (language, name) => {
  const person = newPerson(server.issuer, { 'Accept-Language': language });
  const page = await signIn(
    person,
    await person.visit(authorizeUrl(server, { client_id: 'memo', prompt: 'consent' })),
    server.person.email,
  );
  expect(page.text).toContain(name);
  await decide(person, page, 'allow');
  const apps = await person.visit('/account/apps');
  expect(apps.text).toContain(name);
  const others = ['例のメモ', 'Notizen von Example', 'Notes by Example'].filter((other) => other !== name);
  for (const other of others) expect([page.text.includes(other), apps.text.includes(other)]).toEqual([false, false]);
});

it('the admin API reads and writes them under their names of RFC 7591, and says what is wrong with one', async () => {
  const change = (body: object) => call(server, '/clients/memo', { token, method: 'PATCH', body });
  const { body } = await change({ 'client_name#es': 'Notas' });
  expect(body.data).toMatchObject({ 'client_name#es': 'Notas', 'client_name#ja': '例のメモ', 'client_name#fr': null });
  const wrong = await change({ 'client_name#fr': 'a\u202eb' });
  expect([wrong.status, Object.keys(wrong.body.error.details)]).toEqual([400, ['client_name#fr']]);
});
