/** What apps do is counted at the gateway, and the server knows it within a minute, once and of nobody who is gone. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { basicAuthorization } from '../../src/gateway/http.ts';
import { createUsageReporter } from '../../src/gateway/usage.ts';
import { deleteAccount } from '../../src/operations/account-deletion.ts';
import { accountExport } from '../../src/operations/account-export.ts';
import { getApiKey, revokeApiKey } from '../../src/operations/api-keys.ts';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { purge } from '../../src/operations/purge.ts';
import type { UsageEntry } from '../../src/policy/usage.ts';
import { listUsageOfApp, listUsageOfClient } from '../../src/store/app-usage.ts';
import { addKeyUsage, listUsageOfKey } from '../../src/store/key-usage.ts';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { makeKey } from '../support/api-keys.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { addPerson, apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';
import { addAdmin, adminToken, call as callAdminApi } from '../web/admin-api/support.ts';
import { startTestGateway, startUpstream, type TestGateway, type TestUpstream } from './running-gateway.ts';
import { claimsOf, gatewayCredentials } from './tokens.ts';

const admin = { id: 'test', powers: 'everything' as const };
const mcp = `${apiResource}/mcp`;
let server: TestServer;
let node: TestServer;
let upstream: TestUpstream;
beforeAll(async () => {
  server = await startTestServer({ env: { API_RESOURCES: mcp } });
  node = await startTestServer({ beside: server });
  upstream = await startUpstream();
});
afterAll(async () => {
  upstream.stop();
  await node.stop();
  await server.stop();
});
beforeEach(() => server.db.pgPool.query('TRUNCATE app_usage, usage_reports'));

const entryOf = (change: Partial<UsageEntry> = {}): UsageEntry => ({
  sub: server.person.id,
  client_id: 'spa',
  gid: 'g1',
  day: new Date().toISOString().slice(0, 10),
  read: 1,
  changed: 2,
  generated: 3,
  other: 4,
  refused: 5,
  routes: { 'GET /projects': 1 },
  projects: ['p1'],
  last_address: '203.0.113.4',
  last_at: Date.now() / 1000,
  ...change,
});

async function report(
  entries: readonly UsageEntry[],
  id: string = randomUUID(),
  to = server,
  by = gatewayCredentials(),
): Promise<unknown> {
  const answer = await fetch(`${to.issuer}/oauth/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: basicAuthorization(by) },
    body: JSON.stringify({ id, entries }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

describe('the reference gateway', () => {
  let gateway: TestGateway | undefined;
  afterEach(() => gateway?.stop());

  const call = (path: string, token: string, init: RequestInit = {}) =>
    fetch(`${gateway?.origin}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

  it('reports what an app read, changed and was refused, where, and when it last called', async () => {
    gateway = await startTestGateway(server);
    const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
    const began = Date.now();
    await call('/v1/projects', token);
    await call('/v1/projects/proj_1/files?path=secret', token, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    await call('/v1/projects/proj_2', token, { method: 'DELETE' });
    await call('/v1/no-such-route', token);
    await call('/v1/projects', 'not a token');
    await gateway.stop();
    gateway = undefined;
    const days = await listUsageOfApp(server.db, server.person.id, claimsOf(token).client_id as string);
    expect(days).toEqual([
      {
        day: expect.any(String),
        read: 2,
        changed: 0,
        generated: 0,
        other: 0,
        refused: 1,
        projects: ['proj_1', 'proj_2'],
        routes: {
          'DELETE /projects/:project': 1,
          'GET /projects': 1,
          'GET /projects/:project/files': 1,
        },
        last_address: '127.0.0.1',
        last_at: expect.any(Date),
      },
    ]);
    expect(days[0]?.last_at.getTime()).toBeGreaterThanOrEqual(began - 1);
  });

  it('reports calls that a proxy asked about, calls of other resources, and those of an app for itself', async () => {
    const resource = { resource: mcp, scopes: ['projects:read'], upstream: upstream.url };
    gateway = await startTestGateway(server, {
      GATEWAY_RESOURCES: JSON.stringify([resource]),
      FORWARD_AUTH_ADDRESS_HEADER: 'X-Forwarded-For',
    });
    const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
    await call('/forward-auth', token, {
      headers: {
        'x-original-method': 'GET',
        'x-original-uri': '/v1/projects/proj_7',
        'x-forwarded-for': '203.0.113.9',
      },
    });
    const { access_token: mcpToken } = await obtainTokens(server, { scope: 'projects:read', resource: mcp });
    await call('/mcp', mcpToken, { method: 'POST', body: '{}' });
    const own = await post(
      server,
      '/oauth/token',
      { grant_type: 'client_credentials', scope: 'projects:read' },
      'service',
    );
    await call('/v1/projects', String(own.body.access_token));
    await gateway.stop();
    gateway = undefined;
    const { rows } = await server.db.pgPool.query(
      'SELECT client_id, account_id, read, other, routes, projects, last_address FROM app_usage ORDER BY account_id, read',
    );
    const app = { client_id: claimsOf(token).client_id, account_id: server.person.id };
    expect(rows).toEqual([
      expect.objectContaining({ client_id: 'service', account_id: '', read: '1', routes: { 'GET /projects': 1 } }),
      expect.objectContaining({ ...app, read: '0', other: '1', routes: { 'POST /mcp': 1 }, projects: [] }),
      expect.objectContaining({ ...app, read: '1', projects: ['proj_7'], last_address: '203.0.113.9' }),
    ]);
  });

  it('reports what was done with an API key, beside what apps do, and the page of the key shows it', async () => {
    gateway = await startTestGateway(server);
    const { key, secret } = await makeKey(server, { name: 'CI', scope: ['projects:read'] });
    const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
    for (const path of ['/v1/projects', '/v1/projects/proj_1']) expect((await call(path, secret)).status).toBe(200);
    expect((await call('/v1/projects/proj_2', secret, { method: 'DELETE' })).status).toBe(403);
    await call('/v1/projects', token);
    await gateway.stop();
    gateway = undefined;
    expect(await listUsageOfKey(server.db, key.id)).toEqual([
      expect.objectContaining({
        ...{ read: 2, changed: 0, refused: 1, projects: ['proj_1', 'proj_2'], last_address: '127.0.0.1' },
        routes: { 'DELETE /projects/:project': 1, 'GET /projects': 1, 'GET /projects/:project': 1 },
      }),
    ]);
    expect((await listUsageOfApp(server.db, server.person.id, claimsOf(token).client_id as string))[0]?.read).toBe(1);
    const page = await (await signedInAs(server, server.person.email)).visit(`/account/api-keys/${key.id}`);
    expect(page.text).toContain('at most 3 a day, 1 refused in all');
    expect(page.text).toContain('<bdi>proj_1</bdi>');
  });

  it('reports what owners see beside each key and each app, and what admins see of a key', async () => {
    await server.db.script('DELETE FROM api_keys');
    gateway = await startTestGateway(server);
    const { key, secret } = await makeKey(server, { name: 'Nightly', scope: ['projects:read'] });
    await makeKey(server, { name: 'Never called' });
    const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
    expect((await call('/v1/projects', secret)).status).toBe(200);
    expect((await call('/v1/projects/proj_2', secret, { method: 'DELETE' })).status).toBe(403);
    await call('/v1/projects', token);
    await gateway.stop();
    gateway = undefined;
    // Calls before the days that a list shows.
    await server.db.script(`INSERT INTO api_key_usage (key_id, day, read, changed, generated, other, refused, routes, projects, last_at)
      SELECT key_id, day - 14, 7, 0, 0, 0, 0, '{}', '{}', last_at - interval '14 days' FROM api_key_usage`);
    const owner = await signedInAs(server, server.person.email);
    const keys = (await owner.visit('/account/api-keys')).text;
    expect(keys.match(/\d+ calls? in the last 14 days[^<]*/g)).toEqual(['2 calls in the last 14 days, 1 refused']);
    expect(keys).toMatch(/last used [^<]*<[^>]*>127\.0\.0\.1</);
    expect((await owner.visit('/account/apps')).text).toContain('1 call in the last 14 days<');
    const page = (await (await signedInAdmin(server)).visit(`/admin/api-key/${key.id}`)).text;
    for (const said of [
      'at most 7 a day, 1 refused in all',
      '<bdi>proj_2</bdi>',
      '127.0.0.1',
      server.person.email,
      'Nightly',
    ]) {
      expect(page).toContain(said);
    }
    expect(page).not.toContain('Last used</dt><dd>never');
    await addAdmin(server, 'robot');
    const { status, body } = await callAdminApi(server, `/api-keys/${key.id}/usage`, {
      token: await adminToken(server, 'robot'),
    });
    expect([status, body.data.key_id, body.data.calls.length]).toEqual([200, key.id, 2]);
    expect(body.data.calls[0]).toMatchObject({
      ...{ read: 1, changed: 0, refused: 1, projects: ['proj_2'], last_address: '127.0.0.1' },
      routes: { 'DELETE /projects/:project': 1, 'GET /projects': 1 },
    });
  });

  it('says nothing if reports are off', async () => {
    gateway = await startTestGateway(server, { GATEWAY_USAGE_REPORTS: 'off' });
    const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
    await call('/v1/projects', token);
    await gateway.stop();
    gateway = undefined;
    expect((await server.db.pgPool.query('SELECT * FROM app_usage')).rows).toEqual([]);
  });
});

