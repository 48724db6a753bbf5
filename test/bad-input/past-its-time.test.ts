/** Refresh tokens, families and sessions that have expired. Codes and interactions have tests of their own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authorizeUrl, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson, type Person, signIn } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const gidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).gid;
const daysLeft = async (token: string) => {
  const { rows } = await server.db.pgPool.query(
    'SELECT extract(epoch FROM refresh_expires_at - now()) / 86400 AS days FROM grants WHERE id = $1',
    [gidOf(token)],
  );
  return Number(rows[0].days);
};

it('a refresh token lives thirty days', async () => {
  const tokens = await obtainTokens(server);
  expect(await daysLeft(tokens.access_token)).toBeCloseTo(30, 2);
  await server.db.pgPool.query('UPDATE grants SET refresh_expires_at = now() WHERE id = $1', [
    gidOf(tokens.access_token),
  ]);
  const late = await refresh(server, tokens.refresh_token as string);
  expect([late.status, late.body.error]).toEqual([400, 'invalid_grant']);
});

it('each use prolongs it, up to a year after the family began', async () => {
  const tokens = await obtainTokens(server);
  const aged = (days: number) =>
    server.db.pgPool.query("UPDATE grants SET issued_at = now() - $2 * interval '1 day' WHERE id = $1", [
      gidOf(tokens.access_token),
      days,
    ]);
  await aged(100);
  const second = await refresh(server, tokens.refresh_token as string);
  expect(await daysLeft(tokens.access_token)).toBeCloseTo(30, 2);
  await aged(360);
  expect((await refresh(server, second.body.refresh_token as string)).status).toBe(200);
  expect(await daysLeft(tokens.access_token)).toBeCloseTo(5, 2);
});

it('a session that has expired signs nobody in', async () => {
  const person = newPerson(server.issuer);
  await obtainCode(server, {}, person);
  await server.db.pgPool.query('UPDATE sessions SET expires_at = now()');
  expect((await person.visit(authorizeUrl(server))).text).toContain('current-password');
  expect((await person.visit('/account/apps')).url).toContain('/sign-in');
});

it('signing in again for an app gives the session a new id, and the old one is worthless', async () => {
  const person = newPerson(server.issuer);
  await obtainCode(server, {}, person);
  const before = await sessionOf(person);
  await signIn(person, await person.visit(authorizeUrl(server, { prompt: 'login' })), server.person.email);
  expect(await sessionOf(person)).not.toBe(before);
  const thief = newPerson(server.issuer);
  for (const cookie of before.split('; ')) await thief.jar.setCookie(cookie, server.issuer);
  expect((await thief.visit('/account/apps')).url).toContain('/sign-in');
});

/** The cookies of the session and its signature. */
async function sessionOf(person: Person): Promise<string> {
  const cookies = (await person.jar.getCookieString(server.issuer)).split('; ');
  return cookies.filter((cookie) => cookie.startsWith('vcauth_session')).join('; ');
}
