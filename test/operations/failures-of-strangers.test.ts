/**
 * Anybody can send a request that names an app. It must neither make the app look as if it fails nor hide what really
 * failed.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAttention } from '../../src/operations/attention.ts';
import { createClientActivity, maxCountedOfPerson } from '../../src/operations/client-activity.ts';
import { createClient } from '../../src/operations/clients.ts';
import { maxOfStrangersInBatch } from '../../src/operations/failure-batch.ts';
import { findLastUse } from '../../src/store/client-statistics.ts';
import { maxKept, maxKeptOfCaller, maxKeptOfStrangers } from '../../src/store/failed-requests.ts';
import { signedInAdmin } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { failureOf } from '../support/failures.ts';
import { authorizeUrl, basic, exchange, obtainCode, post } from '../support/oauth.ts';
import { newPerson, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin as addService, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let token: string;
const actor = { id: 'test' };
beforeAll(async () => {
  server = await startTestServer();
  await addService(server, 'robot');
  token = await adminToken(server, 'robot');
});
afterAll(() => server.stop());

const whole = { response_type: 'code', redirect_uri: redirectUri, scope: 'projects:read' };
const ids = (rows: readonly { client_id: string }[]) => rows.map(({ client_id: id }) => id);

/** What a request left behind, once it is written. */
async function left(requestId: string | null) {
  const find = async () => (await call(server, `/errors?request_id=${requestId}`, { token })).body.data;
  await eventually(find).toHaveLength(1);
  return (await find())[0];
}

describe('the sender of a failed request', () => {
  const cases: [string, string, () => Promise<{ headers: Headers }>][] = [
    ['a stranger’s: a public client at PAR', 'stranger', () => post(server, '/oauth/par', whole)],
    [
      'a stranger’s: a refresh token that nobody has',
      'stranger',
      () => post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x' }),
    ],
    ['a stranger’s: a revocation of nothing', 'stranger', () => post(server, '/oauth/revoke', {})],
    [
      'a stranger’s: a wrong secret',
      'stranger',
      () =>
        fetch(`${server.issuer}/oauth/token`, {
          method: 'POST',
          headers: { authorization: basic('web', 'wrong') },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        }),
    ],
    [
      'a stranger’s: a request that names a confidential client in a way that can’t be read',
      'stranger',
      () =>
        fetch(`${server.issuer}/oauth/token`, {
          method: 'POST',
          headers: { authorization: 'Basic !' },
          body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'web' }),
        }),
    ],
    [
      'a stranger’s: an assertion that is not signed by the client, with an attestation beside it',
      'stranger',
      () =>
        fetch(`${server.issuer}/oauth/token`, {
          method: 'POST',
          headers: { 'oauth-client-attestation': 'e30.eyJzdWIiOiJrZXllZCJ9.e30', 'oauth-client-attestation-pop': 'x' },
          body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'keyed' }),
        }),
    ],
    [
      'a stranger’s: a page for a browser in which nobody is signed in',
      'stranger',
      () => newPerson(server.issuer).request(authorizeUrl(server, { redirect_uri: 'https://evil.example/' })),
    ],
    [
      'a person’s: a page for a browser in which somebody is signed in',
      'person',
      async () => {
        const person = newPerson(server.issuer);
        await signIn(person, await person.visit('/sign-in'), server.person.email);
        return person.request(authorizeUrl(server, { redirect_uri: 'https://typo.example/' }));
      },
    ],
    [
      'a person’s: a code of the app with a wrong verifier',
      'person',
      async () => exchange(server, await obtainCode(server), 'spa', { code_verifier: 'w'.repeat(43) }),
    ],
    [
      'a stranger’s: a code of another app',
      'stranger',
      async () => exchange(server, await obtainCode(server, { client_id: 'other' }), 'spa'),
    ],
    [
      'the client’s: a wrong resource with a right secret',
      'client',
      () =>
        post(server, '/oauth/token', { grant_type: 'client_credentials', resource: 'https://no.example' }, 'service'),
    ],
    [
      'the client’s: a wrong resource with a right assertion',
      'client',
      async () => post(server, '/oauth/token', await asserted({ resource: 'https://no.example' }), 'nobody'),
    ],
  ];

  let key: CryptoKey;
  const sent = new Map<string, string | null>();
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    key = pair.privateKey;
    const keyed = {
      client_id: 'keyed',
      client_name: 'Keyed',
      type: 'service',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] },
    };
    await createClient(server.db, keyed as never, actor);
    // All are sent first, because each takes some seconds to be written.
    for (const [what, , send] of cases) sent.set(what, (await send()).headers.get('x-request-id'));
  });

  async function asserted(fields: Record<string, string>) {
    const assertion = new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('keyed')
      .setSubject('keyed')
      .setAudience(server.issuer)
      .setExpirationTime('1m')
      .setIssuedAt();
    return {
      grant_type: 'client_credentials',
      client_id: 'keyed',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion.sign(key),
      ...fields,
    };
  }

  it.each(cases)('%s', async (what, by) => {
    expect((await left(sent.get(what) ?? null)).by).toBe(by);
  });
});
const stranger = (n: number) => ({ stranger: true, caller: `network-${n}` });
const person = (n: number) => ({ stranger: false, caller: `person-${n}` });
const keptOf = async (clientId: string): Promise<string[]> =>
  (await rowsOf(server.db, `SELECT request_id FROM failed_requests WHERE client_id = '${clientId}' ORDER BY id`)).map(
    ({ request_id: id }) => String(id),
  );

