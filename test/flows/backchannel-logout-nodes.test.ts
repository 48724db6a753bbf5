/** Logout tokens and several nodes: one token for each end of a session, and none is lost with a node. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { signOutEverywhere } from '../../src/operations/accounts.ts';
import { deliverLogout } from '../../src/operations/logout-delivery.ts';
import { loadOrCreateKeyRing, rotateSigningKeys } from '../../src/operations/signing-keys.ts';
import { createOutbound, type Outbound } from '../../src/outbound/request.ts';
import { startWebhookWorkers } from '../../src/store/work-queue.ts';
import { freePort } from '../support/free-port.ts';
import { newPerson } from '../support/person.ts';
import { processEnv } from '../support/process-env.ts';
import { until } from '../support/receiver.ts';
import { type RelyingParty, startRelyingParty } from '../support/relying-party.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { actor, attemptsOf, deliveriesOf, makeDue, rules, sealer, sendDue } from '../support/webhooks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let server: TestServer;
let app: RelyingParty;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
  app = await startRelyingParty(server, 'rp');
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});
beforeEach(async () => {
  app.answer(undefined);
  app.requests.length = 0;
  await server.db.script('DELETE FROM webhook_deliveries');
});

let people = 0;
/** Somebody who is signed in to the app in `browsers` browsers. */
async function signedInPerson(browsers = 1): Promise<{ id: string; email: string }> {
  people += 1;
  const account = await addPerson(server.db, `rp-${people}@example.com`);
  for (let i = 0; i < browsers; i += 1) await app.signIn(newPerson(server.issuer), account.email);
  return account;
}
const endAll = (id: string) => signOutEverywhere(server.db, id, { endGrants: false }, actor);
const deliverer = async (outbound: Outbound = createOutbound()) => {
  const { published } = await loadOrCreateKeyRing(server.db, sealer);
  return { db: server.db, rules, outbound, issuer: server.issuer, keys: () => published };
};
async function waiting(): Promise<{ delivery: string; attempt: number }> {
  const [delivery] = await deliveriesOf(server, 'rp');
  return { delivery: String(delivery?.seq), attempt: 0 };
}

