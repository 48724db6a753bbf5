/**
 * Why requests failed: found by client and by the id on the error page, without secrets, and bounded under any load.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClientActivity } from '../../src/operations/client-activity.ts';
import { maxInBatch } from '../../src/operations/failure-batch.ts';
import { purge } from '../../src/operations/purge.ts';
import { maxKept } from '../../src/store/failed-requests.ts';
import { signedInAdmin } from '../support/admin.ts';
import { countStatements } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { failureOf } from '../support/failures.ts';
import { authorizeUrl, basic, exchange, obtainCode, post, refresh, verifier } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin as addService, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let admin: Person;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addService(server, 'robot');
  token = await adminToken(server, 'robot');
});
afterAll(() => server.stop());

const errorsOf = async (clientId: string, query = '') =>
  (await call(server, `/clients/${clientId}/errors${query}`, { token })).body.data;

/** What a request left behind, once it is written. */
async function left(requestId: string | null) {
  const find = async () => (await call(server, `/errors?request_id=${requestId}`, { token })).body.data;
  await eventually(find).toHaveLength(1);
  return (await find())[0];
}

it('the id on the error page leads to what was wrong and what to fix, by REST and pages', async () => {
  const wrong = `${redirectUri}/?code=${'c'.repeat(43)}`;
  const page = await newPerson(server.issuer).request(authorizeUrl(server, { redirect_uri: wrong, state: 'my-state' }));
  const id = /req_[\w-]+/.exec(page.text)?.[0] as string;
  expect(page.headers.get('x-request-id')).toBe(id);
  const failure = await left(id);
  expect(failure).toMatchObject({ client_id: 'spa', endpoint: 'authorize', error: 'invalid_redirect_uri' });
  expect(failure.fix).toContain(`Registered: \`${redirectUri}\``);
  expect(failure.parameters).toMatchObject({
    client_id: 'spa',
    redirect_uri: `${redirectUri}/?code=[redacted]`,
    state: null,
    code_challenge: null,
    code_challenge_method: 'S256',
  });
  for (const path of [`/admin/errors?request=${id}`, `/admin/client/spa/errors?request=${id}`]) {
    const found = await admin.visit(path);
    expect(found.text).toContain(id);
    expect(found.text).toContain('is not one of those registered');
    expect(found.text).not.toContain('my-state');
  }
  expect((await admin.visit(`/admin/client/other/errors?request=${id}`)).text).toContain(
    'No failed request has the id',
  );
  expect(await errorsOf('spa', `?request_id=${id}`)).toHaveLength(1);
  expect(await errorsOf('other', `?request_id=${id}`)).toEqual([]);
});