describe('a report about API keys', () => {
  const ofKey = (keyId: string, change: object = {}) => {
    const { client_id: _, gid: __, ...entry } = entryOf();
    return { ...entry, key_id: keyId, ...change } as never;
  };

  it('adds to what is known of the day, and ends with its key', async () => {
    const { key } = await makeKey(server, { name: 'CI' });
    for (const _ of [1, 2]) await report([ofKey(key.id), entryOf()]);
    expect(await listUsageOfKey(server.db, key.id)).toMatchObject([
      { read: 2, changed: 4, refused: 10, routes: { 'GET /projects': 2 } },
    ]);
    const copy = JSON.parse((await Array.fromAsync(accountExport(server.db, server.person.id, new Date()))).join(''));
    expect(copy.calls_with_keys).toContainEqual(expect.objectContaining({ key_id: key.id, read: 2 }));
    await server.db.script('UPDATE api_key_usage SET day = day - 91');
    await purge(server.db);
    expect((await server.db.pgPool.query('SELECT * FROM api_key_usage')).rows).toEqual([]);
    await report([ofKey(key.id)]);
    await server.db.script('DELETE FROM api_keys');
    expect((await server.db.pgPool.query('SELECT * FROM api_key_usage')).rows).toEqual([]);
  });

  it('is the last use of the key that every list shows, if nothing later is known', async () => {
    const { key } = await makeKey(server, { name: 'Seen' });
    const [at, today] = [Math.floor(Date.now() / 1000) - 60, new Date().toISOString().slice(0, 10)];
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await report([
      ofKey(key.id, { day: yesterday, last_at: at - 9_000, last_address: '203.0.113.7' }),
      ofKey(key.id, { day: today, last_at: at, last_address: '203.0.113.8' }),
    ]);
    await report([ofKey(key.id, { day: yesterday, last_at: at - 8_000, last_address: '203.0.113.9' })]);
    expect(await getApiKey(server.db, key.id)).toMatchObject({
      last_used_at: new Date(at * 1000),
      last_used_address: '203.0.113.8',
    });
    const list = (await (await signedInAdmin(server)).visit(`/admin/api-keys?account=${server.person.id}`)).text;
    expect(list).toContain('1 minute ago <span class="mono">203.0.113.8</span>');
    await report([ofKey(key.id, { last_at: at + 30, last_address: undefined })]);
    expect(await getApiKey(server.db, key.id)).toMatchObject({
      last_used_at: new Date((at + 30) * 1000),
      last_used_address: '203.0.113.8',
    });
  });

  it('is noted of a report that comes again, if its node stopped between the counts and the note', async () => {
    const { key } = await makeKey(server, { name: 'Again' });
    const [id, entries] = [randomUUID(), [ofKey(key.id)]];
    await report(entries, id);
    await server.db.pgPool.query('UPDATE api_keys SET last_used_at = NULL WHERE id = $1', [key.id]);
    expect(await report(entries, id)).toEqual({ counted: 0, repeated: true });
    expect((await getApiKey(server.db, key.id)).last_used_at).not.toBeNull();
  });

  it('does not make a revocation wait, even if its node stops before it commits', async () => {
    const { key } = await makeKey(server, { name: 'Frozen' });
    await server.db.transaction(async (frozen) => {
      expect(await addKeyUsage(frozen, [ofKey(key.id)])).toBe(1);
      await revokeApiKey(server.db, key.id, { id: 'test' });
      expect((await getApiKey(server.db, key.id)).revoked_at).not.toBeNull();
    });
  });

  it('counts nothing for a key that is gone, or of somebody else', async () => {
    const { key } = await makeKey(server, { name: 'CI' });
    const other = await addPerson(server.db, `eve-${randomUUID()}@example.com`);
    const ofOther = ofKey(key.id, { sub: other.id, last_address: '203.0.113.66' });
    expect(await report([ofKey('key_gone'), ofOther])).toEqual({ counted: 0, repeated: false });
    expect(await listUsageOfKey(server.db, key.id)).toEqual([]);
    expect((await getApiKey(server.db, key.id)).last_used_at).toBeNull();
    expect(await report([ofKey(key.id, { last_address: '203.0.113.5' }), ofOther])).toMatchObject({ counted: 1 });
    expect(await getApiKey(server.db, key.id)).toMatchObject({ last_used_address: '203.0.113.5' });
  });

  it('counts nothing for a key that a gateway of another resource names', async () => {
    const { key } = await makeKey(server, { name: 'CI' });
    const foreign = { clientId: 'foreign-gateway', clientSecret: secrets['foreign-gateway'] as string };
    expect(await report([ofKey(key.id)], randomUUID(), server, foreign)).toEqual({ counted: 0, repeated: false });
    expect(await report([ofKey(key.id)])).toEqual({ counted: 1, repeated: false });
  });
});