/** A node in a process of its own, so that it can be killed. */
async function startProcess(): Promise<ChildProcess> {
  const port = String(await freePort());
  const env = { ...processEnv(), PORT: port, HOST: '127.0.0.1', DATABASE_URL: server.databaseUrl };
  const settings = { SECRETS: 'a test secret that is long enough to be one', METRICS_PORT: 'off', DRAIN_SECONDS: '0' };
  const more = { ISSUER: server.issuer };
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { ...env, ...settings, ...more },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

it('a token that a node was sending when it was killed is sent by another', async () => {
  app.answer(() => {});
  const doomed = await startProcess();
  await endAll((await signedInPerson()).id);
  await app.waitFor(1);
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  expect(await deliveriesOf(server, 'rp')).toMatchObject([{ status: 'pending', attempts: 0 }]);
  app.answer(undefined);
  // As if 45 seconds had passed, and half a minute since a node looked.
  await server.db.script(`UPDATE vcauth_queue.job SET started_on = started_on - interval '46 s' WHERE state = 'active';
    UPDATE vcauth_queue.queue SET monitor_on = NULL`);
  const deps = await deliverer();
  const errors: Error[] = [];
  const heir = await startWebhookWorkers(
    server.databaseUrl,
    { webhooks: async () => {}, logouts: async (job) => void (await deliverLogout(deps, job)) },
    (error) => errors.push(error),
    1,
  );
  const waits = `SELECT 1 FROM vcauth_queue.job WHERE group_id = 'rp' AND state = 'retry'`;
  await until(async () => (await rowsOf(server.db, waits)).length === 1);
  await makeDue(server, 'rp');
  const [first, second] = await app.waitFor(2);
  expect(second).toMatchObject({ problem: undefined, claims: { sid: first?.claims.sid } });
  expect(second?.claims.jti).not.toBe(first?.claims.jti);
  await until(async () => (await deliveriesOf(server, 'rp'))[0]?.status === 'delivered');
  expect(app.sessions.has(first?.claims.sid as string)).toBe(false);
  await heir.stop(1_000);
  expect(errors).toEqual([]);
});

it('two nodes send one token for each session that has ended', async () => {
  const env = { ISSUER: server.issuer };
  const nodes = await Promise.all([1, 2].map(() => startTestServer({ beside: server, env })));
  const account = await signedInPerson(12);
  await endAll(account.id);
  await app.waitFor(12);
  await until(async () => (await deliveriesOf(server, 'rp')).every(({ status }) => status === 'delivered'));
  expect(app.requests.map(({ problem }) => problem)).toEqual(Array(12).fill(undefined));
  expect(new Set(app.requests.map(({ claims }) => claims.sid)).size).toBe(12);
  expect(app.requests).toHaveLength(12);
  await Promise.all(nodes.map((node) => node.stop()));
});

it('a session that two requests end at the same moment is told once', async () => {
  const account = await signedInPerson();
  const [session] = await rowsOf(server.db, `SELECT uid FROM sessions WHERE account_id = '${account.id}'`);
  await Promise.all([1, 2, 3].map(() => server.db.pgPool.query('DELETE FROM sessions WHERE uid = $1', [session?.uid])));
  expect(await deliveriesOf(server, 'rp')).toHaveLength(1);
});

it('an attempt that two nodes make at once is recorded once', async () => {
  await endAll((await signedInPerson()).id);
  const both = Promise.withResolvers<void>();
  app.answer((response) => {
    if (app.requests.length === 2) both.resolve();
    void both.promise.then(() => response.writeHead(503).end());
  });
  const [deps, job] = [await deliverer(), await waiting()];
  const outcomes = await Promise.all([deliverLogout(deps, job), deliverLogout(deps, job)]);
  expect(outcomes.filter((outcome) => outcome === 'retry')).toHaveLength(1);
  expect(await attemptsOf(server, 'rp')).toHaveLength(1);
  expect(await deliverLogout(deps, job)).toBeUndefined();
});

it('a token that is repeated after a rotation of the keys is signed by the new one', async () => {
  await endAll((await signedInPerson()).id);
  app.answer((response) => void response.writeHead(503).end());
  await sendDue(server);
  await server.db.pgPool.query(`UPDATE signing_keys SET retired_at = retired_at - interval '10 minutes'`);
  const { current } = await rotateSigningKeys(server.db, sealer, actor);
  app.answer(undefined);
  await makeDue(server, 'rp');
  await sendDue(server);
  expect(app.requests).toHaveLength(2);
  const [, again] = app.requests;
  expect(JSON.parse(Buffer.from(again?.token.split('.')[0] as string, 'base64url').toString()).kid).toBe(current);
});

it.each([
  ['redirects', (elsewhere: string) => ({ status: 307, headers: { location: elsewhere } }), 307],
  ['answers with a megabyte', () => ({ status: 500, body: 'x'.repeat(1024 * 1024) }), 500],
] as const)(
  'a server that %s is asked again, and only the beginning of its answer is kept',
  async (_, make, status) => {
    const { status: code, headers, body } = { headers: {}, body: '', ...make(`${app.url}/elsewhere`) };
    app.answer((response) => void response.writeHead(code, headers).end(body));
    await endAll((await signedInPerson()).id);
    await sendDue(server);
    expect(app.requests).toHaveLength(1);
    const [attempt] = await attemptsOf(server, 'rp');
    expect(attempt).toMatchObject({ status, error: null });
    expect(String(attempt?.response ?? '').length).toBeLessThanOrEqual(1000);
    expect(await deliveriesOf(server, 'rp')).toMatchObject([{ status: 'pending', attempts: 1 }]);
  },
);

it('a server that does not answer is not waited for longer than the limit, and is asked again', async () => {
  app.answer(() => {});
  await endAll((await signedInPerson()).id);
  const limits: number[] = [];
  const impatient: Outbound = (request) => {
    limits.push(request.timeoutMs, request.maxBytes);
    return createOutbound()({ ...request, timeoutMs: 50 });
  };
  expect(await deliverLogout(await deliverer(impatient), await waiting())).toBe('retry');
  expect(limits).toEqual([15_000, 16 * 1024]);
  expect(await attemptsOf(server, 'rp')).toMatchObject([
    { status: null, error: expect.stringContaining('no complete') },
  ]);
});

it.each(['10.0.0.7', '127.0.0.1', '169.254.169.254', '::1', 'fd00::1'])(
  'nothing is sent to a name that leads to %s',
  async (address) => {
    const account = await signedInPerson();
    await server.db.script(
      `UPDATE clients SET backchannel_logout_uri = 'https://rp.example/logout' WHERE client_id = 'rp'`,
    );
    onTestFinished(() =>
      server.db.script(`UPDATE clients SET backchannel_logout_uri = '${app.url}' WHERE client_id = 'rp'`),
    );
    await endAll(account.id);
    const lookup = (_host: string, _options: unknown, done: (error: null, found: object[]) => void) =>
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    const outbound = createOutbound({ lookup: lookup as never });
    expect(await deliverLogout(await deliverer(outbound), await waiting())).toBe('retry');
    expect(await attemptsOf(server, 'rp')).toMatchObject([{ status: null, error: expect.stringContaining('public') }]);
    expect(app.requests).toEqual([]);
  },
);

it('an address that the rules no longer allow is not asked', async () => {
  await endAll((await signedInPerson()).id);
  const strict = { ...(await deliverer()), rules: { local: false, ports: [443] } };
  expect(await deliverLogout(strict, await waiting())).toBe('retry');
  expect(await attemptsOf(server, 'rp')).toMatchObject([{ error: expect.stringContaining('not sent: the address') }]);
  expect(app.requests).toEqual([]);
});
