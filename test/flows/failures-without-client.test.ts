/** Requests that failed and that no client made: their senders ask “Why did this fail?” too, and nobody may drown the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClientActivity } from '../../src/operations/client-activity.ts';
import { maxWithoutClientInBatch } from '../../src/operations/failure-batch.ts';
import { addFailedRequests, maxKeptOfCaller, maxKeptWithoutClient } from '../../src/store/failed-requests.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { failureOf } from '../support/failures.ts';
import { authorizeUrl, post } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { register } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let host: DocumentHost;
let server: TestServer;
let token: string;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound, env: { TRUST_PROXY: 'true' } });
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const unregistered = 'No registered app';

async function why(headers: Headers): Promise<Record<string, unknown> | undefined> {
  const id = headers.get('x-request-id');
  const found = async () => (await call(server, `/errors?request_id=${id}`, { token })).body.data as object[];
  await expect.poll(() => found().then(({ length }) => length)).toBe(1);
  return (await found())[0] as Record<string, unknown>;
}

describe('“Why did this fail?” explains', () => {
  it('a refused registration, with what it asked for and no secret', async () => {
    const uris = ['http://elsewhere.example/cb', 'https://a.example/cb?code=SplxlOBeZQQYbYS6WxSbIA'];
    const { status, headers } = await register(server, {
      client_name: 'App',
      redirect_uris: uris,
      software_statement: 'x',
    });
    expect(status).toBe(400);
    const failure = await why(headers);
    expect(failure).toMatchObject({
      client_id: null,
      endpoint: 'register',
      error: 'invalid_redirect_uri',
      description: expect.stringContaining('http:// is for localhost only'),
      by: 'stranger',
      fix: expect.stringContaining('Send redirect URIs with https'),
      parameters: { client_name: null, software_statement: null },
    });
    expect(JSON.stringify(failure)).toContain('elsewhere.example');
    expect(JSON.stringify(failure)).not.toContain('SplxlOBeZQQYbYS6WxSbIA');
  });

  it('a registration that is too large', async () => {
    const { status, headers } = await register(server, { client_name: 'x'.repeat(70_000) });
    expect(status).toBe(413);
    expect(await why(headers)).toMatchObject({ client_id: null, description: 'The registration is larger than 64 KB' });
  });

  it('a document that was refused before it ever made a client', async () => {
    const clientId = host.answer('gone.json', (_, response) => response.writeHead(404).end());
    const { status, headers } = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    expect(status).toBe(400);
    expect(await why(headers)).toMatchObject({
      client_id: null,
      endpoint: 'authorize',
      error: 'invalid_client',
      description: expect.stringContaining('status 404'),
      fix: expect.stringContaining('a JSON document with status 200'),
      parameters: { client_id: clientId },
    });
  });

  it.each([
    ['/oauth/device_authorization', 'device_authorization', { scope: 'projects:read' }],
    ['/oauth/par', 'par', { response_type: 'code' }],
    ['/oauth/token', 'token', { grant_type: 'refresh_token', refresh_token: 'x' }],
  ])('a request to %s of a client that there is not', async (path, endpoint, form) => {
    const response = await fetch(`${server.issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'nobody', ...(form as Record<string, string>) }),
    });
    expect(response.status).toBe(401);
    expect(await why(response.headers)).toMatchObject({
      client_id: null,
      endpoint,
      error: 'invalid_client',
      wrong: 'No active client has this `client_id`.',
      parameters: { client_id: 'nobody' },
    });
  });

  it('what a client that there is did, as before', async () => {
    const response = await fetch(`${server.issuer}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'spa', grant_type: 'refresh_token', refresh_token: 'x' }),
    });
    expect(await why(response.headers)).toMatchObject({ client_id: 'spa', error: 'invalid_grant' });
    expect(
      (await post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'spa')).status,
    ).toBe(400);
  });
});

const networks = () =>
  rowsOf(
    server.db,
    'SELECT caller, count(*)::integer AS rows FROM failed_requests WHERE client_id IS NULL GROUP BY caller ORDER BY rows DESC',
  );
const empty = () => server.db.script('DELETE FROM failed_requests');
const nameless = (caller: string, n: number) => ({
  ...failureOf('none', n, { stranger: true, caller }),
  clientId: undefined,
});

describe('A flood of requests without a client', () => {
  it('is kept up to a limit for each network, whatever addresses it uses, and in all', async () => {
    await empty();
    for (let n = 0; n < 40; n += 1) {
      await addFailedRequests(server.db, [nameless('flood', n)]);
      await addFailedRequests(
        server.db,
        Array.from({ length: 10 }, (_, i) => nameless(`other ${n} ${i}`, n)),
      );
    }
    const kept = await networks();
    expect(kept.reduce((all, { rows }) => all + Number(rows), 0)).toBe(maxKeptWithoutClient);
    await empty();
    for (let n = 0; n < 40; n += 1)
      await addFailedRequests(server.db, [nameless('flood', n), nameless('quiet', 0)].slice(0, n === 0 ? 2 : 1));
    expect((await networks()).map(({ caller, rows }) => [caller, rows])).toEqual([
      ['flood', maxKeptOfCaller],
      ['quiet', 1],
    ]);
  });

  it('takes no place from failures of clients and of strangers who name one', async () => {
    await empty();
    const activity = createClientActivity(server.db);
    for (let n = 0; n < 600; n += 1) activity.noteFailure(nameless(`flood ${n}`, n));
    activity.noteFailure(failureOf('spa', 1));
    activity.noteFailure(failureOf('spa', 2, { stranger: true, caller: 'someone' }));
    await activity.writeFailures();
    // The server may write failures of the tests before meanwhile.
    const own = "SELECT 1 FROM failed_requests WHERE client_id = 'spa' AND request_id IN ('req_spa_1', 'req_spa_2')";
    expect(await rowsOf(server.db, own)).toHaveLength(2);
    const flooded = (await networks()).filter(({ caller }) => String(caller).startsWith('flood'));
    expect(flooded).toHaveLength(maxWithoutClientInBatch.ofAll);
    expect(activity.totals.dropped).toBe(600 - maxWithoutClientInBatch.ofAll);
  });

  it('from many addresses of one network counts as one', async () => {
    await empty();
    for (let n = 1; n <= 12; n += 1) await register(server, { redirect_uris: 7 }, { from: `192.0.2.${n}` });
    await register(server, { redirect_uris: 7 }, { from: '198.51.100.7' });
    await expect.poll(() => networks().then(({ length }) => length)).toBe(2);
  });
});

it('The page of all failures says that no app was registered, and lists none of them at a client', async () => {
  await empty();
  const { headers } = await register(server, { redirect_uris: 7 });
  const failure = await why(headers);
  const { signedInAdmin } = await import('../support/admin.ts');
  const admin = await signedInAdmin(server);
  const { text } = await admin.visit(`/admin/errors?request=${failure?.request_id}`);
  expect(text).toContain(unregistered);
  expect(text).not.toContain('/admin/client/null');
  expect((await admin.visit('/admin/client/spa/errors')).text).not.toContain(unregistered);
});
