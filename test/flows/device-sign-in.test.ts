/** A person signs in for a device in every way in which people sign in, and the tokens say how. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSecondStep, codeNow, signedInAs } from '../support/admin.ts';
import { newAuthenticator, optionsOf } from '../support/authenticator.ts';
import { confirm, newDevice, poll, registerDevices, typeCode } from '../support/devices.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { type Provider, startProvider } from '../support/upstream.ts';

let provider: Provider;
let server: TestServer;
beforeAll(async () => {
  provider = await startProvider();
  server = await startTestServer({ env: { UPSTREAMS: JSON.stringify([provider.setting('example')]) } });
  await registerDevices(server);
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

/** A device that waits, and the page that a person comes to who confirms its code. */
async function waiting(person: Person, form = { scope: 'projects:read' }): Promise<{ secret: string; page: Page }> {
  const { device_code: secret, user_code: code } = await newDevice(server, form);
  return { secret, page: await confirm(person, await typeCode(person, code)) };
}

/** Allows it, and returns the claims of the token. */
async function claimsAfter(person: Person, consent: Page, secret: string) {
  expect((await decide(person, consent, 'allow')).url).toBe(`${server.issuer}/device/done`);
  return decodeJwt((await poll(server, secret)).body.access_token as string);
}

it('a password and a code of the app lead to the consent page, and the token is of the second level', async () => {
  const { id, email } = await addPerson(server.db, 'two-steps@example.com');
  await addSecondStep(server, id);
  const person = newPerson(server.issuer);
  const { secret, page } = await waiting(person, { scope: 'projects:read', acr_values: 'urn:vibecaas:acr:2' } as never);
  const step = await signIn(person, page, email);
  const consent = await person.submit(step, '/second-step', { otp: await codeNow(server, email) });
  expect(await claimsAfter(person, consent, secret)).toMatchObject({
    sub: id,
    acr: 'urn:vibecaas:acr:2',
    amr: expect.arrayContaining(['pwd', 'otp']),
  });
});

it('a passkey does the same at once', async () => {
  const { id, email } = await addPerson(server.db, 'passkey@example.com');
  const owner = await signedInAs(server, email);
  const authenticator = newAuthenticator(server.issuer, { synced: true });
  const adding = '/account/security/passkeys/new';
  const form = await owner.visit(adding);
  await owner.submit(form, adding, { name: 'Phone', passkey: authenticator.create(optionsOf(form, adding)) });
  const person = newPerson(server.issuer);
  const { secret, page } = await waiting(person);
  const passkey = authenticator.get(optionsOf(page, '/passkey'));
  const consent = await person.submit(page, '/passkey', { passkey });
  expect(await claimsAfter(person, consent, secret)).toMatchObject({ sub: id, acr: 'urn:vibecaas:acr:2' });
});

it('an account at another provider comes back to the device', async () => {
  const { id } = await addPerson(server.db, 'elsewhere@example.com');
  const sql = 'INSERT INTO account_identities (issuer, subject, account_id) VALUES ($1, $2, $3)';
  await server.db.pgPool.query(sql, [provider.issuer, 'sub-1', id]);
  const person = newPerson(server.issuer);
  const { secret, page } = await waiting(person);
  const there = await person.submit(page, '/with/example', {});
  const who = { sub: 'sub-1', email: 'somebody@provider.example', email_verified: true };
  const consent = await person.visit(provider.back(there.headers.get('location') as string, who));
  expect(await claimsAfter(person, consent, secret)).toMatchObject({ sub: id, amr: ['fed'] });
});

it('somebody else than the one who is signed in may allow it, and is signed in afterwards', async () => {
  const [here, other] = [server.person, await addPerson(server.db, 'somebody-else@example.com')];
  const person = await signedInAs(server, here.email);
  const { secret, page } = await waiting(person);
  const form = await person.submit(page, '/switch', {});
  const consent = await signIn(person, form, other.email);
  expect(await claimsAfter(person, consent, secret)).toMatchObject({ sub: other.id });
  expect((await person.visit('/account/apps')).text).toContain(other.email);
});
