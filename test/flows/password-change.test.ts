/** An admin requires a new password: the person still gets in with the old one, but only by setting a new one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeApiKeys } from '../../src/oidc/api-keys.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { makeKey } from '../support/api-keys.ts';
import { authorizeUrl, callback, obtainTokens, refresh } from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, apiResource, password, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

const fresh = 'quite another long password';
let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdmin(server, 'robot');
});
afterAll(() => server.stop());

let made = 0;
async function somebodyWhoMust() {
  made += 1;
  const account = await addPerson(server.db, `changing-${made}@example.com`);
  const before = await signedInAs(server, account.email);
  const page = await admin.visit(`/admin/account/${account.id}/password/require`);
  const required = await admin.submit(page, '/password/require', { reason: 'Leaked' });
  expect(required.text).toContain('A new password is required.');
  expect(required.text).toContain('The next sign-in asks for a new one.');
  return { ...account, before };
}
const atSignIn = async (person: Person) => person.visit('/sign-in');
const send = (person: Person, page: Page, fields: Record<string, string>) => person.submit(page, '/sign-in', fields);
const isIn = async (person: Person) => (await person.request('/account/apps')).status === 200;

it('the requirement ends sessions, asks at the next sign-in and lets in with the new password only', async () => {
  const { id, email, before } = await somebodyWhoMust();
  expect(await isIn(before)).toBe(false);
  const person = newPerson(server.issuer);
  const asked = await send(person, await atSignIn(person), { email, password });
  expect([asked.status, await isIn(person)]).toEqual([422, false]);
  expect(asked.text).toContain('You need a new password.');
  expect(asked.text).toContain('name="new_password"');
  for (const [offered, wrong] of [
    ['short', '<b>Too short.</b> It needs at least 8 characters.'],
    [password, '<b>That is the current password.</b> Choose another one.'],
  ] as const) {
    const refused = await send(person, asked, { email, password, new_password: offered });
    expect([refused.status, await isIn(person)]).toEqual([422, false]);
    expect(refused.text).toContain(wrong);
  }
  const mistyped = await send(person, asked, { email, password: 'not the password', new_password: fresh });
  expect(mistyped.text).toContain('That didn’t match.');
  expect(mistyped.text).toContain('name="new_password"');
  await send(person, mistyped, { email, password, new_password: fresh });
  expect(await isIn(person)).toBe(true);
  const again = newPerson(server.issuer);
  expect((await send(again, await atSignIn(again), { email, password })).status).toBe(422);
  expect(await isIn(await other(email))).toBe(true);
  const log = (await auditOf(server.db, `account:${id}`)).slice(2);
  expect(log.map(({ action, actor }) => [action, actor])).toEqual([
    ['account.password_change_required', `account:${admin.id}`],
    ['account.password_set', `account:${id}`],
    ['account.signed_in', `account:${id}`],
    ['account.signed_in', `account:${id}`],
  ]);
  expect(JSON.stringify(log)).not.toContain(fresh);
  expect(server.logged()).not.toContain(fresh);
});

async function other(email: string): Promise<Person> {
  const person = newPerson(server.issuer);
  await send(person, await atSignIn(person), { email, password: fresh });
  return person;
}

it('a change within an authorization lets it go on, and ends the access of apps from before', async () => {
  const tokens = await obtainTokens(server, { client_id: 'spa' });
  const { id, email } = server.person;
  const page = await admin.visit(`/admin/account/${id}/password/require`);
  await admin.submit(page, '/password/require', { reason: 'Leaked' });
  const person = newPerson(server.issuer);
  const asked = await send(person, await person.visit(authorizeUrl(server, { client_id: 'spa' })), { email, password });
  expect(asked.text).toContain('You need a new password.');
  const consent = await send(person, asked, { email, password, new_password: fresh });
  const done = consent.text.includes('name="decision"') ? await decide(person, consent, 'allow') : consent;
  expect(callback(done).get('code')).toBeTruthy();
  expect((await refresh(server, tokens.refresh_token as string)).body.error).toBe('invalid_grant');
});

it('the requirement can be set by REST, which shows it, and a password that an admin sets meets it', async () => {
  const token = await adminToken(server, 'robot');
  const { id, email } = await addPerson(server.db, 'rest@example.com');
  const required = await call(server, `/accounts/${id}/require-password-change`, { token, body: { reason: 'Leaked' } });
  expect([required.status, required.body.data.password_change_required]).toEqual([200, true]);
  expect((await call(server, `/accounts/${id}`, { token })).body.data.password_change_required).toBe(true);
  const person = newPerson(server.issuer);
  const asked = await send(person, await atSignIn(person), { email, password });
  expect([asked.text.includes('You need a new password.'), await isIn(person)]).toEqual([true, false]);
  const set = await call(server, `/accounts/${id}/password`, {
    token,
    body: { password: fresh, reason: 'Asked for.' },
  });
  expect(set.body.data.password_change_required).toBe(false);
  expect(await isIn(await other(email))).toBe(true);
  const log = (await auditOf(server.db, `account:${id}`)).filter(({ actor }) => actor === 'client:robot');
  expect(log).toMatchObject([
    { action: 'account.password_change_required', request_id: required.body.meta.request_id },
    { action: 'account.password_set', request_id: set.body.meta.request_id },
  ]);
});

it('a new password that nobody asked for changes nothing', async () => {
  const { id, email } = await addPerson(server.db, 'curious@example.com');
  const hash = () => rowsOf(server.db, `SELECT password_hash FROM accounts WHERE id = '${id}'`);
  const before = await hash();
  const person = newPerson(server.issuer);
  await send(person, await atSignIn(person), { email, password, new_password: fresh });
  expect([await isIn(person), await hash()]).toEqual([true, before]);
});

it('what is said of apps is what happens to them: connections end, and what was allowed stays', async () => {
  const { email } = await addPerson(server.db, 'whose-apps@example.com');
  const person = await signedInAs(server, email);
  const tokens = await obtainTokens(server, {}, person);
  const page = await person.visit('/account/security');
  expect(page.text).toContain('It ends every connection of your apps; what you allowed them stays.');
  const changed = await person.submit(page, '/security/password', { password, new_password: fresh });
  expect(changed.text).toContain('every connection of your apps has ended');
  for (const { text } of [page, changed]) expect(text).not.toContain('ask you again');
  expect((await refresh(server, tokens.refresh_token as string)).status).toBe(400);
  // Nobody is asked: the app gets a code at once.
  expect(callback(await person.visit(authorizeUrl(server))).get('code')).toBeTruthy();
});

it('the help for an account that somebody else was in names what a new password leaves', async () => {
  const { id, email } = await addPerson(server.db, 'intruded@example.com');
  const person = await signedInAs(server, email);
  const { secret } = await makeKey({ db: server.db, person: { id } as typeof server.person });
  await person.submit(await person.visit('/account/security'), '/security/password', { password, new_password: fresh });
  const deps = { db: server.db, issuer: server.issuer, audience: apiResource, aiInTest: false };
  expect((await describeApiKeys(deps, [sha256(secret)], 'gateway')).answers[0]).toMatchObject({ active: true });
  const { text } = await person.visit('/help');
  const section = /<h2>Somebody else was in your account<\/h2>[\s\S]*?<\/section>/.exec(text)?.[0] ?? '';
  for (const place of ['/account/api-keys', '/account/apps', 'passkeys']) expect(section).toContain(place);
  expect(section).not.toContain('that ends the rest');
});