describe('a report', () => {
  it('adds to what is known of the day', async () => {
    await report([entryOf()]);
    const later = Date.now() / 1000 + 60;
    await report([
      entryOf({ routes: { 'GET /projects': 2, 'POST /deploy': 1 }, projects: ['p2', 'p1'], last_at: later }),
    ]);
    await report([entryOf({ last_address: '203.0.113.5', last_at: later - 3600 })]);
    expect(await listUsageOfApp(server.db, server.person.id, 'spa')).toEqual([
      expect.objectContaining({
        read: 3,
        changed: 6,
        generated: 9,
        other: 12,
        refused: 15,
        routes: { 'GET /projects': 4, 'POST /deploy': 1 },
        projects: ['p1', 'p2'],
        last_address: '203.0.113.4',
        last_at: new Date(later * 1000),
      }),
    ]);
  });

  it('counts once, however often and to whichever node it is sent', async () => {
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => report([entryOf()], id, index % 2 === 0 ? server : node)),
    );
    expect(answers.filter((answer) => (answer as { repeated: boolean }).repeated)).toHaveLength(19);
    expect((await listUsageOfApp(server.db, server.person.id, 'spa'))[0]?.read).toBe(1);
  });

  it('waits for no other that counts the same apps in another order', async () => {
    const entries = Array.from({ length: 30 }, (_, index) => entryOf({ gid: `g${index}` }));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        report(index % 2 === 0 ? entries : entries.toReversed(), randomUUID(), index % 2 === 0 ? server : node),
      ),
    );
    expect((await listUsageOfClient(server.db, 'spa'))[0]).toMatchObject({ read: 600, people: 1 });
  });

  it('costs two statements, however much is in it', async () => {
    const entries = Array.from({ length: 300 }, (_, index) => entryOf({ gid: `g${index}` }));
    // The first one imports the room and reads the client.
    await report([]);
    expect(await fewestStatements(server, () => report(entries))).toBe(2);
  });

  it('keeps at most fifty projects and a hundred routes of a day', async () => {
    const names = (from: number, count: number) => Array.from({ length: count }, (_, index) => `p${from + index}`);
    const routes = (from: number) => Object.fromEntries(names(from, 60).map((name) => [`GET /${name}`, 1]));
    await report([entryOf({ projects: names(0, 40), routes: routes(0) })]);
    await report([entryOf({ projects: names(20, 50), routes: routes(60) })]);
    const [day] = await listUsageOfApp(server.db, server.person.id, 'spa');
    expect(day?.projects).toHaveLength(50);
    expect(day?.projects).toEqual(expect.arrayContaining(names(0, 40)));
    expect(Object.keys(day?.routes ?? {})).toHaveLength(100);
    expect(day?.routes).toMatchObject(routes(0));
  });
});

