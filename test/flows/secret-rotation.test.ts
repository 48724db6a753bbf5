/**
 * SECRETS are rotated by putting a new one in front: everything stays readable, and the old one can be removed later.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { setWebhook } from '../../src/operations/webhooks.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { authorizeUrl, callback, introspect, obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { startReceiver, verify } from '../support/receiver.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const [old, fresh] = ['the old secret that this server began with', 'the new secret that takes its place later'];
let database: TestServer;
beforeAll(async () => {
  database = await startTestServer({ env: { SECRETS: old, WEBHOOK_DELIVERY: 'off' } });
});
afterAll(() => database.stop());

/** A node with these secrets, at the issuer that the tokens name. */
function node(secrets: string): Promise<TestServer> {
  return startTestServer({ beside: database, env: { SECRETS: secrets } });
}

const kidsOf = async (server: TestServer) =>
  ((await (await fetch(`${server.issuer}/oauth/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(
    ({ kid }) => kid,
  );

it('a rotation keeps keys, refresh tokens and sessions', async () => {
  const kids = await kidsOf(database);
  const receiver = await startReceiver();
  const input = { db: database.db, sealer: createSealer([old]), rules: { local: true, ports: [443] } };
  const { secret } = await setWebhook(input, 'web', { url: receiver.url }, { id: 'test' });
  const person = newPerson(database.issuer);
  const tokens = await obtainTokens(database, {}, person);

  const both = await node(`${fresh},${old}`);
  expect(await kidsOf(both)).toEqual(kids);
  const rotated = await refresh(both, tokens.refresh_token as string);
  expect(rotated.status).toBe(200);
  const silent = newPerson(both.issuer);
  for (const cookie of await person.jar.getCookies(database.issuer)) await silent.jar.setCookie(cookie, both.issuer);
  expect(callback(await silent.visit(authorizeUrl(both))).get('code')).toBeTruthy();
  await both.stop();

  const without = await node(fresh);
  expect(await kidsOf(without)).toEqual(kids);
  const renewed = await refresh(without, rotated.body.refresh_token as string);
  expect(renewed.status).toBe(200);
  expect((await introspect(without, renewed.body.access_token as string)).body.active).toBe(true);
  // Only what the old secret alone could open is gone: the person signs in again.
  const again = newPerson(without.issuer);
  for (const cookie of await person.jar.getCookies(database.issuer)) await again.jar.setCookie(cookie, without.issuer);
  expect((await again.visit(authorizeUrl(without))).text).toContain('current-password');
  // The node that started with the old secret alone cannot sign any more, so only this one may take the event.
  await sendTestEvent(without.db, 'web', { id: 'test' });
  verify(secret as string, (await receiver.waitFor(1))[0] as never);
  await without.stop();
  await receiver.stop();
});

it('a server refuses to start with the secrets of another database, and says what to do', async () => {
  await expect(node('a secret that this database has never seen')).rejects.toThrow(
    /Put the old one back, after the new one/,
  );
});
