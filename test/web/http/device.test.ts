/** A browser that has signed in before is not delayed by strangers who guess at its account. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountLockout } from '../../../src/policy/lockout.ts';
import { newPerson, type Person, signIn } from '../../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMITS: 'on' } });
});
afterAll(() => server.stop());

const attempt = async (person: Person, email: string, password?: string) => {
  const page = await person.visit('/sign-in');
  return password ? person.submit(page, '/sign-in', { email, password }) : signIn(person, page, email);
};
const signedIn = async (email: string) => {
  const person = newPerson(server.issuer);
  expect((await attempt(person, email)).url).toBe(`${server.issuer}/account/apps`);
  return person;
};
const signOut = async (person: Person) => person.submit(await person.visit('/account/apps'), '/sign-out', {});
const guessAt = async (email: string) => {
  const stranger = newPerson(server.issuer);
  for (let i = 0; i < accountLockout.freeFailures; i += 1) await attempt(stranger, email, `guess ${i}`);
};

it('a browser signs in at once where it has before, whoever guesses elsewhere, and no other browser does', async () => {
  const { email } = await addPerson(server.db, 'known@example.com');
  const known = await signedIn(email);
  const neighbour = await signedIn((await addPerson(server.db, 'neighbour@example.com')).email);
  for (const person of [known, neighbour]) await signOut(person);
  await guessAt(email);
  expect((await attempt(newPerson(server.issuer), email)).status, 'an unknown browser').toBe(429);
  expect((await attempt(neighbour, email)).status, 'a browser that another account knows').toBe(429);
  expect((await attempt(known, email.toUpperCase())).url).toBe(`${server.issuer}/account/apps`);
});

it('a cookie that was made up, or lost its signature, does not make a browser known', async () => {
  const { email } = await addPerson(server.db, 'forged@example.com');
  const known = await signedIn(email);
  await guessAt(email);
  const value = (await known.jar.getCookies(server.issuer)).find(({ key }) => key === 'vcauth_device')?.value as string;
  for (const cookie of [
    `vcauth_device=${value}`,
    `vcauth_device=${value}; vcauth_device.sig=AAAA`,
    `vcauth_device=x${value}; vcauth_device.sig=x`,
  ]) {
    const forger = newPerson(server.issuer);
    for (const one of cookie.split('; ')) await forger.jar.setCookie(`${one}; Path=/`, server.issuer);
    expect((await attempt(forger, email)).status).toBe(429);
  }
});

it('a known browser has failures of its own: people who guess there have to wait', async () => {
  const { email } = await addPerson(server.db, 'thief@example.com');
  const known = await signedIn(email);
  await signOut(known);
  for (let i = 0; i < accountLockout.freeFailures; i += 1) await attempt(known, email, `guess ${i}`);
  expect((await attempt(known, email)).status).toBe(429);
  expect((await attempt(newPerson(server.issuer), email)).url).toBe(`${server.issuer}/account/apps`);
});

it('the cookie lives half a year, and does not contain the address in clear', async () => {
  const known = await signedIn((await addPerson(server.db, 'quiet@example.com')).email);
  const cookie = (await known.jar.getCookies(server.issuer)).find(({ key }) => key === 'vcauth_device');
  expect(cookie?.httpOnly).toBe(true);
  expect((cookie?.TTL() ?? 0) / 86_400_000).toBeCloseTo(180, 0);
  expect(cookie?.value).not.toContain('quiet');
});