describe('what is kept', () => {
  it('is in the person’s copy of their data, and ends with the account', async () => {
    const { id } = await addPerson(server.db, 'usage@example.com');
    await report([entryOf({ sub: id })]);
    const parts = await Array.fromAsync(accountExport(server.db, id, new Date()));
    expect(JSON.parse(parts.join('')).calls_of_apps).toEqual([expect.objectContaining({ client_id: 'spa', read: 1 })]);
    await deleteAccount(server.db, id, admin);
    await report([entryOf({ sub: id })]);
    expect((await server.db.pgPool.query('SELECT * FROM app_usage')).rows).toEqual([]);
  });

  it('ends with the client', async () => {
    await report([entryOf({ client_id: 'other' })]);
    await deleteClient(server.db, 'other', admin);
    await report([entryOf({ client_id: 'other' })]);
    expect((await server.db.pgPool.query('SELECT * FROM app_usage')).rows).toEqual([]);
  });

  it('ends after ninety days', async () => {
    await report([entryOf({ gid: 'old' }), entryOf({ gid: 'new' })]);
    await server.db.pgPool.query(
      `UPDATE app_usage SET day = current_date - CASE grant_id WHEN 'old' THEN 92 ELSE 89 END`,
    );
    await server.db.pgPool.query(`UPDATE usage_reports SET received_at = now() - interval '10 days'`);
    expect(await purge(server.db)).toMatchObject({ app_usage: 1, usage_reports: 1 });
    expect((await server.db.pgPool.query('SELECT grant_id FROM app_usage')).rows).toEqual([{ grant_id: 'new' }]);
  });
});

