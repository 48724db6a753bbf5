/** A sign-in in a browser that is new to an account is told by mail, once; the first sign-in of an account is not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { userAgents } from '../../support/browsers.ts';
import { authorizeUrl } from '../../support/oauth.ts';
import { newPerson, type Person, signIn } from '../../support/person.ts';
import { rowsOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { TRUST_PROXY: 'true' } });
});
afterAll(() => server.stop());

const browserOf = (userAgent: string, language = 'en') =>
  newPerson(server.issuer, {
    'user-agent': userAgent,
    'accept-language': language,
    'x-forwarded-for': '203.0.113.24',
  });
const enter = async (browser: Person, email: string) =>
  browser.submit(await browser.visit('/sign-in'), '/sign-in', { email, password });
const leave = async (browser: Person) => browser.submit(await browser.visit('/account/apps'), '/sign-out', {});
const told = async (email: string) =>
  rowsOf(
    server.db,
    `SELECT facts, language, account_id FROM mails WHERE recipient = '${email}' AND kind = 'new_browser' ORDER BY seq`,
  );

it('the first sign-in of an account is not told, one in another browser is, with browser, address and method', async () => {
  const { id, email } = await addPerson(server.db, 'told@example.com');
  const first = browserOf(userAgents.firefox);
  await enter(first, email);
  expect(await told(email)).toEqual([]);
  await leave(first);
  await enter(first, email.toUpperCase());
  expect(await told(email), 'again in the same browser').toEqual([]);
  const second = browserOf(userAgents.iPhone, 'de');
  await enter(second, email);
  const facts = { at: expect.any(String), ip: '203.0.113.24', userAgent: userAgents.iPhone, how: ['pwd'] };
  expect(await told(email)).toEqual([{ facts, language: 'de', account_id: id }]);
  await leave(second);
  await enter(second, email);
  expect(await told(email), 'told once').toHaveLength(1);
});

it('a sign-in for an app tells which app asked', async () => {
  const { email } = await addPerson(server.db, 'for-an-app@example.com');
  await enter(browserOf(userAgents.firefox), email);
  const other = browserOf(userAgents.chrome);
  await signIn(other, await other.visit(authorizeUrl(server)), email);
  expect(await told(email)).toMatchObject([{ facts: { userAgent: userAgents.chrome, app: '“Notes”' } }]);
});

it('people who share a browser are told nothing when they take turns', async () => {
  const [one, two] = [await addPerson(server.db, 'one@example.com'), await addPerson(server.db, 'two@example.com')];
  const shared = browserOf(userAgents.firefox);
  for (const { email } of [one, two, one, two]) {
    await enter(shared, email);
    await leave(shared);
  }
  expect([...(await told(one.email)), ...(await told(two.email))]).toEqual([]);
});

it('a wrong password tells nothing', async () => {
  const { email } = await addPerson(server.db, 'guessed@example.com');
  await enter(browserOf(userAgents.firefox), email);
  const stranger = browserOf(userAgents.chrome);
  await stranger.submit(await stranger.visit('/sign-in'), '/sign-in', { email, password: 'a wrong password' });
  expect(await told(email)).toEqual([]);
});
