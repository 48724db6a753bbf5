/** Wrong codes of devices: whom they keep out, and whom they do not. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceCodeLockouts, unhinderedGuesses } from '../../src/policy/device-codes.ts';
import { signedInAs } from '../support/admin.ts';
import { newDevice, registerDevices, typeCode } from '../support/devices.ts';
import { newPerson } from '../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let beside: TestServer;
beforeAll(async () => {
  const env = { RATE_LIMITS: 'on', TRUST_PROXY: 'true' };
  server = await startTestServer({ env });
  beside = await startTestServer({ beside: server, env: { ...env, ISSUER: server.issuer } });
  await registerDevices(server);
});
afterAll(async () => {
  await beside.stop();
  await server.stop();
});

const from = (address: string) => newPerson(server.issuer, { 'x-forwarded-for': address });
const wrong = 'BCDF-GHJK';

/** A counter of wrong codes that has room for one more. */
const almostFull = (name: string, subject: string, { freeFailures }: { freeFailures: number }) =>
  server.db.pgPool.query(
    `INSERT INTO sign_in_limits (key, failures, window_ends, expires_at) VALUES ($1, $2, now() + interval '10 minutes', now() + interval '10 minutes')
     ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, window_ends = excluded.window_ends, shut_until = now()`,
    [`${name}:${createHash('sha256').update(subject).digest('base64url')}`, freeFailures - 1],
  );

it('a browser that types ten wrong codes waits, and the same network goes on', async () => {
  const { user_code: code } = await newDevice(server);
  const person = from('192.0.2.1');
  for (let n = 0; n < deviceCodeLockouts.person.freeFailures; n += 1)
    expect((await typeCode(person, wrong)).status).toBe(422);
  const held = await typeCode(person, code);
  expect(held.status).toBe(429);
  // Thirty seconds, of which a busy machine has used some.
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(held.headers.get('retry-after'))).toBeLessThanOrEqual(30);
  expect(held.text).toContain('Too many wrong codes');
  expect((await typeCode(from('192.0.2.1'), code)).status).toBe(200);
});

it('a link with a code counts as the code does', async () => {
  const person = from('192.0.2.9');
  await person.visit('/device');
  for (let n = 0; n < deviceCodeLockouts.person.freeFailures; n += 1)
    expect((await person.visit(`/device?user_code=${wrong}`)).status).toBe(422);
  expect((await person.visit(`/device?user_code=${wrong}`)).status).toBe(429);
});

it('pictures and frames of other pages guess no codes', async () => {
  const { user_code: code } = await newDevice(server);
  for (const destination of ['image', 'iframe']) {
    const person = newPerson(server.issuer, { 'x-forwarded-for': '192.0.2.10', 'sec-fetch-dest': destination });
    await person.visit('/device');
    for (let n = 0; n < deviceCodeLockouts.person.freeFailures + 1; n += 1)
      expect((await person.visit(`/device?user_code=${wrong}`)).status).toBe(200);
    expect((await person.visit(`/device?user_code=${code}`)).text).not.toContain('in front of you?');
  }
  expect((await from('192.0.2.10').visit(`/device?user_code=${code}`)).text).toContain('in front of you?');
});

it('a network with too many wrong codes waits, and others go on', async () => {
  const { user_code: code } = await newDevice(server);
  await almostFull('device code, network', '192.0.2.2', deviceCodeLockouts.network);
  await typeCode(from('192.0.2.2'), wrong);
  expect((await typeCode(from('192.0.2.2'), code)).status).toBe(429);
  expect((await typeCode(from('192.0.2.3'), code)).status).toBe(200);
});

it('strangers everywhere wait after too many wrong codes, and people who sign in do not', async () => {
  const { user_code: code } = await newDevice(server);
  await almostFull('device code, strangers', '', deviceCodeLockouts.strangers);
  await typeCode(from('192.0.2.4'), wrong);
  const held = await typeCode(from('192.0.2.5'), code);
  expect([held.status, held.text]).toEqual([429, expect.stringContaining('href="/sign-in?next=/device"')]);
  const known = await signedInAs(server, server.person.email);
  expect((await typeCode(known, code)).status).toBe(200);
});