describe('a reporter', () => {
  const noted = { claims: { sub: 'a', client_id: 'spa', gid: 'g1' }, kind: 'read' as const, route: 'GET /projects' };
  const reporter = (fetch: typeof globalThis.fetch, now?: () => number) => {
    const problems: string[] = [];
    const url = `${server.issuer}/oauth/usage`;
    const onProblem = ({ message }: Error) => void problems.push(message);
    const created = createUsageReporter({
      url,
      credentials: gatewayCredentials(),
      fetch,
      onProblem,
      ...(now && { now }),
    });
    return { problems, created };
  };

  it('keeps what it could not send, in reports that keep their ids', async () => {
    const sent: { id: string; entries: UsageEntry[] }[] = [];
    let status = 503;
    const { created, problems } = reporter(async (_url, init) => {
      sent.push(JSON.parse(String(init?.body)));
      return Response.json({}, { status });
    });
    created.note(noted);
    await created.send();
    created.note(noted);
    created.note(noted);
    await created.send();
    status = 200;
    await created.close();
    expect(sent.map(({ entries }) => entries[0]?.read)).toEqual([1, 1, 1, 2]);
    expect(new Set(sent.slice(0, 3).map(({ id }) => id)).size).toBe(1);
    expect(problems).toHaveLength(2);
    expect(created.lost).toBe(0);
  });

  it('gives up a report that the server never accepts, and sends the next', async () => {
    let answers = 0;
    const { created } = reporter(async () => {
      answers += 1;
      return Response.json({}, { status: answers === 1 ? 400 : 200 });
    });
    created.note(noted);
    await created.send();
    created.note(noted);
    await created.close();
    expect([answers, created.lost]).toEqual([2, 1]);
  });

  it('begins anew at midnight (UTC)', async () => {
    const sent: UsageEntry[] = [];
    let now = Date.parse('2026-11-29T23:59:59.9Z');
    const { created } = reporter(
      async (_url, init) => {
        sent.push(...JSON.parse(String(init?.body)).entries);
        return Response.json({});
      },
      () => now,
    );
    created.note(noted);
    now += 200;
    created.note(noted);
    await created.close();
    expect(sent.map(({ day, read }) => [day, read])).toEqual([
      ['2026-11-29', 1],
      ['2026-11-30', 1],
    ]);
  });

  it('counts up to fifty thousand authorizations at a time, in reports of at most five thousand', async () => {
    const sizes: number[] = [];
    const { created } = reporter(async (_url, init) => {
      sizes.push(JSON.parse(String(init?.body)).entries.length);
      return Response.json({});
    });
    for (let index = 0; index < 50_010; index += 1) {
      created.note({ ...noted, claims: { ...noted.claims, gid: `g${index}` } });
    }
    created.note({ ...noted, claims: { ...noted.claims, gid: 'g7' } });
    await created.close();
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 5_000));
    expect(created.lost).toBe(10);
  });
});
