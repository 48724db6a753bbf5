/** A stranger whose host does not answer leaves other people their places: few requests wait for hosts that strangers chose. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import type { Outbound, OutboundAnswer } from '../../src/outbound/request.ts';
import { createWaits } from '../../src/outbound/waits.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, post } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** How many requests of one network wait for new documents, of the requests that may begin an authorization (ten connections). */
const documentWaits = { each: 3 };

let server: TestServer;
let release: (() => void)[] = [];
const answers = new Map<string, OutboundAnswer>();
/** No other host answers before the test says so. */
const outbound: Outbound = async ({ url }) =>
  answers.get(url) ??
  new Promise<never>((_, reject) => {
    release.push(() => reject(new Error('closed')));
  });
beforeAll(async () => {
  server = await startTestServer({ outbound });
});
afterEach(() => {
  vi.useRealTimers();
  for (const end of release) end();
  release = [];
});
afterAll(() => server.stop());

it('Waits are bounded for each name and in all, and given back', async () => {
  const waits = createWaits({ each: 2, all: 3 }, () => new Error('full'));
  const ends: (() => void)[] = [];
  const wait = (name: string) => waits(name, () => new Promise<void>((resolve) => ends.push(resolve)));
  const waiting = [wait('a'), wait('a')];
  await expect(wait('a')).rejects.toThrow('full');
  waiting.push(wait('b'));
  await expect(wait('c')).rejects.toThrow('full');
  for (const end of ends) end();
  await Promise.all(waiting);
  await expect(waits('a', async () => 'again')).resolves.toBe('again');
  await expect(waits('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

async function signer(name: string, keys: { jwks_uri: string } | { jwks: { keys: JWK[] } }) {
  const client = {
    client_id: name,
    client_name: name,
    type: 'service',
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'projects:read',
    ...keys,
  };
  await createClient(server.db, client as never, { id: 'test' });
}

async function ask(name: string, privateKey: CryptoKey) {
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(name)
    .setSubject(name)
    .setAudience(server.issuer)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(privateKey);
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
  return post(server, '/oauth/token', form, name);
}

it('Of many requests of a client whose keys do not come, most are asked to come back, and other clients are served', async () => {
  const pair = await generateKeyPair('ES256');
  await signer('silent-keys', { jwks_uri: 'https://silent.example/keys' });
  await signer('own-keys', { jwks: { keys: [await exportJWK(pair.publicKey)] } });
  let left = 60;
  const flood = Array.from({ length: left }, async () => {
    const answer = await ask('silent-keys', pair.privateKey);
    left -= 1;
    return answer;
  });
  await eventually(async () => expect(left).toBeLessThanOrEqual(12));
  expect((await ask('own-keys', pair.privateKey)).status).toBe(200);
  for (const end of release) end();
  const got = await Promise.all(flood);
  const busy = got.filter(({ body }) => /keys of this client cannot be read now/.test(String(body.error_description)));
  expect(busy[0]).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  expect(busy[0]?.headers.get('retry-after')).toBe('3');
  const waited = got.filter(({ status }) => status === 401);
  expect(waited.length + busy.length).toBe(60);
});

it('A client whose keys were read a while ago is served while many wait for them', async () => {
  const pair = await generateKeyPair('ES256');
  const stranger = await generateKeyPair('ES256');
  const body = Buffer.from(JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }));
  await signer('known-keys', { jwks_uri: 'https://known.example/keys' });
  answers.set('https://known.example/keys', { status: 200, headers: {}, body, cut: false });
  expect((await ask('known-keys', pair.privateKey)).status).toBe(200);
  answers.clear();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
  let left = 20;
  const flood = Array.from({ length: left }, async () => {
    await ask('known-keys', stranger.privateKey);
    left -= 1;
  });
  await eventually(async () => expect(left).toBeLessThanOrEqual(12));
  expect((await ask('known-keys', pair.privateKey)).status).toBe(200);
  vi.setSystemTime(Date.now() + 3_600_000);
  expect((await ask('known-keys', pair.privateKey)).status).toBe(503);
  for (const end of release) end();
  await Promise.all(flood);
});

it('Of many authorizations whose documents do not come, few wait, and those that need no document begin', async () => {
  const { each } = documentWaits;
  const begin = (client_id: string) => newPerson(server.issuer).visit(authorizeUrl(server, { client_id }));
  let left = 4 * each;
  const flood = Array.from({ length: left }, async (_, n) => {
    const page = await begin(`https://silent-${n}.example/client.json`);
    left -= 1;
    return page;
  });
  // Nobody else answers those that wait, so the others have been refused.
  await eventually(() => left).toBe(each);
  expect(release).toHaveLength(each);
  const more = await begin('https://more.example/client.json');
  expect(more.text).toContain('too many documents are asked for');
  expect((await begin('spa')).text).toContain('current-password');
  for (const end of release) end();
  const pages = await Promise.all(flood);
  expect(pages.filter(({ text }) => text.includes('too many documents'))).toHaveLength(3 * each);
  expect(left).toBe(0);
  // Their places are free again.
  const late = begin('https://late.example/client.json');
  await eventually(() => release.length).toBe(each + 1);
  for (const end of release) end();
  expect((await late).text).toContain('can’t be reached');
});