describe('each endpoint records', () => {
  const secret = 'vcs_cs_NotASecretOfAnybodyButLookingLikeOne0123456789';
  const rt = 'vcs_rt_NotATokenOfAnybodyButLookingLikeOne0123456789ABCDEF';
  const cases: [string, () => Promise<{ headers: Headers }>, object, RegExp][] = [
    [
      'a wrong secret',
      () =>
        fetch(`${server.issuer}/oauth/token`, {
          method: 'POST',
          headers: { authorization: basic('web', secret) },
          body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: rt }),
        }),
      { client_id: 'web', endpoint: 'token', error: 'invalid_client', detail: 'invalid secret provided' },
      /without spaces or line ends/,
    ],
    [
      'a wrong verifier',
      async () => exchange(server, await obtainCode(server), 'spa', { code_verifier: 'w'.repeat(43) }),
      { client_id: 'spa', endpoint: 'token', error: 'invalid_grant' },
      /Keep one verifier per attempt/,
    ],
    [
      'a code that was used twice',
      async () => {
        const code = await obtainCode(server);
        await exchange(server, code);
        return exchange(server, code);
      },
      { client_id: 'spa', endpoint: 'token', error: 'invalid_grant', detail: 'authorization code already consumed' },
      /must not send it again/,
    ],
    [
      'a refresh token of nobody',
      () => refresh(server, rt),
      { client_id: 'spa', endpoint: 'token', error: 'invalid_grant', detail: 'refresh token not found' },
      /Ask for a new authorization/,
    ],
    [
      'a grant type that is not registered',
      () => post(server, '/oauth/token', { grant_type: 'client_credentials' }),
      { client_id: 'spa', endpoint: 'token', error: 'unauthorized_client' },
      /Use a registered grant type/,
    ],
    [
      'a pushed request without PKCE',
      () => post(server, '/oauth/par', { response_type: 'code', redirect_uri: redirectUri, scope: 'projects:read' }),
      { client_id: 'spa', endpoint: 'par', error: 'invalid_request' },
      /code_challenge_method=S256/,
    ],
    [
      'a revocation of nothing',
      () => post(server, '/oauth/revoke', {}),
      { client_id: 'spa', endpoint: 'revoke', error: 'invalid_request' },
      /Add what is missing/,
    ],
    [
      'an introspection of nothing',
      () => post(server, '/oauth/introspect', {}, 'gateway'),
      { client_id: 'gateway', endpoint: 'introspect', error: 'invalid_request' },
      /Add what is missing/,
    ],
    [
      'a secret sent in two ways',
      () =>
        fetch(`${server.issuer}/oauth/token`, {
          method: 'POST',
          headers: { authorization: basic('web', secret) },
          body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'web', client_secret: secret }),
        }),
      {
        client_id: 'web',
        endpoint: 'token',
        error: 'invalid_request',
        parameters: expect.objectContaining({ 'Authorization header': 'Basic', client_secret: null }),
      },
      /`client_secret` from the body/,
    ],
    [
      'a pushed request that is not there',
      () =>
        newPerson(server.issuer).request(
          authorizeUrl(server, { request_uri: `urn:ietf:params:oauth:request_uri:${'n'.repeat(20)}` }),
        ),
      { client_id: 'spa', endpoint: 'authorize', error: 'invalid_request_uri' },
      /push a new one/,
    ],
  ];

  // Sent one after the other and read later, because failures are written every two seconds.
  const ids = new Map<string, string | null>();
  beforeAll(async () => {
    for (const [name, send] of cases) ids.set(name, (await send()).headers.get('x-request-id'));
  });

  it.each(cases)('%s', async (name, _send, expected, fix) => {
    const failure = await left(ids.get(name) as string);
    expect(failure).toMatchObject(expected);
    expect(failure.fix).toMatch(fix);
  });

  it('no secret in the table', async () => {
    const text = JSON.stringify(await rowsOf(server.db, 'SELECT * FROM failed_requests'));
    expect(text).toContain('invalid secret provided');
    for (const one of [secret, rt, 'w'.repeat(43), verifier, 'NotASecret', 'NotAToken'])
      expect(text).not.toContain(one);
  });
});

it('a secret in an unexpected place is masked, and unnamed values are only counted', async () => {
  const lost = 'vcs_rt_LostInTheWrongPlace0123456789abcdefghijklmnopqr';
  const { headers } = await post(server, '/oauth/token', {
    grant_type: 'refresh_token',
    scope: `projects:read ${lost}`,
    resource: `https://api.example/?access_token=${lost}`,
    [lost]: 'a name',
    Weird: 'x',
    state: lost,
    password: 'hunter2',
  });
  const { parameters } = await left(headers.get('x-request-id'));
  expect(parameters).toMatchObject({ scope: 'projects:read vcs_rt_[redacted]', state: null, 'others, not shown': '2' });
  expect(JSON.stringify(parameters)).not.toMatch(/Lost|hunter2/);
});

