/**
 * No secret of a full flow reaches the log or, in clear, the database: the checklist lines on storage and logs, at
 * once.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { authorizeUrl, callback, exchange, introspect, post, refresh, verifier } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { password, secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';

let server: TestServer;
const found: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer({ env: { LOG_LEVEL: 'trace', RATE_LIMITS: 'on' } });
  const person = newPerson(server.issuer);
  const state = 'state-0f8fad5bd9cb469fa16570867728950e';
  const nonce = 'nonce-7c9e6679f7bd4f86a3c3e0f1f2d3b4a5';
  const scope = 'openid projects:read';
  const page = await person.visit(authorizeUrl(server, { client_id: 'web', scope, state, nonce }));
  await person.submit(page, '/sign-in', { email: server.person.email, password: 'a wrong password of somebody' });
  const answer = callback(await decide(person, await signIn(person, page, server.person.email), 'allow'));
  const code = answer.get('code') as string;
  const { body } = await exchange(server, code, 'web');
  const rotated = (await refresh(server, body.refresh_token as string, 'web')).body;
  await introspect(server, body.access_token as string);
  await introspect(server, body.refresh_token as string, 'web');
  await fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
  // Mistakes of clients must not put secrets into the log.
  await fetch(`${server.issuer}/oauth/userinfo?access_token=${body.access_token}`);
  await fetch(`${server.issuer}/oauth/token?client_secret=${secrets.web}&code=${code}`, { method: 'POST' });
  await exchange(server, code, 'web', { client_secret: secrets.web as string });
  await post(server, '/oauth/revoke', { token: rotated.access_token as string }, 'web');
  const cookies = await person.jar.getCookies(`${server.issuer}/`);
  const session = cookies.find((cookie) => cookie.key === 'vcauth_session');
  Object.assign(found, {
    state,
    code,
    password,
    'wrong password': 'a wrong password of somebody',
    'code verifier': verifier,
    'access token': body.access_token,
    'second access token': rotated.access_token,
    'refresh token': body.refresh_token,
    'refresh token’s random part': (body.refresh_token as string).slice(7, 47),
    'id token': body.id_token,
    'client secret': secrets.web,
    'session id': session?.value,
    'secret of the browser': cookies.find((cookie) => cookie.key === 'vcauth_browser')?.value as string,
    'secret of the server': testSecret,
  });
  const { published } = await loadOrCreateKeyRing(server.db, createSealer([testSecret]));
  for (const { alg, state, privateJwk } of published) found[`${state} private key, ${alg}`] = privateJwk.d as string;
});
afterAll(() => server.stop());

it('a secret was found for each name', () => {
  for (const [name, secret] of Object.entries(found)) expect(secret, name).toMatch(/.{12,}/);
});

it('the log contains none of them', () => {
  const log = server.logged();
  expect(log).toContain('/oauth/token');
  for (const [name, secret] of Object.entries(found)) expect(log.includes(secret), name).toBe(false);
});

it('the database contains none of them, in clear or as bytes', async () => {
  const tables = await server.db.pgPool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  let dump = '';
  for (const { tablename } of tables.rows) {
    const { rows } = await server.db.pgPool.query(`SELECT t::text AS row FROM "${tablename}" t`);
    dump += rows.map(({ row }) => row).join('\n');
  }
  expect(dump).toContain(server.person.id);
  for (const [name, secret] of Object.entries(found)) {
    expect(dump.includes(secret), name).toBe(false);
    expect(dump.includes(Buffer.from(secret).toString('hex')), `${name} as bytes`).toBe(false);
  }
});
