/** A receiver of Shared Signals that knows only the standards: SSF 1.0, CAEP, RFC 8936, RFC 8417. */
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signOutEverywhere } from '../../src/operations/accounts.ts';
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import { appendAudits } from '../../src/store/audit.ts';
import { eventually } from '../support/eventually.ts';
import { basic, obtainTokens, post } from '../support/oauth.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { sealer } from '../support/webhooks.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;

const poll = 'urn:ietf:rfc:8936';
const [sessionRevoked, credentialChange, verification] = [
  'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  'https://schemas.openid.net/secevent/caep/event-type/credential-change',
  'https://schemas.openid.net/secevent/ssf/event-type/verification',
];

async function ask(method: string, url: string, body?: object, as = 'gateway') {
  const response = await fetch(new URL(url, server.issuer), {
    method,
    headers: { authorization: basic(as, secrets[as] as string), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Json,
  };
}

let stream: Json;
beforeEach(async () => {
  await server.db.script('DELETE FROM signal_streams');
  await sealAll(server.db, auditKeys(sealer));
  ({ body: stream } = await ask('POST', '/oauth/ssf/streams', {}));
});

async function write(...events: { action: string; target: string; details?: object }[]): Promise<void> {
  await appendAudits(
    server.db,
    events.map((event) => ({ actor: 'system', ...event })),
  );
  expect(await sealAll(server.db, auditKeys(sealer))).toBe(0);
}
const suspended = (...ids: string[]) =>
  write(...ids.map((id) => ({ action: 'account.suspended', target: `account:${id}` })));

/** One poll; each SET is verified as its standards say. */
async function take(request: object = {}) {
  const { status, body } = await ask('POST', stream.delivery.endpoint_url, { returnImmediately: true, ...request });
  expect(status).toBe(200);
  const keys = createLocalJWKSet(await (await fetch(new URL('/oauth/jwks', server.issuer))).json());
  const sets = await Promise.all(
    Object.entries<string>(body.sets).map(async ([jti, set]) => {
      const options = { issuer: server.issuer, audience: 'gateway', typ: 'secevent+jwt', algorithms: ['ES256'] };
      const { payload } = await jwtVerify(set, keys, options);
      expect(payload.jti).toBe(jti);
      expect(payload).not.toHaveProperty('exp');
      expect(payload).not.toHaveProperty('sub');
      const { sub_id: subject, events } = payload as Json;
      const [type = ''] = Object.keys(events);
      return { jti, type, subject, event: events[type] };
    }),
  );
  return {
    sets,
    ids: sets.map(({ jti }) => jti),
    subjects: sets.map(({ subject }) => subject.sub),
    more: body.moreAvailable,
  };
}

it('the metadata lead a receiver to its stream', async () => {
  const response = await fetch(new URL('/.well-known/ssf-configuration', server.issuer));
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const metadata = await response.json();
  expect(metadata).toMatchObject({
    spec_version: '1_0',
    issuer: server.issuer,
    jwks_uri: `${server.issuer}/oauth/jwks`,
    delivery_methods_supported: ['urn:ietf:rfc:8935', poll],
    add_subject_endpoint: `${server.issuer}/oauth/ssf/subjects/add`,
    remove_subject_endpoint: `${server.issuer}/oauth/ssf/subjects/remove`,
    critical_subject_members: ['application', 'session', 'user'],
    default_subjects: 'ALL',
  });
  const [found] = (await ask('GET', metadata.configuration_endpoint)).body;
  expect(found).toEqual(stream);
  expect(found).toMatchObject({ iss: server.issuer, aud: 'gateway', delivery: { method: poll } });
});

describe('a stream', () => {
  it('is created once, read, changed, replaced and deleted by its receiver alone', async () => {
    const id = stream.stream_id;
    const path = '/oauth/ssf/streams';
    expect((await ask('POST', path, {})).status).toBe(409);
    const requested = [credentialChange, 'urn:example:unknown'];
    const changed = await ask('PATCH', path, { stream_id: id, events_requested: requested, description: 'API' });
    expect(changed.body).toMatchObject({
      events_delivered: [credentialChange],
      description: 'API',
      iss: server.issuer,
    });
    expect((await ask('GET', `${path}?stream_id=${id}`)).body).toEqual(changed.body);
    const replaced = await ask('PUT', path, {
      ...changed.body,
      events_requested: [sessionRevoked],
      description: undefined,
    });
    expect(replaced.body).toMatchObject({ events_delivered: [sessionRevoked] });
    expect(replaced.body).not.toHaveProperty('description');
    expect((await ask('PATCH', path, { stream_id: id, aud: 'other' })).status).toBe(400);
    for (const [method, url, body] of [
      ['GET', `${path}?stream_id=${id}`, undefined],
      ['PATCH', path, { stream_id: id, description: 'taken' }],
      ['DELETE', `${path}?stream_id=${id}`, undefined],
      ['GET', `/oauth/ssf/status?stream_id=${id}`, undefined],
      ['POST', '/oauth/ssf/status', { stream_id: id, status: 'disabled' }],
      ['POST', '/oauth/ssf/verify', { stream_id: id }],
      ['POST', `/oauth/ssf/poll/${id}`, { returnImmediately: true }],
    ] as const) {
      expect((await ask(method, url, body, 'foreign-gateway')).status, `${method} ${url}`).toBe(404);
      expect((await ask(method, url, body, 'service')).status).toBe(403);
    }
    expect((await ask('GET', path, undefined, 'foreign-gateway')).body).toEqual([]);
    expect((await ask('DELETE', `${path}?stream_id=${id}`)).status).toBe(204);
    expect((await ask('GET', path)).body).toEqual([]);
    const actions = await rowsOf(
      server.db,
      "SELECT action FROM audit_events WHERE action ^@ 'signals.' ORDER BY seq DESC LIMIT 2",
    );
    expect(actions).toEqual([{ action: 'signals.stream_deleted' }, { action: 'signals.stream_updated' }]);
  });

  it('tells what happens to sessions, apps and authorizations of people', async () => {
    const { refresh_token } = await obtainTokens(server);
    await post(server, '/oauth/revoke', { token: refresh_token as string });
    await signOutEverywhere(server.db, server.person.id, { endGrants: false }, { id: `account:${server.person.id}` });
    await sealAll(server.db, auditKeys(sealer));
    const { sets } = await take();
    expect(sets.map(({ type }) => type)).toEqual([sessionRevoked, sessionRevoked]);
    expect(sets[0]).toMatchObject({ subject: { format: 'complex', session: { format: 'opaque' } } });
    expect(sets[1]).toMatchObject({
      subject: { format: 'iss_sub', iss: server.issuer, sub: server.person.id },
      event: { initiating_entity: 'user', event_timestamp: expect.any(Number) },
    });
  });

  it('sends again what is not acknowledged, and nothing twice that is', async () => {
    await suspended('a', 'b', 'c');
    const first = await take();
    expect(first.subjects).toEqual(['a', 'b', 'c']);
    expect((await take()).ids).toEqual(first.ids);
    const [a, b, c] = first.ids as [string, string, string];
    expect((await take({ ack: [b] })).subjects).toEqual(['a', 'c']);
    expect((await take({ setErrs: { [a]: { err: 'jwtAud', description: 'not mine' } } })).subjects).toEqual(['c']);
    expect((await take({ ack: [c], maxEvents: 0 })).ids).toEqual([]);
    expect((await take()).ids).toEqual([]);
    const [row] = await rowsOf(server.db, 'SELECT acknowledged FROM signal_streams');
    expect(row).toEqual({ acknowledged: [] });
  });

  it('keeps to the number that the receiver takes, and says that there is more', async () => {
    await suspended('a', 'b', 'c');
    const first = await take({ maxEvents: 2 });
    expect([first.subjects, first.more]).toEqual([['a', 'b'], true]);
    const second = await take({ maxEvents: 2, ack: first.ids });
    expect([second.subjects, second.more]).toEqual([['c'], undefined]);
  });

  it('passes over a long log without signals, and over what is older than a week', async () => {
    await suspended('old');
    await server.db.script(`ALTER TABLE audit_events DISABLE TRIGGER USER;
      UPDATE audit_events SET at = at - interval '8 days' WHERE target = 'account:old';
      ALTER TABLE audit_events ENABLE TRIGGER USER`);
    await write(...Array.from({ length: 700 }, () => ({ action: 'test.written', target: 'test:1' })));
    await suspended('new');
    expect((await take()).subjects).toEqual(['new']);
  });

  it('holds events while it is paused, and drops them while it is disabled', async () => {
    const id = stream.stream_id;
    const set = (status: string, reason?: string) =>
      ask('POST', '/oauth/ssf/status', { stream_id: id, status, reason });
    expect((await set('paused', 'maintenance')).body).toEqual({
      stream_id: id,
      status: 'paused',
      reason: 'maintenance',
    });
    await suspended('held');
    expect((await take()).ids).toEqual([]);
    await set('enabled');
    const { ids, subjects } = await take();
    expect(subjects).toEqual(['held']);
    await take({ ack: ids });
    await set('disabled');
    await suspended('dropped');
    expect((await take()).ids).toEqual([]);
    expect((await set('enabled')).body).toEqual({ stream_id: id, status: 'enabled' });
    await suspended('after');
    expect((await take()).subjects).toEqual(['after']);
  });

  it('sends a verification event with its state until it is acknowledged, once a minute', async () => {
    const verify = () => ask('POST', '/oauth/ssf/verify', { stream_id: stream.stream_id, state: 'a state' });
    expect((await verify()).status).toBe(204);
    const again = await verify();
    expect([again.status, again.headers.get('retry-after')]).toEqual([429, '60']);
    const { sets, ids } = await take();
    expect(sets).toMatchObject([
      { type: verification, subject: { format: 'opaque', id: stream.stream_id }, event: { state: 'a state' } },
    ]);
    expect((await take()).ids).toEqual(ids);
    expect((await take({ ack: ids })).ids).toEqual([]);
    await server.db.script("UPDATE signal_streams SET verify_at = verify_at - interval '61 s'");
    expect((await verify()).status).toBe(204);
  });
});

describe('a poll that waits', () => {
  /** Its first look leaves a mark on the row. */
  const hasPolled = () =>
    until(async () => (await rowsOf(server.db, "SELECT FROM signal_streams WHERE xmax <> '0'")).length > 0);

  it('answers when something happens, and holds no connection meanwhile', async () => {
    const waiting = take({ returnImmediately: false });
    const busy = () =>
      rowsOf(
        server.db,
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
      );
    await hasPolled();
    // Work in the background may have one for a moment.
    await eventually(busy).toEqual([]);
    expect(server.db.pool.waiting).toBe(0);
    await suspended('late');
    expect((await waiting).subjects).toEqual(['late']);
  });

  it('has a place of a few, and one beyond is told when to come back; polls that do not wait have their own', async () => {
    const leaving = new AbortController();
    const open = (signal = AbortSignal.timeout(1_000)) =>
      fetch(stream.delivery.endpoint_url, {
        method: 'POST',
        headers: { authorization: basic('gateway', secrets.gateway as string), 'content-type': 'application/json' },
        body: '{}',
        signal,
      })
        .then(async (response) => ({ status: response.status, headers: response.headers, body: await response.json() }))
        .catch(() => undefined);
    const held = Array.from({ length: 4 }, () => open(leaving.signal));
    let refused: Awaited<ReturnType<typeof open>>;
    await until(async () => {
      refused = await open();
      return refused !== undefined;
    });
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused?.body).toMatchObject({ error: 'temporarily_unavailable' });
    // Another receiver has places of its own.
    await server.db.script(`UPDATE clients SET gateway_resource = (SELECT gateway_resource FROM clients WHERE client_id = 'gateway')
      WHERE client_id = 'foreign-gateway'`);
    const { body: other } = await ask('POST', '/oauth/ssf/streams', {}, 'foreign-gateway');
    const elsewhere = await ask('POST', other.delivery.endpoint_url, { returnImmediately: true }, 'foreign-gateway');
    expect(elsewhere.status).toBe(200);
    expect((await take()).ids).toEqual([]);
    const flood = await Promise.all(
      Array.from({ length: 40 }, () => ask('POST', stream.delivery.endpoint_url, { returnImmediately: true })),
    );
    expect([...new Set(flood.map(({ status }) => status))].sort()).toEqual([200, 503]);
    leaving.abort();
    await Promise.all(held);
    // A place is free again when a look of those that have left ends: then a poll waits.
    await until(async () => (await open()) === undefined);
  });

  it('gets nothing for a client that is no gateway any more', async () => {
    const waiting = ask('POST', stream.delivery.endpoint_url, {});
    await hasPolled();
    await server.db.script(`UPDATE clients SET gateway_resource = NULL WHERE client_id = 'gateway';
      SELECT pg_notify('clients', 'gateway')`);
    await suspended('secret');
    const { status, body } = await waiting;
    expect(status).toBe(404);
    expect(JSON.stringify(body)).not.toMatch(/eyJ[\w-]+\./);
    expect((await ask('GET', '/oauth/ssf/streams')).status).toBe(403);
  });
});
