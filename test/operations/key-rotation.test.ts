/** Signing keys are created by a first start. They are not rotated twice within the time that verifiers cache the key set, unless an admin forces it. */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadOrCreateKeyRing, rotateSigningKeys } from '../../src/operations/signing-keys.ts';
import { keySetMaxAgeMs, safeToRotateAt } from '../../src/policy/key-rotation.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { requestTimeouts } from '../../src/store/timeouts.ts';
import { ageSignIn, confirmation, signedInAdmin } from '../support/admin.ts';
import { createTestDatabase } from '../support/database.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin as addService, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let token: string;
const sealer = createSealer(['a test secret that is long enough to be one']);
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addService(server, 'robot');
  token = await adminToken(server, 'robot');
});
afterAll(() => server.stop());
// As if every rotation so far were older than the caches of verifiers.
beforeEach(async () => {
  await server.db.pgPool.query(`UPDATE signing_keys SET retired_at = retired_at - interval '10 minutes'`);
});

const current = async () =>
  (await rowsOf(server.db, `SELECT kid FROM signing_keys WHERE state = 'current' AND alg = 'ES256'`))[0]?.kid;

it('the first rotation is allowed at once, and the second has to wait', () => {
  const now = new Date();
  expect(safeToRotateAt(undefined, now)).toBeUndefined();
  expect(safeToRotateAt(new Date(now.getTime() - keySetMaxAgeMs), now)).toBeUndefined();
  expect(safeToRotateAt(new Date(now.getTime() - keySetMaxAgeMs + 1), now)).toEqual(new Date(now.getTime() + 1));
});

it('the key set may be cached no longer than a rotation has to wait', async () => {
  const { headers } = await fetch(`${server.issuer}/oauth/jwks`);
  const age = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1]);
  expect(age).toBeGreaterThan(0);
  expect(age * 1000).toBeLessThanOrEqual(keySetMaxAgeMs);
});

it('one of two rotations at once is held back', async () => {
  const both = await Promise.allSettled([1, 2].map(() => rotateSigningKeys(server.db, sealer, { id: 'test' })));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('a rotation whose keys take long to make holds no transaction meanwhile', async () => {
  const db = openDatabase({
    url: server.databaseUrl,
    poolSize: 1,
    timeouts: { ...patientTimeouts, idleInTransactionTimeoutMs: 250 },
  });
  onTestFinished(() => db.close());
  await db.script('SELECT 1');
  // Keys are made in Node’s thread pool, like the hashes of a flood of sign-ins.
  const busy = Array.from({ length: 4 }, () => promisify(pbkdf2)('flood', 'salt', 500_000, 32, 'sha512'));
  await rotateSigningKeys(db, sealer, { id: 'test' });
  await Promise.all(busy);
});

it('REST answers 409 with the time to wait until, and accepts force', async () => {
  const rotate = (body: object) => call(server, '/keys/rotate', { method: 'POST', body, token });
  expect((await rotate({})).status).toBe(200);
  const kid = await current();
  const held = await rotate({});
  expect([held.status, held.body.error.code]).toEqual([409, 'CONFLICT']);
  expect(held.body.error.message).toMatch(/Wait until \d\d:\d\d:\d\d UTC, or force it/);
  const wait = Date.parse(held.body.error.details.safe_at) - Date.now();
  expect(wait).toBeGreaterThan(keySetMaxAgeMs - 30_000);
  expect(await current()).toBe(kid);
  expect((await rotate({ force: 'yes' })).status).toBe(400);
  expect((await rotate({ force: true })).status, 'without a reason').toBe(400);
  expect((await rotate({ force: true, reason: 'A key was stolen.' })).status).toBe(200);
  const last = await current();
  expect(last).not.toBe(kid);
  const keys = (await call(server, '/keys', { token })).body.data as Record<string, string>[];
  for (const { state, retired_at: at, published_until: until } of keys) {
    if (state !== 'retired') expect(until).toBeNull();
    else expect(Date.parse(until as string) - Date.parse(at as string)).toBe(61 * 60_000);
  }
  expect((await auditOf(server.db, `key:${last}`)).at(-1)?.details).toMatchObject({
    forced: true,
    reason: 'A key was stolen.',
  });
});

describe('the page', () => {
  it('shows each key with its state and age, and nothing private', async () => {
    const page = await admin.visit('/admin/keys');
    for (const { kid } of await rowsOf(server.db, 'SELECT kid FROM signing_keys')) expect(page.text).toContain(kid);
    for (const word of ['Signs', 'Waits', 'Retired', 'Gone after', 'just now']) expect(page.text).toContain(word);
    expect(page.text).not.toMatch(/"d"|private_jwk/);
  });

  it('rotates once its box is ticked, and a second time only by force', async () => {
    const kid = await current();
    const unticked = await admin.submit(await admin.visit('/admin/keys'), '/admin/keys/rotate', {});
    expect([unticked.status, await current()]).toEqual([422, kid]);
    expect(unticked.text).toContain('role="alert"');
    const rotated = await admin.submit(unticked, '/admin/keys/rotate', { confirm: 'yes' });
    expect(rotated.text).toContain('The signing keys are rotated.');
    const next = await current();
    expect(next).not.toBe(kid);
    const held = await admin.submit(rotated, '/admin/keys/rotate', { confirm: 'yes' });
    expect([held.status, await current()]).toEqual([409, next]);
    expect(held.text).toContain('The keys were rotated a moment ago.');
    const silent = await admin.submit(held, '/admin/keys/rotate', { confirm: 'yes', force: 'yes' });
    expect([silent.status, await current()]).toEqual([422, next]);
    const why = { confirm: 'yes', force: 'yes', reason: 'A key was stolen.' };
    const forced = await admin.submit(silent, '/admin/keys/rotate', why);
    expect(forced.text).toContain('The signing keys are rotated.');
    expect(await current()).not.toBe(next);
  });

  it('asks for password and code again after ten minutes', async () => {
    const [kid, page] = [await current(), await admin.visit('/admin/keys')];
    await ageSignIn(server, admin.id);
    const asked = await admin.submit(page, '/admin/keys/rotate', { confirm: 'yes' });
    expect(asked.text).toContain('Confirm it is you');
    expect(await current()).toBe(kid);
    const done = await admin.submit(asked, '/admin/keys/rotate', await confirmation(server, admin.email));
    expect(done.text).toContain('The signing keys are rotated.');
  });
});

it('the keys of a first start are created although its process stands still in their transaction', async () => {
  const own = await createTestDatabase();
  onTestFinished(own.drop);
  const timeouts = { ...requestTimeouts, idleInTransactionTimeoutMs: requestTimeouts.retryWithinMs };
  const db = openDatabase({ url: own.url, poolSize: 2, timeouts });
  onTestFinished(() => db.close());
  const retried: string[] = [];
  db.onRetry((state) => retried.push(state));
  let stood = false;
  db.onStatement((text) => {
    if (stood || !/insert into "signing_keys"/.test(text)) return;
    stood = true;
    // For longer than a request would be tried again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, requestTimeouts.retryWithinMs + 500);
  });
  const { published } = await loadOrCreateKeyRing(db, sealer);
  expect([published.length, retried]).toEqual([4, ['25P03']]);
});