it('a person who is signed in and guesses waits alone', async () => {
  const { user_code: code } = await newDevice(server);
  await server.db.pgPool.query('DELETE FROM sign_in_limits');
  const known = await signedInAs(server, server.person.email);
  for (let n = 0; n < deviceCodeLockouts.person.freeFailures; n += 1) await typeCode(known, wrong);
  expect((await typeCode(known, code)).status).toBe(429);
  expect((await typeCode(from('192.0.2.6'), code)).status).toBe(200);
});

/** What is held up stays so, however long the machine takes. */
const holdUpLonger = () =>
  server.db.script(`UPDATE sign_in_limits SET shut_until = shut_until + interval '1 hour', expires_at = expires_at + interval '1 hour'
    WHERE shut_until > now() - interval '1 hour'`);

it('accounts that guess together wait together, and people who mistype do not wait for them', async () => {
  await server.db.pgPool.query('DELETE FROM sign_in_limits');
  const { user_code: code } = await newDevice(server);
  for (const [name, subject, lockout] of [
    ['device code, people', '', deviceCodeLockouts.people],
    ['device code, network of people', '127.0.0.1', deviceCodeLockouts.network],
  ] as const) {
    await server.db.pgPool.query('DELETE FROM sign_in_limits');
    const [guesser, other] = [
      await addPerson(server.db, `${randomUUID()}@a.example`),
      await addPerson(server.db, `${randomUUID()}@b.example`),
    ];
    const known = await signedInAs(server, guesser.email);
    await almostFull(name, subject, lockout);
    // The limit is reached by the first guess, which is not held up itself.
    for (let n = 0; n < unhinderedGuesses; n += 1) expect((await typeCode(known, wrong)).status).toBe(422);
    await holdUpLonger();
    expect((await typeCode(known, code)).status).toBe(429);
    const honest = await signedInAs(server, other.email);
    for (let n = 0; n < unhinderedGuesses - 1; n += 1) expect((await typeCode(honest, wrong)).status).toBe(422);
    expect((await typeCode(honest, code)).status).toBe(200);
    expect((await typeCode(from('192.0.2.11'), code)).status).toBe(200);
  }
});

it('one account that guesses at once is held up by the limits of all', async () => {
  await server.db.pgPool.query('DELETE FROM sign_in_limits');
  const guesser = await signedInAs(server, (await addPerson(server.db, 'at-once@a.example')).email);
  await server.db.pgPool.query(
    `INSERT INTO sign_in_limits (key, failures, window_ends, shut_until, expires_at)
      VALUES ($1, 2000, now() + interval '10 minutes', now() + interval '1 minute', now() + interval '10 minutes')`,
    [`device code, people:${createHash('sha256').update('').digest('base64url')}`],
  );
  const answers = await Promise.all(Array.from({ length: 9 }, () => typeCode(guesser, wrong)));
  expect(answers.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(unhinderedGuesses);
});

it('right codes and what is no code never count', async () => {
  await server.db.pgPool.query('DELETE FROM sign_in_limits');
  const { user_code: code } = await newDevice(server);
  const person = from('192.0.2.7');
  for (let n = 0; n < 3; n += 1) {
    expect((await typeCode(person, code)).status).toBe(200);
    expect((await typeCode(person, 'nonsense')).status).toBe(422);
  }
  expect((await server.db.pgPool.query('SELECT 1 FROM sign_in_limits')).rowCount).toBe(0);
});

it('a network keeps at most two hundred authorizations waiting, without those that a person has confirmed', async () => {
  const fill = `INSERT INTO device_codes (device_hash, user_hash, client_id, payload, owner, confirmed_by, expires_at)
    SELECT sha256(n::text::bytea), sha256(('u' || n)::bytea), 'device', '', $1, CASE WHEN n = 1 THEN '\\x00'::bytea END, now() + n * interval '1 second'
    FROM generate_series(1, 250) n`;
  const owner = createHash('sha256').update('network 192.0.2.8').digest();
  await server.db.pgPool.query(fill, [owner]);
  await fetch(`${server.issuer}/oauth/device_authorization`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '192.0.2.8' },
    body: new URLSearchParams({ client_id: 'device' }),
  });
  const { rows } = await server.db.pgPool.query(
    'SELECT count(*)::int AS n, bool_or(confirmed_by IS NOT NULL) AS kept FROM device_codes WHERE owner = $1',
    [owner],
  );
  expect(rows).toEqual([{ n: 201, kept: true }]);
});