it('a flood of strangers leaves a healthy app healthy, for admins and for its owner', async () => {
  await createClient(
    server.db,
    {
      client_id: 'healthy',
      client_name: 'Healthy',
      type: 'spa',
      redirect_uris: [redirectUri],
      owner_email: server.person.email,
    } as never,
    actor,
  );
  for (let n = 0; n < 60; n += 1) await post(server, '/oauth/par', whole, 'healthy');
  const activity = async () => (await call(server, '/clients/healthy/insight', { token })).body.data.days.at(-1);
  await eventually(async () => (await activity()).strangers).toBe(60);
  expect((await activity()).errors).toBe(0);
  expect(ids((await readAttention(server.db, new Date())).failing)).not.toContain('healthy');
  const admin = await signedInAdmin(server);
  expect((await admin.visit('/admin')).text).not.toContain('<bdi>Healthy</bdi> fails');
  const owner = newPerson(server.issuer);
  await signIn(owner, await owner.visit('/sign-in'), server.person.email);
  expect((await owner.visit('/account/your-apps')).text).not.toContain('of its requests failed today');
  const overview = (await owner.visit('/account/your-apps/healthy')).text;
  expect(overview).toMatch(/0 in 24 hours, and \d+ of unknown senders/);
  expect(overview).toContain('Sender unknown');
  for (const page of [
    await admin.visit('/admin/client/healthy/errors'),
    await owner.visit('/account/your-apps/healthy/failed'),
  ]) {
    expect(page.text).toContain('Sender unknown');
    const known = await (page.url.includes('/admin/') ? admin : owner).visit(`${page.url}?by=known`);
    expect(known.text).toContain('No failed request matches');
  }
});

