/** Mails about an account are in the language that its person reads, whoever caused them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteAccount } from '../../src/operations/account-deletion.ts';
import { requirePasswordChange, suspendAccount } from '../../src/operations/accounts.ts';
import { resetSecondStep } from '../../src/operations/lost-factors.ts';
import { addSecondStep, signedInAs } from '../support/admin.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { newPerson } from '../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';

let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

const by = { id: 'cli' };
const languageOf = async (address: string, n = 1) =>
  (await mailbox.next(address, n)).headers.find(({ key }) => key === 'content-language')?.value;
const signIn = async (email: string, language: string) => {
  const browser = newPerson(server.issuer, { 'accept-language': language });
  await browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password });
  return browser;
};

it('people who have chosen no language get what others cause in the language of their last sign-in', async () => {
  const { id, email } = await addPerson(server.db, 'reads-german@example.com');
  await signIn(email, 'de');
  await addSecondStep(server, id);
  await resetSecondStep(server.db, id, by);
  expect(await languageOf(email)).toBe('de');
  await signIn(email, 'fr');
  expect(await languageOf(email, 2)).toBe('fr');
  await deleteAccount(server.db, id, by);
  expect(await languageOf(email, 3)).toBe('fr');
});

it('people who have chosen no language get what they do themselves in the language of the page', async () => {
  const { email } = await addPerson(server.db, 'reads-spanish@example.com');
  const browser = await signIn(email, 'es');
  await browser.submit(await browser.visit('/account/security'), '/security/password', {
    password,
    new_password: 'quite another long password',
  });
  expect(await languageOf(email)).toBe('es');
  await browser.submit(await browser.visit('/account/data'), '/data/delete', { confirm: email });
  expect(await languageOf(email, 2)).toBe('es');
});

it('a suspended account that is deleted hears of it in the language that its person chose', async () => {
  const { id, email } = await addPerson(server.db, 'reads-japanese@example.com');
  await server.db.script(`UPDATE accounts SET locale = 'ja' WHERE id = '${id}'`);
  await signedInAs(server, email);
  await suspendAccount(server.db, id, by);
  await deleteAccount(server.db, id, by);
  expect(await languageOf(email)).toBe('ja');
});

it('a person whose account never signed in gets English', async () => {
  const { id, email } = await addPerson(server.db, 'reads-nothing-yet@example.com');
  await requirePasswordChange(server.db, id, by);
  await deleteAccount(server.db, id, by);
  expect(await languageOf(email)).toBe('en');
});
