/**
 * A stalled LISTEN connection looks like one on which nothing happens. A permission that an admin withdraws ends
 * nevertheless: at once in the same process, and within about a second in every other.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { eventually } from '../support/eventually.ts';
import { post } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { type StallingProxy, stallingProxy } from '../support/stalling-proxy.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let direct: TestServer;
let proxy: StallingProxy;
let token: string;
beforeAll(async () => {
  direct = await startTestServer();
  await addAdmin(direct, 'robot');
  proxy = await stallingProxy(direct.databaseUrl, 'vibecaas-auth listen');
  server = await startTestServer({ beside: { ...direct, databaseUrl: proxy.url } });
  token = await adminToken(server, 'robot');
});
afterAll(async () => {
  await server.stop();
  proxy.close();
  await direct.stop();
});

const by = { id: 'test' };
let made = 0;
let service: string;
beforeEach(async () => {
  proxy.release();
  await eventually(isListening).toBe(true);
  made += 1;
  service = `service-${made}`;
  const input = { client_id: service, client_name: 'Robot', type: 'service' } as const;
  secrets[service] = (await createClient(server.db, input, by)).clientSecret as string;
  // The server may not have noticed yet that its channel is back, and complains of a silence only once.
  await eventually(obtainOnceDisabled).toEqual(served);
  await enable(true);
});

async function obtain(): Promise<[number, unknown]> {
  const { status, body } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, service);
  return [status, body.error];
}
/** Whether the server has one listening connection, and the stalled one is closed. The other server has one as well. */
async function isListening(): Promise<boolean> {
  const { rows } = await direct.db.pgPool.query(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'vibecaas-auth listen' AND datname = current_database()",
  );
  return proxy.connections() === 1 && rows[0].n === 2;
}

const served = [200, undefined];
const refused = [401, 'invalid_client'];

/** Changes the service by SQL, which announces nothing. */
const enable = (yes: boolean) =>
  direct.db.pgPool.query('UPDATE clients SET status = $2 WHERE client_id = $1', [service, yes ? 'active' : 'disabled']);

/** Obtains a token after the service was disabled unannounced: it is served if the server has cached the service. */
async function obtainOnceDisabled(): Promise<[number, unknown]> {
  await enable(true);
  await obtain();
  await enable(false);
  return obtain();
}

/** Stalls the channel, and waits until the server has noticed. */
async function silence(): Promise<void> {
  const complaints = () => server.logged().split('no answer on the notification channel').length;
  const before = complaints();
  proxy.stall();
  await eventually(complaints).toBeGreaterThan(before);
}

it('a service that is disabled in this process gets no more tokens from it while its channel is stalled', async () => {
  expect(await obtain()).toEqual(served);
  proxy.stall();
  const body = { reason: 'Tried' };
  expect((await call(server, `/clients/${service}/disable`, { token, method: 'POST', body })).status).toBe(200);
  expect(await obtain()).toEqual(refused);
});

it('a service that is disabled elsewhere gets no more tokens once the channel is silent', async () => {
  // A machine that is late with an answer trusts its cache a moment later.
  await eventually(obtainOnceDisabled).toEqual(served);
  await silence();
  expect(await obtain()).toEqual(refused);
});

it('a client is read for each request while the channel is silent, and cached again afterwards', async () => {
  await silence();
  for (const yes of [true, false, true]) {
    await enable(yes);
    expect(await obtain()).toEqual(yes ? served : refused);
  }
  proxy.release();
  await eventually(isListening).toBe(true);
  await eventually(obtainOnceDisabled).toEqual(served);
});