it('a request that only names an app does not move its last use', async () => {
  await createClient(
    server.db,
    { client_id: 'idle', client_name: 'Idle', type: 'spa', redirect_uris: [redirectUri] } as never,
    actor,
  );
  const pushed = { ...whole, code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
  expect((await post(server, '/oauth/par', pushed, 'idle')).status).toBe(201);
  expect((await post(server, '/oauth/revoke', { token: 'x' }, 'idle')).status).toBe(200);
  expect((await post(server, '/oauth/introspect', { token: 'x' }, 'idle')).status).toBe(200);
  // What comes later is written later.
  expect((await post(server, '/oauth/introspect', { token: 'x' }, 'gateway')).status).toBe(200);
  await eventually(() => findLastUse(server.db, 'gateway')).toBeDefined();
  expect(await findLastUse(server.db, 'idle')).toBeUndefined();
});

it('failures of the client itself count as failing', async () => {
  await createClient(server.db, { client_id: 'broken', client_name: 'Broken', type: 'service' } as never, actor);
  const activity = createClientActivity(server.db);
  for (let n = 0; n < 30; n += 1) activity.noteFailure(failureOf('broken', n));
  for (let n = 0; n < 30; n += 1) activity.noteFailure(failureOf('broken', n, stranger(1)));
  await activity.writeStatistics();
  await activity.writeFailures();
  const [found] = (await readAttention(server.db, new Date())).failing.filter((one) => one.client_id === 'broken');
  expect(found).toMatchObject({ failed: 30, share: 1 });
});

it('one person cannot make an app count as failing, but twenty can', async () => {
  const activity = createClientActivity(server.db);
  for (let n = 0; n < 100; n += 1) activity.noteFailure(failureOf('picky', n, person(1)));
  await activity.writeStatistics();
  expect(ids((await readAttention(server.db, new Date())).failing)).not.toContain('picky');
  const statistics = await rowsOf(
    server.db,
    `SELECT what, count::int FROM client_figures WHERE client_id = 'picky' ORDER BY what`,
  );
  expect(statistics).toEqual([
    { what: 'error', count: maxCountedOfPerson },
    { what: 'stranger', count: 100 - maxCountedOfPerson },
  ]);
  for (let n = 0; n < 20; n += 1) activity.noteFailure(failureOf('picky', n, person(n)));
  await activity.writeStatistics();
  expect(ids((await readAttention(server.db, new Date())).failing)).toContain('picky');
});

describe('the record of failures', () => {
  const flood = async (clientId: string, networks: number) => {
    const activity = createClientActivity(server.db);
    for (let round = 0; round < 4; round += 1) {
      for (let n = 0; n < networks * 20; n += 1)
        activity.noteFailure(failureOf(clientId, 10_000 + n, stranger(100 + (n % networks))));
      await activity.writeFailures();
    }
  };

  it('keeps those of the client itself, in the table and in a batch, whatever strangers send', async () => {
    const activity = createClientActivity(server.db);
    for (let batch = 0; batch < 10; batch += 1) {
      for (let n = 0; n < 2_000; n += 1) activity.noteFailure(failureOf('native', 5_000 + n, stranger(n)));
      for (let n = 0; n < 20; n += 1) activity.noteFailure(failureOf('native', batch * 20 + n));
      await activity.writeFailures();
    }
    await flood('native', 40);
    const kept = await keptOf('native');
    const own = Array.from({ length: maxKept }, (_, n) => `req_native_${n}`);
    expect(kept.filter((id) => own.includes(id))).toHaveLength(maxKept);
    expect(kept.length).toBeLessThanOrEqual(maxKept + maxKeptOfStrangers);
  });

  it('bounds those of one network, and keeps what a developer sends from another', async () => {
    const activity = createClientActivity(server.db);
    for (let n = 0; n < 5; n += 1) activity.noteFailure(failureOf('foreign-gateway', n, stranger(1)));
    await activity.writeFailures();
    await flood('foreign-gateway', 19);
    const kept = await keptOf('foreign-gateway');
    for (let n = 0; n < 3; n += 1) expect(kept).toContain(`req_foreign-gateway_${4 - n}`);
    const perCaller = await rowsOf(
      server.db,
      `SELECT caller, count(*)::int FROM failed_requests WHERE client_id = 'foreign-gateway' GROUP BY 1`,
    );
    for (const { count } of perCaller) expect(count).toBeLessThanOrEqual(maxKeptOfCaller);
  });

  it('bounds those of one network in a batch over all clients that it names', async () => {
    const activity = createClientActivity(server.db);
    for (let n = 0; n < 100; n += 1) activity.noteFailure(failureOf(`any-${n}`, n, stranger(1)));
    expect(activity.totals.dropped).toBe(100 - maxOfStrangersInBatch.ofCaller);
  });

  it('contains no address', async () => {
    await left((await post(server, '/oauth/par', whole, 'other')).headers.get('x-request-id'));
    expect(JSON.stringify(await rowsOf(server.db, 'SELECT * FROM failed_requests'))).not.toMatch(/127\.0\.0\.1|::1/);
  });
});

it('an owner is offered to register an address only if they sent it themselves', async () => {
  const client = {
    client_id: 'offered',
    client_name: 'Offered',
    type: 'spa',
    redirect_uris: [redirectUri],
    owner_email: server.person.email,
  };
  await createClient(server.db, client as never, actor);
  const asks = (uri: string) => authorizeUrl(server, { client_id: 'offered', redirect_uri: uri });
  const owner = newPerson(server.issuer);
  await signIn(owner, await owner.visit('/sign-in'), server.person.email);
  await left((await newPerson(server.issuer).request(asks('https://evil.example/'))).headers.get('x-request-id'));
  await left((await owner.request(asks('https://mine.example/'))).headers.get('x-request-id'));
  for (const path of ['/account/your-apps/offered', '/account/your-apps/offered/failed']) {
    const { text } = await owner.visit(path);
    expect(text).toContain('evil.example');
    expect(text).toContain(`edit?add=${encodeURIComponent('https://mine.example/')}`);
    expect(text).not.toContain(`edit?add=${encodeURIComponent('https://evil.example/')}`);
  }
});