it('NUL, half characters and very long values are kept as far as possible', async () => {
  const body = `client_id=spa&grant_type=x%00y&scope=%ED%A0%80${'s'.repeat(5000)}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await fetch(`${server.issuer}/oauth/token`, { method: 'POST', headers, body });
  const { parameters } = await left(reply.headers.get('x-request-id'));
  expect(parameters.scope.length).toBeLessThan(310);
  expect(server.logged()).not.toContain('background work failed');
});

it('unknown clients leave nothing at other clients, and a DPoP challenge does not count as a failure', async () => {
  const count = 'SELECT count(*) FROM failed_requests WHERE client_id IS NOT NULL';
  const before = await rowsOf(server.db, count);
  for (let n = 0; n < 20; n++) await post(server, '/oauth/token', { grant_type: 'refresh_token' }, `nobody-${n}`);
  const { headers } = await post(server, '/oauth/token', { grant_type: 'refresh_token' }, 'other');
  await left(headers.get('x-request-id'));
  expect(await rowsOf(server.db, `SELECT FROM failed_requests WHERE client_id LIKE 'nobody%'`)).toEqual([]);
  expect(await rowsOf(server.db, count)).toEqual([{ count: String(Number(before[0]?.count) + 1) }]);
});

describe('a flood', () => {
  it('of one client costs two statements a batch, leaves room for others, and is counted in full', async () => {
    const activity = createClientActivity(server.db);
    for (let n = 0; n < 10_000; n++) activity.noteFailure(failureOf('native', n));
    activity.noteFailure(failureOf('picky', 1));
    activity.noteFailure(failureOf('nobody', 1));
    const { statements } = await countStatements(server.db, activity.writeFailures);
    expect(statements).toHaveLength(2);
    expect(await rowsOf(server.db, `SELECT FROM failed_requests WHERE client_id = 'native'`)).toHaveLength(
      maxInBatch.ofClient,
    );
    expect(await rowsOf(server.db, `SELECT FROM failed_requests WHERE client_id = 'picky'`)).toHaveLength(1);
    expect(activity.totals).toEqual({
      recorded: maxInBatch.ofClient + 1,
      dropped: 10_000 - maxInBatch.ofClient,
      refreshTokenReuses: 0,
      refreshTokenForks: 0,
    });
    expect((await countStatements(server.db, activity.writeFailures)).statements).toEqual([]);
    await activity.writeStatistics();
    expect(await rowsOf(server.db, `SELECT count::int FROM client_figures WHERE client_id = 'native'`)).toEqual([
      { count: 10_000 },
    ]);
  });

  it('of many clients stays within one batch', async () => {
    const activity = createClientActivity(server.db);
    for (let n = 0; n < 2000; n++) activity.noteFailure(failureOf(`many-${n}`, n));
    expect(activity.totals.dropped).toBe(2000 - maxInBatch.ofAll);
  });

  it('leaves the newest failures of each client, and none older than 14 days', async () => {
    const activity = createClientActivity(server.db);
    for (let batch = 0; batch < 12; batch++) {
      for (let n = 0; n < 20; n++) activity.noteFailure(failureOf('native', 20_000 + batch * 20 + n));
      await activity.writeFailures();
    }
    const kept = await rowsOf(
      server.db,
      `SELECT request_id FROM failed_requests WHERE client_id = 'native' ORDER BY id`,
    );
    expect(kept).toHaveLength(maxKept);
    expect(kept.at(-1)).toEqual({ request_id: 'req_native_20239' });
    expect(kept[0]).toEqual({ request_id: 'req_native_20040' });
    await server.db.pgPool.query(
      `UPDATE failed_requests SET at = now() - interval '15 days' WHERE id IN (SELECT id FROM failed_requests WHERE client_id = 'native' LIMIT 50)`,
    );
    expect(await purge(server.db)).toMatchObject({ failed_requests: 50 });
  });

  it('is read by page, and pages beyond the last are empty', async () => {
    const reply = await call(server, '/clients/native/errors?per_page=100&page=2', { token });
    expect(reply.body.pagination).toMatchObject({ total: 150, has_next: false });
    expect(reply.body.data).toHaveLength(50);
    expect(await errorsOf('native', '?page=1000000')).toEqual([]);
    const page = await admin.visit('/admin/client/native/errors?page=2');
    expect(page.text).toContain('?page=3');
    for (const asked of ['99999', '0', '-1', 'x', '1e9', '9'.repeat(30)]) {
      expect((await admin.visit(`/admin/client/native/errors?page=${asked}`)).status).toBe(200);
    }
  });
});

it.each(['/clients/nobody/errors', '/clients/nobody/insight'])('%s is not found', async (path) => {
  expect((await call(server, path, { token })).status).toBe(404);
  expect((await admin.request(`/admin${path.replace('clients', 'client')}`)).status).toBe(404);
});

it.each([
  ['/errors', 'request_id'],
  ['/errors?request_id=a%20b', 'request_id'],
  ['/clients/spa/errors?request_id=%F0%9F%98%80', 'request_id'],
  ['/clients/spa/errors?page=0', 'page'],
  ['/clients/spa/errors?per_page=101', 'per_page'],
  ['/clients/spa/insight?days=90', 'days'],
])('%s is refused by field', async (path, field) => {
  const reply = await call(server, path, { token });
  expect([reply.status, Object.keys(reply.body.error.details)]).toEqual([400, [field]]);
});

it('NUL in a search is refused on pages, and markup in it is text', async () => {
  expect((await admin.request('/admin/errors?request=%00')).status).toBe(400);
  expect((await admin.visit('/admin/errors?request=<script>alert(1)</script>')).text).not.toContain('<script>');
});

it('a client’s failures are deleted with it', async () => {
  await call(server, '/clients/native?reason=Old', { method: 'DELETE', token });
  for (const table of ['failed_requests', 'client_figures', 'client_uses'])
    expect(await rowsOf(server.db, `SELECT FROM ${table} WHERE client_id = 'native'`)).toEqual([]);
});
