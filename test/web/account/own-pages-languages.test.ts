/** A person's own pages in each language: rows of the audit log become sentences of the reader's own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInAs } from '../../support/admin.ts';
import { userAgents } from '../../support/browsers.ts';
import { obtainTokens } from '../../support/oauth.ts';
import type { Person } from '../../support/person.ts';
import { said } from '../../support/said.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startTestServer();
  const { email } = await addPerson(server.db, 'worldly@example.com');
  person = await signedInAs(server, email);
  await obtainTokens(server, {}, person);
});
afterAll(() => server.stop());

it.each([
  ['de', 'Angemeldet', 'Diese hier', 'Mein Konto löschen'],
  ['es', 'Sesión iniciada', 'Esta', 'Eliminar mi cuenta'],
  ['fr', 'Connexion', 'Celle-ci', 'Supprimer mon compte'],
  ['ja', 'ログインしました', 'このブラウザ', 'アカウントを削除する'],
])('activity, sessions and data are in %s', async (language, signedIn, thisOne, remove) => {
  const shown = async (page: string) =>
    person.visit(`/account/${page}`, { headers: { 'accept-language': language, 'user-agent': userAgents.firefox } });
  const activity = await shown('activity');
  expect(activity.text).toContain(`<html lang="${language}"`);
  expect(said(activity)).toContain(signedIn);
  expect(said(await shown('sessions'))).toContain(thisOne);
  expect(said(await shown('data'))).toContain(remove);
});
