/** What people who never sign in leave behind, and what a flood of their requests does to people who do. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { fingerprint } from '../bad-input/table.ts';
import { newProofKey } from '../support/dpop.ts';
import { authorizeUrl, callback, post } from '../support/oauth.ts';
import { decide, newPerson, type Person, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestNode } from '../support/server.ts';

let server: TestNode;
beforeAll(async () => {
  server = await startTestServer({ env: { TRUST_PROXY: 'true' } });
});
afterAll(() => server.stop());

/** More than a browser can hold for us, and incompressible. */
const large = () => Buffer.from(crypto.getRandomValues(new Uint8Array(5_000))).toString('base64url');
const from = (ip: string) => ({ headers: { 'X-Forwarded-For': ip } });
const flood = 210;
const rows = async (model: string) =>
  (await rowsOf(server.db, `SELECT FROM artifacts WHERE model = '${model}' AND consumed_at IS NULL`)).length;
const finish = async (person: Person, url: string, email: string) =>
  callback(await decide(person, await signIn(person, await person.visit(url), email), 'allow')).get('code');
const pushed = {
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'projects:read',
  code_challenge: 'A'.repeat(43),
  code_challenge_method: 'S256',
};
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const newcomer = async () => (await addPerson(server.db, `${crypto.randomUUID()}@example.com`)).email;

it('a request leaves nothing in the database before somebody has signed in', async () => {
  const email = await newcomer();
  const before = await fingerprint(server.db);
  const person = newPerson(server.issuer);
  const page = await person.visit(authorizeUrl(server, { login_hint: email }));
  expect(page.text).toContain(email);
  expect((await person.submit(page, '/sign-in', { email, password: 'wrong' })).status).toBe(422);
  for (let i = 0; i < 20; i += 1) await newPerson(server.issuer).visit(authorizeUrl(server));
  expect(await fingerprint(server.db)).toEqual(before);
  expect(callback(await decide(person, await signIn(person, page, email), 'allow')).get('code')).toBeTruthy();
});

it('the headers of an answer fit into the 4 KB that nginx gives them, however long the request is', async () => {
  for (let bytes = 0; bytes < 3_000; bytes += 200) {
    const state = Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url');
    const { status, headers } = await newPerson(server.issuer).request(authorizeUrl(server, { state }));
    const size = [...headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 20);
    // An https issuer adds 200 bytes for HSTS, cookie prefixes and `secure`.
    expect([status, size < 4_096 - 200], `${bytes} bytes of state`).toEqual([303, true]);
  }
});

it('a request that no browser can hold is stored, and works', async () => {
  const state = large();
  const person = newPerson(server.issuer);
  const answer = callback(
    await decide(
      person,
      await signIn(person, await person.visit(authorizeUrl(server, { state })), await newcomer()),
      'allow',
    ),
  );
  expect([answer.get('state'), answer.has('code')]).toEqual([state, true]);
});

it('stored requests are limited for each network; people who sign in there, or have before, and other networks lose none', async () => {
  const [small, known, elsewhere] = [newPerson(server.issuer), newPerson(server.issuer), newPerson(server.issuer)];
  const email = await newcomer();
  const away = await newcomer();
  await signIn(known, await known.visit('/sign-in'), email);
  await known.submit(await known.visit('/account/apps'), '/sign-out', {});
  const waiting = [
    [small, await small.visit(authorizeUrl(server), from('203.0.113.7')), await newcomer()],
    [known, await known.visit(authorizeUrl(server, { state: large() }), from('203.0.113.7')), email],
    [elsewhere, await elsewhere.visit(authorizeUrl(server, { state: large() }), from('198.51.100.9')), away],
  ] as const;
  const before = await rows('Interaction');
  for (let i = 0; i < flood; i += 1) {
    const url = authorizeUrl(server, { state: large() });
    expect((await newPerson(server.issuer).request(url, from('203.0.113.7'))).status).toBe(303);
  }
  expect(await rows('Interaction')).toBe(before + 200);
  for (const [person, page, address] of waiting) {
    expect(callback(await decide(person, await signIn(person, page, address), 'allow')).get('code')).toBeTruthy();
  }
});

it('a person in a flooded network still begins and finishes', async () => {
  const person = newPerson(server.issuer);
  expect(await finish(person, authorizeUrl(server), await newcomer())).toBeTruthy();
});

it('pushed requests are limited for each network for public clients, but not for confidential ones', async () => {
  const first = await post(server, '/oauth/par', { ...pushed, client_id: 'web' }, 'web');
  expect(first.status, JSON.stringify(first.body)).toBe(201);
  for (let i = 0; i < flood; i += 1) expect((await post(server, '/oauth/par', pushed, 'spa')).status).toBe(201);
  expect(await rows('PushedAuthorizationRequest')).toBe(201);
  // A secret that an app gave itself proves nothing.
  await server.db.pgPool.query("UPDATE clients SET registration_type = 'dynamic' WHERE client_id = 'web'");
  await server.db.notify('clients', 'web');
  await server.hasHeard();
  await post(server, '/oauth/par', { ...pushed, client_id: 'web' }, 'web');
  expect(await rows('PushedAuthorizationRequest')).toBe(201);
  const url = authorizeUrl(server, { client_id: 'web', request_uri: first.body.request_uri as string });
  expect((await newPerson(server.issuer).visit(url)).text).toContain('autocomplete="current-password"');
});

it('marks of proofs and assertions are limited for each network, while nothing shows that a person is behind the request', async () => {
  const key = await newProofKey();
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const app = {
    client_id: 'agent',
    client_name: 'Agent',
    type: 'web',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one', use: 'sig' }] },
  };
  await createClient(server.db, app as never, { id: 'test' });
  await server.db.pgPool.query("UPDATE clients SET registration_type = 'dynamic' WHERE client_id = 'agent'");
  await server.db.notify('clients', 'agent');
  await server.hasHeard();
  const send = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    (await fetch(server.issuer + path, { method: 'POST', headers, body: new URLSearchParams(form) })).status;
  const push = async (DPoP: string) => send('/oauth/par', { ...pushed, client_id: 'spa' }, { DPoP });
  const asserted = async () =>
    new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer('agent')
      .setSubject('agent')
      .setAudience(server.issuer)
      .setExpirationTime('9 minutes')
      .sign(privateKey);
  const revoke = async (client_assertion: string) =>
    send('/oauth/revoke', { token: 'x', client_assertion_type: jwtBearer, client_assertion });
  for (let i = 0; i < flood / 2; i += 1) {
    expect(await push(await key.proof('POST', `${server.issuer}/oauth/par`))).toBe(201);
    expect(await revoke(await asserted())).toBe(200);
  }
  expect(await rows('ReplayDetection')).toBe(200);
  // The newest still work once.
  const [proof, assertion] = [await key.proof('POST', `${server.issuer}/oauth/par`), await asserted()];
  expect([await push(proof), await push(proof)]).toEqual([201, 400]);
  const shared = await key.proof('POST', `${server.issuer}/oauth/par`);
  const atOnce = await Promise.all(Array.from({ length: 10 }, () => push(shared)));
  expect(atOnce.filter((status) => status === 201)).toHaveLength(1);
  expect([await revoke(assertion), await revoke(assertion)]).toEqual([200, 401]);
});
